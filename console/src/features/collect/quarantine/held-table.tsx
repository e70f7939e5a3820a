/** Held events, one line each; lines can be chosen and dealt with together. */
import { App, Button, Flex, Table } from "antd";
import { useState, type Key } from "react";
import { useTranslation } from "react-i18next";
import { useVerdicts, type Held } from "@/features/collect/quarantine/quarantine";
import { useReasonWord } from "@/features/collect/quarantine/reason-word";
import { useSourceNames } from "@/lib/use-sources";
import { useFormat } from "@/lib/use-format";
import { useMay } from "@/lib/workspace";
import { useProblemMessage } from "@/ui/states";

interface HeldTableProps {
  rows: Held[];
  onOpen: (held: Held) => void;
}

export function HeldTable({ rows, onOpen }: HeldTableProps) {
  const { t } = useTranslation("quarantine");
  const format = useFormat();
  const word = useReasonWord();
  const sourceName = useSourceNames();
  const mayChange = useMay("quarantine:change");
  const [chosen, setChosen] = useState<Key[]>([]);
  const chosenRows = rows.filter((held) => chosen.includes(held.id) && held.state === "held");
  return (
    <>
      {chosenRows.length > 0 && (
        <ChosenBar
          rows={chosenRows}
          onDone={() => {
            setChosen([]);
          }}
        />
      )}
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
                onChange: setChosen,
                getCheckboxProps: (held) => ({ disabled: held.state !== "held" }),
              }
            : undefined
        }
        onRow={(held) => ({
          tabIndex: 0,
          onClick: () => {
            onOpen(held);
          },
          onKeyDown: (event) => {
            if (event.key === "Enter") onOpen(held);
          },
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
            render: (_, held) => <span className="mono soft">{held.payload.slice(0, 240)}</span>,
          },
        ]}
      />
    </>
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
