/** Identifiers that joined nobody, and why. */
import { Card } from "antd";
import { useTranslation } from "react-i18next";
import { useRefusals, type Kind } from "@/features/people/identity/use-rules";
import { useFormat } from "@/lib/use-format";
import { useSourceNames } from "@/lib/use-sources";
import { PlainTable } from "@/ui/plain-table";
import { Failure, Nothing, Waiting } from "@/ui/states";

export function RefusalsCard({ kinds }: { kinds: readonly Kind[] }) {
  const { t } = useTranslation("identity");
  const format = useFormat();
  const sourceName = useSourceNames();
  const refusals = useRefusals(true);
  const items = refusals.data?.items ?? [];
  const labelOf = (name: string) => {
    const kind = kinds.find((one) => one.name === name);
    return kind ? (format.language === "zh" ? kind.label_zh : kind.label_en) : name;
  };
  return (
    <Card title={t("refusals.title")} styles={{ body: { padding: 0 } }}>
      {refusals.isError && <Failure error={refusals.error} onRetry={() => void refusals.refetch()} />}
      {refusals.isPending && <Waiting rows={3} />}
      {refusals.data && items.length === 0 && <Nothing title={t("refusals.none")} hint={t("refusals.noneHint")} />}
      {items.length > 0 && (
        <PlainTable
          rows={items}
          rowKey={(one) => `${one.kind} ${one.reason} ${one.source_id}`}
          columns={[
            { key: "kind", title: t("identityRules.kind"), render: (one) => labelOf(one.kind) },
            { key: "reason", title: t("refusals.reason"), render: (one) => t(`refusalReason.${one.reason}`) },
            { key: "count", title: t("refusals.count"), isNumber: true, render: (one) => format.count(one.count) },
            { key: "example", title: t("refusals.example"), render: (one) => <span className="mono">{one.example}</span> },
            { key: "source", title: t("source.one"), render: (one) => sourceName(one.source_id) },
            { key: "last", title: t("refusals.last"), className: "num", render: (one) => format.time(one.last_at) },
          ]}
        />
      )}
    </Card>
  );
}
