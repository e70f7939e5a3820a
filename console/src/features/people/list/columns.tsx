/** Which columns the list shows; kept in the address with the rest. */
import { TableOutlined } from "@ant-design/icons";
import { Button, Checkbox, Popover } from "antd";
import { useTranslation } from "react-i18next";
import { useAddress } from "@/lib/use-address";

export const COLUMNS = ["identifiers", "stage", "tags", "events", "orders", "value", "firstSeen", "lastSeen"] as const;
export type Column = (typeof COLUMNS)[number];

const USUAL: readonly Column[] = COLUMNS.filter((column) => column !== "firstSeen");

export interface PeopleColumns {
  shown: readonly Column[];
  show: (columns: readonly Column[]) => void;
}

export function usePeopleColumns(): PeopleColumns {
  const [get, set] = useAddress();
  const written = get("columns")?.split(",");
  const shown = written ? COLUMNS.filter((column) => written.includes(column)) : USUAL;
  return {
    shown,
    show: (columns) => {
      const next = COLUMNS.filter((column) => columns.includes(column)).join(",");
      set({ columns: next === USUAL.join(",") ? undefined : next || "none" });
    },
  };
}

export function ColumnChoice({ columns }: { columns: PeopleColumns }) {
  const { t } = useTranslation("people");
  return (
    <Popover
      trigger="click"
      placement="bottomRight"
      content={
        <Checkbox.Group<Column>
          className="column-choice"
          value={[...columns.shown]}
          options={COLUMNS.map((column) => ({ value: column, label: t(`people.${column}`) }))}
          onChange={columns.show}
        />
      }
    >
      <Button icon={<TableOutlined />}>{t("people.columns")}</Button>
    </Popover>
  );
}
