/** Everybody that the streams have seen: found by any identifier, chosen by what is known. */
import { ExportOutlined } from "@ant-design/icons";
import { Button, Card, Flex, Popover } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { ColumnChoice, usePeopleColumns } from "@/features/people/list/columns";
import { PeopleFilters, usePeopleAsk } from "@/features/people/list/people-filters";
import { PeopleCards, PeopleTable } from "@/features/people/list/people-table";
import { usePeople, type PeopleAsk } from "@/features/people/shared/people";
import { useFormat } from "@/lib/use-format";
import { useMay, useWorkspace } from "@/lib/workspace";
import { KeysAwayBanner } from "@/ui/keys-away";
import { Page } from "@/ui/page";
import "@/ui/people.css";
import { useIsPhone } from "@/ui/responsive";
import { Failure, Nothing, Waiting } from "@/ui/states";

export function Component() {
  const { t } = useTranslation("people");
  const format = useFormat();
  const isPhone = useIsPhone();
  const mayRead = useMay("people:read");
  const [ask, set] = usePeopleAsk();
  const columns = usePeopleColumns();
  return (
    <Page
      title={t("nav.everybody")}
      hint={t("people.hint", { zone: format.zoneLabel })}
      actions={
        mayRead && (
          <>
            {!isPhone && <ColumnChoice columns={columns} />}
            <ExportHint />
          </>
        )
      }
    >
      {mayRead ? (
        <>
          <PeopleFilters ask={ask} onChange={set} />
          <List ask={ask} columns={columns} onClear={() => { set({ search: "", stage: undefined, tag: undefined, audience: undefined }); }} />
        </>
      ) : (
        <Card>
          <Nothing title={t("people.notAllowed")} />
        </Card>
      )}
    </Page>
  );
}

function ExportHint() {
  const { t } = useTranslation("people");
  const { id } = useWorkspace();
  return (
    <Popover
      trigger="click"
      content={
        <Flex vertical gap={8} className="confirm-words">
          <span>{t("people.exportHint")}</span>
          <Link to={`/w/${id}/audiences`}>{t("people.toAudiences")}</Link>
        </Flex>
      }
    >
      <Button icon={<ExportOutlined />}>{t("people.export")}</Button>
    </Popover>
  );
}

interface ListProps {
  ask: PeopleAsk;
  columns: ReturnType<typeof usePeopleColumns>;
  onClear: () => void;
}

function List({ ask, columns, onClear }: ListProps) {
  const { t } = useTranslation("people");
  const format = useFormat();
  const isPhone = useIsPhone();
  const people = usePeople(ask);
  const rows = people.data?.pages.flatMap((page) => page.items) ?? [];
  const total = people.data?.pages[0]?.total;
  const isFiltered = Boolean(ask.search || ask.stage || ask.tag || ask.audience);
  const isStale = people.isPlaceholderData;
  const shown = rows.flatMap((row) => [row.name, ...row.identifiers.map((one) => one.masked)]);
  return (
    <>
      <KeysAwayBanner shown={shown} />
      <Card styles={{ body: { padding: 0 } }} style={{ opacity: isStale ? 0.6 : 1 }} aria-busy={isStale}>
        {people.isError && <Failure error={people.error} onRetry={() => void people.refetch()} />}
        {people.isPending && <Waiting rows={10} />}
        {people.data && rows.length === 0 && (isFiltered ? <NoMatch onClear={onClear} /> : <Nobody />)}
        {rows.length > 0 && (isPhone ? <PeopleCards rows={rows} /> : <PeopleTable rows={rows} columns={columns.shown} />)}
        {rows.length > 0 && (
          <Flex justify="space-between" align="center" wrap gap={8} style={{ padding: "8px 16px" }}>
            <span className="soft num">
              {total == null
                ? t("people.shown", { shown: format.count(rows.length) })
                : t("people.ofTotal", { shown: format.count(rows.length), total: format.count(total) })}
            </span>
            {people.hasNextPage && (
              <Button loading={people.isFetchingNextPage} onClick={() => void people.fetchNextPage()}>
                {t("action.more")}
              </Button>
            )}
          </Flex>
        )}
      </Card>
    </>
  );
}

function Nobody() {
  const { t } = useTranslation("people");
  const { id } = useWorkspace();
  return (
    <Nothing
      title={t("people.none")}
      hint={t("people.noneHint")}
      action={
        <Flex gap={16} justify="center" wrap>
          <Link to={`/w/${id}/data/sources`}>{t("people.toSources")}</Link>
          <Link to={`/w/${id}/data/imports`}>{t("people.toImports")}</Link>
        </Flex>
      }
    />
  );
}

function NoMatch({ onClear }: { onClear: () => void }) {
  const { t } = useTranslation("people");
  return (
    <Nothing
      title={t("people.noMatch")}
      hint={t("people.noMatchHint")}
      action={<Button onClick={onClear}>{t("people.clear")}</Button>}
    />
  );
}
