/** People who may be one person twice, or of one household: for somebody to judge, one by one. */
import { SearchOutlined } from "@ant-design/icons";
import { Alert, Button, Card, Flex, Segmented } from "antd";
import { useTranslation } from "react-i18next";
import { SuggestionCard } from "@/features/people/duplicates/suggestion-card";
import {
  KINDS, STATES, useCounts, useSearch, useSuggestions, type Kind, type State,
} from "@/features/people/duplicates/use-duplicates";
import { useAddress } from "@/lib/use-address";
import { useFormat } from "@/lib/use-format";
import { useMay } from "@/lib/workspace";
import { Page } from "@/ui/page";
import { Failure, Nothing, Waiting } from "@/ui/states";

export function Component() {
  const { t } = useTranslation("duplicates");
  const format = useFormat();
  const mayChange = useMay("people:change");
  const [ask, setAsk] = useAddress();
  const kind: Kind = KINDS.find((one) => one === ask("kind")) ?? "duplicate";
  const state: State = STATES.find((one) => one === ask("state")) ?? "open";
  const counts = useCounts();
  const search = useSearch();
  const open = { duplicate: counts.data?.duplicates, household: counts.data?.households };
  return (
    <Page
      title={t("duplicates.title")}
      hint={t("duplicates.hint")}
      actions={
        mayChange && (
          <Button
            icon={<SearchOutlined />}
            loading={search.isPending}
            onClick={() => {
              search.mutate();
            }}
          >
            {t(search.isPending ? "duplicates.searching" : "duplicates.search")}
          </Button>
        )
      }
    >
      <Outcome search={search} />
      <Flex gap={8} wrap>
        <Segmented<Kind>
          aria-label={t("duplicates.kind")}
          value={kind}
          options={KINDS.map((one) => ({
            value: one,
            label: `${t(`duplicateKind.${one}`)} ${open[one] === undefined ? "" : format.count(open[one])}`,
          }))}
          onChange={(chosen) => {
            setAsk({ kind: chosen });
          }}
        />
        <Segmented<State>
          aria-label={t("duplicates.state")}
          value={state}
          options={STATES.map((one) => ({ value: one, label: t(`duplicateState.${one}`) }))}
          onChange={(chosen) => {
            setAsk({ state: chosen });
          }}
        />
      </Flex>
      <List kind={kind} state={state} />
    </Page>
  );
}

function Outcome({ search }: { search: ReturnType<typeof useSearch> }) {
  const { t } = useTranslation("duplicates");
  const format = useFormat();
  if (search.isError) return <Failure error={search.error} />;
  const job = search.data;
  if (!job) return null;
  if (job.state !== "done") {
    return <Alert type="error" showIcon title={t("duplicates.searchFailed")} description={job.error} />;
  }
  const result = job.result ?? {};
  const count = (name: string) => format.count(Number(result[name] ?? 0));
  const found = { people: count("people"), duplicates: count("duplicates"), households: count("households") };
  return <Alert type="success" showIcon closable title={t("duplicates.searched", found)} />;
}

function List({ kind, state }: { kind: Kind; state: State }) {
  const { t } = useTranslation("duplicates");
  const found = useSuggestions(kind, state);
  const rows = found.data?.pages.flatMap((page) => page.items) ?? [];
  if (found.isError) return <Failure error={found.error} onRetry={() => void found.refetch()} />;
  if (found.isPending) return <Card><Waiting rows={8} /></Card>;
  if (rows.length === 0) {
    const isOpen = state === "open";
    return (
      <Card>
        <Nothing
          title={t(isOpen ? "duplicates.none" : "duplicates.noneDecided")}
          hint={isOpen ? t("duplicates.noneHint") : undefined}
        />
      </Card>
    );
  }
  return (
    <Flex vertical gap={12}>
      {rows.map((row) => (
        <SuggestionCard key={row.id} suggestion={row} />
      ))}
      {found.hasNextPage && (
        <Button loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
          {t("action.more")}
        </Button>
      )}
    </Flex>
  );
}
