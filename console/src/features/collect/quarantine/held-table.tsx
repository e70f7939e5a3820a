/** Held events, one line each; lines can be chosen and dealt with together. */
import { App, Button, Checkbox, Flex, Table } from "antd";
import { useState, type Key } from "react";
import { useTranslation } from "react-i18next";
import { useVerdicts, type Held } from "@/features/collect/quarantine/quarantine";
import { useReasonWord } from "@/features/collect/quarantine/reason-word";
import { useSourceNames } from "@/lib/use-sources";
import { useFormat } from "@/lib/use-format";
import { useMay } from "@/lib/workspace";
import "@/ui/list-table.css";
import { useIsPhone } from "@/ui/responsive";
import { useProblemMessage } from "@/ui/states";

const PAYLOAD_SHOWN = 240;

interface HeldTableProps {
  rows: Held[];
  onOpen: (held: Held) => void;
}

export function HeldTable({ rows, onOpen }: HeldTableProps) {
  const [chosen, setChosen] = useState<Key[]>([]);
  const chosenRows = rows.filter((held) => chosen.includes(held.id) && held.state === "held");
  const List = useIsPhone() ? HeldCards : HeldRows;
  return (
    <>
      {chosenRows.length > 0 && <ChosenBar rows={chosenRows} onDone={() => { setChosen([]); }} />}
      <List rows={rows} chosen={chosen} onChoose={setChosen} onOpen={onOpen} />
    </>
  );
}

interface ListProps extends HeldTableProps {
  chosen: Key[];
  onChoose: (chosen: Key[]) => void;
}

function HeldRows({ rows, chosen, onChoose, onOpen }: ListProps) {
  const { t } = useTranslation("quarantine");
  const format = useFormat();
  const word = useReasonWord();
  const sourceName = useSourceNames();
  const mayChange = useMay("quarantine:change");
  return (
    <Table<Held>
      size="small"
      rowKey="id"
      rowClassName="row-link"
      scroll={{ x: 760 }}
      tableLayout="fixed"
      pagination={false}
      dataSource={rows}
      rowSelection={
        mayChange
          ? {
              selectedRowKeys: chosen,
              onChange: onChoose,
              getCheckboxProps: (held) => ({ disabled: held.state !== "held" }),
            }
          : undefined
      }
      onRow={(held) => ({
        tabIndex: 0,
        onClick: () => { onOpen(held); },
        onKeyDown: (event) => { if (event.key === "Enter") onOpen(held); },
      })}
      columns={[
        {
          title: t("quarantine.receivedAt"),
          width: 150,
          className: "num left",
          render: (_, held) => format.time(held.received_at, "second").slice(5),
        },
        { title: t("quarantine.reason"), width: 160, ellipsis: true, render: (_, held) => word(held.reason) },
        { title: t("source.one"), width: 140, ellipsis: true, render: (_, held) => sourceName(held.source_id) },
        {
          title: t("quarantine.payload"),
          ellipsis: true,
          render: (_, held) => <span className="mono soft">{held.payload.slice(0, PAYLOAD_SHOWN)}</span>,
        },
      ]}
    />
  );
}

/** On a phone: why it is held and what it says, without moving sideways. */
function HeldCards({ rows, chosen, onChoose, onOpen }: ListProps) {
  const format = useFormat();
  const word = useReasonWord();
  const sourceName = useSourceNames();
  const mayChange = useMay("quarantine:change");
  const turn = (held: Held, isOn: boolean) => {
    onChoose(isOn ? [...chosen, held.id] : chosen.filter((one) => one !== held.id));
  };
  return (
    <ul className="row-cards">
      {rows.map((held) => (
        <li key={held.id}>
          <Flex gap={12} align="center">
            {mayChange && (
              <Checkbox
                aria-label={word(held.reason)}
                checked={chosen.includes(held.id)}
                disabled={held.state !== "held"}
                onChange={(event) => { turn(held, event.target.checked); }}
              />
            )}
            <Button type="link" style={{ padding: 0, height: "auto", whiteSpace: "normal", textAlign: "start" }} onClick={() => { onOpen(held); }}>
              {word(held.reason)}
            </Button>
          </Flex>
          <Flex justify="space-between" gap={8} className="soft">
            <span className="clip">{sourceName(held.source_id)}</span>
            <span className="num">{format.ago(held.received_at)}</span>
          </Flex>
          <div className="mono soft clip">{held.payload.slice(0, PAYLOAD_SHOWN)}</div>
        </li>
      ))}
    </ul>
  );
}

function ChosenBar({ rows, onDone }: { rows: Held[]; onDone: () => void }) {
  const { t } = useTranslation("quarantine");
  const format = useFormat();
  const { modal } = App.useApp();
  const tell = useProblemMessage();
  const { release, discard } = useVerdicts();
  const shown = format.count(rows.length);

  const each = async (act: (held: Held) => Promise<unknown>) => {
    for (const held of rows) {
      try {
        await act(held);
      } catch (error) {
        tell(error);
        break;
      }
    }
    onDone();
  };
  return (
    <Flex gap={8} align="center" wrap className="chosen-bar">
      <span>{t("quarantine.chosen", { shown })}</span>
      <Button size="small" onClick={() => void each((held) => release.mutateAsync({ held }))}>
        {t("quarantine.release")}
      </Button>
      <Button
        size="small"
        danger
        onClick={() =>
          void modal.confirm({
            title: t("quarantine.discardConfirm", { shown }),
            content: t("quarantine.discardHint"),
            okText: t("quarantine.discard"),
            okButtonProps: { danger: true },
            onOk: () => each((held) => discard.mutateAsync(held)),
          })
        }
      >
        {t("quarantine.discard")}
      </Button>
    </Flex>
  );
}
