/** How audiences lie over each other: every combination, counted exactly. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Card, Flex, Select } from "antd";
import { useTranslation } from "react-i18next";
import { api, body } from "@/api/client";
import { combinationsOf, type Overlap } from "@/features/people/audiences/overlap/combinations";
import { UpsetPlot } from "@/features/people/audiences/overlap/upset-plot";
import { AUDIENCES } from "@/features/people/audiences/use-audiences";
import { useAudienceChoices } from "@/features/people/shared/choices";
import { useAddress } from "@/lib/use-address";
import { useFormat } from "@/lib/use-format";
import { useWorkspace } from "@/lib/workspace";
import { Page } from "@/ui/page";
import "@/ui/people.css";
import { PlainTable } from "@/ui/plain-table";
import { Failure, Nothing, Waiting } from "@/ui/states";

const CHOSEN_MIN = 2;
const CHOSEN_MAX = 6;

export function Component() {
  const { t } = useTranslation("audiences");
  const { id } = useWorkspace();
  const [get, set] = useAddress();
  const audiences = useAudienceChoices();
  const chosen = get("ids")?.split(",").filter(Boolean).slice(0, CHOSEN_MAX) ?? [];
  const overlap = useQuery({
    queryKey: ["audiences", id, "overlap", chosen],
    queryFn: ({ signal }) =>
      body(
        api.GET(`${AUDIENCES}/overlap`, {
          params: { path: { workspace_id: id }, query: { ids: chosen } },
          signal,
        }),
      ),
    enabled: chosen.length >= CHOSEN_MIN,
    placeholderData: keepPreviousData,
  });
  const isAsked = chosen.length >= CHOSEN_MIN;
  return (
    <Page title={t("overlap.title")} hint={t("overlap.hint")}>
      <Select
        mode="multiple"
        maxCount={CHOSEN_MAX}
        showSearch={{ optionFilterProp: "label" }}
        aria-label={t("overlap.choose")}
        placeholder={t("overlap.choose")}
        loading={audiences.isPending}
        value={chosen}
        options={audiences.data?.items.map((one) => ({ value: one.id, label: one.name }))}
        onChange={(ids: string[]) => {
          set({ ids: ids.join(",") });
        }}
        style={{ maxWidth: 720, width: "100%" }}
      />
      {overlap.isError && <Failure error={overlap.error} onRetry={() => void overlap.refetch()} />}
      {!isAsked && (
        <Card>
          <Nothing title={t("overlap.start")} hint={t("overlap.startHint")} />
        </Card>
      )}
      {isAsked && overlap.isPending && <Card><Waiting rows={8} /></Card>}
      {isAsked && overlap.data && !overlap.isError && (
        <div style={{ opacity: overlap.isPlaceholderData ? 0.6 : 1 }}>
          <Answer overlap={overlap.data} />
        </div>
      )}
    </Page>
  );
}

function Answer({ overlap }: { overlap: Overlap }) {
  const { t } = useTranslation("audiences");
  const format = useFormat();
  const combinations = combinationsOf(overlap);
  if (combinations.length === 0) return <Card><Nothing title={t("overlap.none")} /></Card>;
  return (
    <Flex vertical gap={16}>
      <Card>
        <div className="soft num">{t("overlap.union", { shown: format.count(overlap.union) })}</div>
        <UpsetPlot sets={overlap.sets} combinations={combinations} />
      </Card>
      <Card styles={{ body: { padding: 0 } }}>
        <PlainTable
          rows={combinations}
          rowKey={(one) => one.key}
          columns={[
            { key: "in", title: t("overlap.in"), render: (one) => one.names.join(" + ") },
            { key: "people", title: t("overlap.people"), isNumber: true, render: (one) => format.count(one.count) },
            { key: "share", title: t("overlap.share"), isNumber: true, render: (one) => format.share(one.share) },
          ]}
        />
      </Card>
    </Flex>
  );
}
