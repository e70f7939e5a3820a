/** Audiences: how large, how they grow, and the way to a new one. */
import { BlockOutlined, PlusOutlined, UnorderedListOutlined } from "@ant-design/icons";
import { Button, Card, Flex, Input, Segmented, Table, Tag } from "antd";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { GrowthSparkline } from "@/features/people/audiences/list/growth-sparkline";
import { useAudiences, type AudienceRow, type AudienceState } from "@/features/people/audiences/use-audiences";
import { useAddress } from "@/lib/use-address";
import { useDebounced } from "@/lib/use-debounced";
import { useFormat } from "@/lib/use-format";
import { useMay, useWorkspace } from "@/lib/workspace";
import { Page } from "@/ui/page";
import "@/ui/people.css";
import { useIsPhone } from "@/ui/responsive";
import { Failure, Nothing, Waiting } from "@/ui/states";

const STILL_MS = 300;
const STATES: readonly AudienceState[] = ["active", "archived"];

export function Component() {
  const { t } = useTranslation("audiences");
  const { id } = useWorkspace();
  const navigate = useNavigate();
  const mayChange = useMay("audience:change");
  const isPhone = useIsPhone();
  const [get, set] = useAddress();
  const sought = get("q") ?? "";
  const state = STATES.find((one) => one === get("state")) ?? "active";
  const audiences = useAudiences(useDebounced(sought, STILL_MS), state);
  const rows = audiences.data?.pages.flatMap((page) => page.items) ?? [];
  const isFiltered = sought !== "" || state !== "active";
  const make = (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => void navigate(`/w/${id}/audiences/new`)}>
      {t("audiences.new")}
    </Button>
  );
  return (
    <Page
      title={t("nav.audiences")}
      hint={t("audiences.hint")}
      actions={
        <>
          <Button icon={<BlockOutlined />} onClick={() => void navigate(`/w/${id}/audiences/overlap`)}>
            {t("audiences.overlap")}
          </Button>
          <Button icon={<UnorderedListOutlined />} onClick={() => void navigate(`/w/${id}/audiences/lists`)}>
            {t("audiences.lists")}
          </Button>
          {mayChange && make}
        </>
      }
    >
      <Flex wrap gap={8}>
        <Input.Search
          allowClear
          aria-label={t("audiences.search")}
          placeholder={t("audiences.search")}
          value={sought}
          onChange={(event) => {
            set({ q: event.target.value });
          }}
          className="people-search"
        />
        <Segmented<AudienceState>
          aria-label={t("audiences.state")}
          value={state}
          options={STATES.map((one) => ({ value: one, label: t(`audienceState.${one}`) }))}
          onChange={(next) => {
            set({ state: next === "active" ? undefined : next });
          }}
        />
      </Flex>
      <Card styles={{ body: { padding: 0 } }}>
        {audiences.isError && <Failure error={audiences.error} onRetry={() => void audiences.refetch()} />}
        {audiences.isPending && <Waiting />}
        {audiences.data && rows.length === 0 && (
          <Nothing
            title={isFiltered ? t("audiences.noMatch") : t("audiences.none")}
            hint={!isFiltered && t("audiences.noneHint")}
            action={!isFiltered && mayChange && make}
          />
        )}
        {rows.length > 0 && (isPhone ? <AudienceCards rows={rows} /> : <AudienceTable rows={rows} />)}
        {audiences.hasNextPage && (
          <Flex justify="center" style={{ padding: 8 }}>
            <Button type="link" loading={audiences.isFetchingNextPage} onClick={() => void audiences.fetchNextPage()}>
              {t("action.more")}
            </Button>
          </Flex>
        )}
      </Card>
    </Page>
  );
}

function Size({ row }: { row: AudienceRow }) {
  const { t } = useTranslation("audiences");
  const format = useFormat();
  return <>{row.size === null ? <span className="soft">{t("audiences.notFilled")}</span> : format.count(row.size)}</>;
}

function State({ row }: { row: AudienceRow }) {
  const { t } = useTranslation("audiences");
  if (row.is_filling && row.state === "active") return <Tag color="blue">{t("audiences.filling")}</Tag>;
  return <Tag color={row.state === "active" ? "green" : "default"}>{t(`audienceState.${row.state}`)}</Tag>;
}

function AudienceTable({ rows }: { rows: AudienceRow[] }) {
  const { t } = useTranslation("audiences");
  const { id } = useWorkspace();
  const format = useFormat();
  const navigate = useNavigate();
  return (
    <Table<AudienceRow>
      size="small"
      rowKey="id"
      rowClassName="row-link"
      scroll={{ x: "max-content" }}
      pagination={false}
      dataSource={rows}
      onRow={(row) => ({ onClick: () => void navigate(`/w/${id}/audiences/${row.id}`) })}
      columns={[
        {
          title: t("audiences.name"),
          render: (_, row) => (
            <>
              <Link to={`/w/${id}/audiences/${row.id}`}>{row.name}</Link>
              {row.description && <div className="soft small clip" style={{ maxWidth: 320 }}>{row.description}</div>}
            </>
          ),
        },
        { title: t("audiences.size"), className: "num", width: 120, render: (_, row) => <Size row={row} /> },
        { title: t("audiences.growth"), width: 140, render: (_, row) => <GrowthSparkline audience={row} /> },
        { title: t("audiences.state"), width: 100, render: (_, row) => <State row={row} /> },
        {
          title: t("audiences.updated"),
          className: "num",
          width: 140,
          render: (_, row) => <span title={format.time(row.as_of, "second")}>{format.ago(row.as_of)}</span>,
        },
        { title: t("audiences.changed"), className: "num", width: 160, render: (_, row) => format.time(row.changed_at) },
      ]}
    />
  );
}

function AudienceCards({ rows }: { rows: AudienceRow[] }) {
  const { id } = useWorkspace();
  const { t } = useTranslation("audiences");
  const format = useFormat();
  return (
    <ul className="card-list">
      {rows.map((row) => (
        <li key={row.id}>
          <Link to={`/w/${id}/audiences/${row.id}`} className="card-link">
            <Flex justify="space-between" gap={8}>
              <strong className="break">{row.name}</strong>
              <span className="num">
                {row.size === null ? t("audiences.notFilled") : t("audiences.people", { count: row.size, shown: format.count(row.size) })}
              </span>
            </Flex>
            <Flex justify="space-between" gap={8} align="center">
              <span className="soft small clip">{row.description}</span>
              <State row={row} />
            </Flex>
          </Link>
        </li>
      ))}
    </ul>
  );
}
