/** How a trait would lie over the people: of how many, which values, some examples. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Card, Flex } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api, body } from "@/api/client";
import { useTraitText } from "@/features/people/shared/trait-text";
import type { TraitAsk } from "@/features/people/traits/trait-draft";
import { useDebounced } from "@/lib/use-debounced";
import { usePersonName } from "@/features/people/shared/person-name";
import { useFormat } from "@/lib/use-format";
import { useWorkspace } from "@/lib/workspace";
import { PlainTable } from "@/ui/plain-table";
import { Failure, Waiting } from "@/ui/states";

const STILL_MS = 500;

export function TraitPreview({ ask }: { ask: TraitAsk | undefined }) {
  const { t } = useTranslation("traits");
  const { id } = useWorkspace();
  const format = useFormat();
  const personName = usePersonName();
  const textOf = useTraitText();
  // As text without the names, so that naming a trait asks nothing.
  const written = useDebounced(ask ? JSON.stringify({ ...ask, name: "preview", label_zh: "p", label_en: "p" }) : "", STILL_MS);
  const preview = useQuery({
    queryKey: ["trait-preview", id, written],
    queryFn: ({ signal }) =>
      body(
        api.POST("/api/v1/workspaces/{workspace_id}/traits/preview", {
          params: { path: { workspace_id: id } },
          body: JSON.parse(written) as TraitAsk,
          signal,
        }),
      ),
    enabled: written !== "",
    placeholderData: keepPreviousData,
  });
  const asked = written ? (JSON.parse(written) as TraitAsk) : undefined;
  const show = (value: unknown) => textOf({ value, type: asked?.type ?? "text", currency: asked?.measure?.currency ?? null });
  const data = preview.data;
  return (
    <Card title={t("traits.preview")} size="small" aria-live="polite">
      {!ask && <span className="soft">{t("traits.previewWait")}</span>}
      {ask && preview.isError && <Failure error={preview.error} />}
      {ask && preview.isPending && <Waiting rows={4} />}
      {ask && data && !preview.isError && (
        <Flex vertical gap={12} style={{ opacity: preview.isFetching ? 0.6 : 1 }}>
          <div>
            <div className="big-number num">{t("traits.withValue", { shown: format.count(data.with_value) })}</div>
            <div className="soft num">
              {t("traits.ofPeople", {
                shown: format.count(data.people),
                share: format.share(data.people > 0 ? data.with_value / data.people : null),
              })}
            </div>
          </div>
          {data.quantiles.length > 0 && (
            <PlainTable
              rows={data.quantiles}
              rowKey={(one) => String(one.share)}
              columns={[
                { key: "share", title: t("traits.quantile"), isNumber: true, render: (one) => format.share(one.share, 0) },
                { key: "value", title: t("traits.value"), isNumber: true, render: (one) => show(one.value) },
              ]}
            />
          )}
          {data.values.length > 0 && (
            <PlainTable
              rows={data.values}
              rowKey={(one) => one.value}
              columns={[
                { key: "value", title: t("traits.value"), className: "break", render: (one) => one.value },
                { key: "people", title: t("traits.people"), isNumber: true, render: (one) => format.count(one.people) },
              ]}
            />
          )}
          {data.sample.length > 0 && (
            <div>
              <p className="section-name">{t("traits.sample")}</p>
              <ul className="fact-list">
                {data.sample.map((one) => (
                  <li key={one.person} className="fact-row">
                    <Link to={`/w/${id}/people/${one.person}`}>{personName(one)}</Link>
                    <span className="num">{show(one.value)}</span>
                  </li>
                ))}
              </ul>
            </div>
          )}
        </Flex>
      )}
    </Card>
  );
}
