/** Where events come from: volume, last sign of life, and the way to a new one. */
import { PlusOutlined } from "@ant-design/icons";
import { Button, Card, Input, Tag } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { kindOf, useSources, type Source } from "@/lib/use-sources";
import { SourceDialog } from "@/features/collect/sources/source-dialog";
import { useAddress } from "@/lib/use-address";
import { useFormat } from "@/lib/use-format";
import { useMay, useWorkspace } from "@/lib/workspace";
import { ListTable } from "@/ui/list-table";
import { Page } from "@/ui/page";
import { Sparkline } from "@/ui/sparkline";
import { Failure, Nothing, Waiting } from "@/ui/states";
import { TrustTag } from "@/ui/trust-tag";

const REFRESH_MS = 10_000;
const SEARCH_WIDTH = 240;

export function Component() {
  const { t } = useTranslation("sources");
  const mayChange = useMay("source:change");
  const sources = useSources({ refreshMs: REFRESH_MS });
  const [isMaking, setMaking] = useState(false);
  const [get, set] = useAddress();
  const sought = get("q") ?? "";
  const all = sources.data?.items ?? [];
  const shown = all.filter((one) => one.name.toLowerCase().includes(sought.toLowerCase()));
  const make = (
    <Button
      type="primary"
      icon={<PlusOutlined />}
      onClick={() => {
        setMaking(true);
      }}
    >
      {t("sources.new")}
    </Button>
  );
  return (
    <Page title={t("nav.sources")} hint={t("sources.hint")} actions={mayChange && make}>
      {all.length > 0 && (
        <Input.Search
          allowClear
          aria-label={t("sources.search")}
          placeholder={t("sources.search")}
          value={sought}
          onChange={(event) => {
            set({ q: event.target.value });
          }}
          style={{ width: SEARCH_WIDTH }}
        />
      )}
      <Card styles={{ body: { padding: 0 } }}>
        {sources.isError && <Failure error={sources.error} onRetry={() => void sources.refetch()} />}
        {sources.isPending && <Waiting />}
        {sources.data && all.length === 0 && (
          <Nothing title={t("sources.none")} hint={t("sources.noneHint")} action={mayChange && make} />
        )}
        {all.length > 0 && shown.length === 0 && <Nothing title={t("sources.noMatch")} />}
        {shown.length > 0 && <SourceTable sources={shown} />}
      </Card>
      {isMaking && (
        <SourceDialog
          onClose={() => {
            setMaking(false);
          }}
        />
      )}
    </Page>
  );
}

function SourceTable({ sources }: { sources: Source[] }) {
  const { t } = useTranslation("sources");
  const { id } = useWorkspace();
  const format = useFormat();
  const navigate = useNavigate();
  return (
    <ListTable<Source>
      rows={sources}
      rowKey={(source) => source.id}
      rowClassName="row-link"
      onRow={(source) => ({ onClick: () => void navigate(`/w/${id}/data/sources/${source.id}`) })}
      columns={[
        {
          title: t("sources.name"),
          isName: true,
          sorter: (a, b) => a.name.localeCompare(b.name),
          render: (source) => (
            <>
              <Link to={`/w/${id}/data/sources/${source.id}`}>{source.name}</Link>
              {!source.is_enabled && <Tag style={{ marginInlineStart: 8 }}>{t("sources.disabled")}</Tag>}
            </>
          ),
        },
        { title: t("trust.title"), render: (source) => <TrustTag trust={source.trust} /> },
        { title: t("sources.kind"), render: (source) => t(`sourceKind.${kindOf(source.kind)}`) },
        {
          title: t("sources.volume"),
          render: (source) => (
            <Sparkline
              values={source.volume_by_hour}
              label={t("sources.volumeLabel", { shown: format.count(sumOf(source.volume_by_hour)) })}
            />
          ),
        },
        {
          title: t("sources.lastDay"),
          className: "num",
          sorter: (a, b) => sumOf(a.volume_by_hour) - sumOf(b.volume_by_hour),
          render: (source) => format.count(sumOf(source.volume_by_hour)),
        },
        {
          title: t("sources.accepted"),
          className: "num",
          sorter: (a, b) => a.counts.accepted - b.counts.accepted,
          render: (source) => format.count(source.counts.accepted),
        },
        {
          title: t("sources.quarantined"),
          className: "num",
          sorter: (a, b) => a.counts.quarantined - b.counts.quarantined,
          render: (source) => format.count(source.counts.quarantined),
        },
        {
          title: t("sources.lastSeen"),
          className: "num",
          render: (source) =>
            source.last_seen_at ? (
              <span title={format.time(source.last_seen_at, "second")}>{format.ago(source.last_seen_at)}</span>
            ) : (
              <span className="soft">{t("sources.neverSeen")}</span>
            ),
        },
      ]}
    />
  );
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
