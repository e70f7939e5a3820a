/** The funnel's numbers: a line per step, and per part when split. */
import { Table } from "antd";
import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/client";
import { usePartName } from "@/lib/use-fields";
import { drawnSteps, type DrawnStep } from "@/features/analytics/funnel/funnel-maths";
import { useFormat } from "@/lib/use-format";

interface Line extends DrawnStep {
  key: string;
  label: string;
}

interface FunnelTableProps {
  answer: Schema["FunnelAnswer"];
  breakdown: string | undefined;
}

export function FunnelTable({ answer, breakdown }: FunnelTableProps) {
  const { t } = useTranslation("funnel");
  const format = useFormat();
  const nameOf = usePartName(breakdown);
  const whole = drawnSteps(answer.steps);
  const parts = answer.breakdowns.map((part) => ({ name: nameOf(part), steps: drawnSteps(part.steps) }));
  const lines = whole.map((step, index): Line & { children?: Line[] } => ({
    ...step,
    key: String(index),
    label: `${String(index + 1)}. ${step.event}`,
    ...(parts.length > 0
      ? {
          children: parts.flatMap((part) => {
            const own = part.steps[index];
            return own ? [{ ...own, key: `${String(index)} ${part.name}`, label: part.name }] : [];
          }),
        }
      : {}),
  }));
  return (
    <Table<Line>
      size="small"
      scroll={{ x: "max-content" }}
      pagination={false}
      dataSource={lines}
      expandable={{ defaultExpandAllRows: parts.length > 0 && parts.length <= 4 }}
      columns={[
        { title: t("funnel.step"), dataIndex: "label" },
        { title: t("funnel.peopleColumn"), className: "num", render: (_, line) => format.count(line.people) },
        { title: t("funnel.fromStart"), className: "num", render: (_, line) => format.share(line.fromStart) },
        { title: t("funnel.fromPrevious"), className: "num", render: (_, line) => format.share(line.fromPrevious) },
        {
          title: t("funnel.dropped"),
          className: "num",
          render: (_, line) => (line.droppedShare === null ? format.count(null) : format.count(line.dropped)),
        },
        { title: t("funnel.median"), className: "num", render: (_, line) => format.duration(line.medianSeconds) },
        { title: t("funnel.p90"), className: "num", render: (_, line) => format.duration(line.p90Seconds) },
      ]}
    />
  );
}
