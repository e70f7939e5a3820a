/** Today at a glance, beside the same day last week, and what is going on right now. */
import { useQuery } from "@tanstack/react-query";
import { Card, Col, Row } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api, body } from "@/api/client";
import { HourlyCard } from "@/features/analytics/overview/hourly-card";
import { LiveCard } from "@/features/analytics/overview/live-card";
import { TileCard } from "@/features/analytics/overview/tile-card";
import { TopEventsCard } from "@/features/analytics/overview/top-events-card";
import { useFormat } from "@/lib/use-format";
import { useWorkspace } from "@/lib/workspace";
import { Page } from "@/ui/page";
import { Failure, Nothing, Waiting } from "@/ui/states";

const REFRESH_MS = 5_000;

function useOverview() {
  const { id } = useWorkspace();
  return useQuery({
    queryKey: ["overview", id],
    queryFn: () =>
      body(api.GET("/api/v1/workspaces/{workspace_id}/overview", { params: { path: { workspace_id: id } } })),
    refetchInterval: REFRESH_MS,
  });
}

export function Component() {
  const { t } = useTranslation();
  const format = useFormat();
  const { id } = useWorkspace();
  const overview = useOverview();
  const data = overview.data;
  if (!data) {
    return (
      <Page title={t("nav.overview")}>
        {overview.isError ? (
          <Failure error={overview.error} onRetry={() => void overview.refetch()} />
        ) : (
          <Card><Waiting rows={10} /></Card>
        )}
      </Page>
    );
  }
  const isQuiet =
    data.top_events.length === 0 && data.live.minutes.every((minute) => minute.events === 0);
  return (
    <Page
      title={t("nav.overview")}
      hint={t("overview.hint", { day: data.day, compare: data.compare_day, time: format.time(data.as_of, "clock"), zone: format.zoneLabel })}
    >
      {overview.isError && <Failure error={overview.error} onRetry={() => void overview.refetch()} />}
      {isQuiet && (
        <Card>
          <Nothing
            title={t("overview.none")}
            hint={t("overview.noneHint")}
            action={<Link to={`/w/${id}/data/sources`}>{t("overview.toSources")}</Link>}
          />
        </Card>
      )}
      <div className="tiles">
        {data.tiles.map((tile) => (
          <TileCard key={tile.metric} tile={tile} />
        ))}
      </div>
      <Row gutter={[16, 16]}>
        <Col xs={24} xl={15}>
          <HourlyCard overview={data} />
        </Col>
        <Col xs={24} xl={9}>
          <LiveCard live={data.live} />
        </Col>
      </Row>
      <TopEventsCard events={data.top_events} />
    </Page>
  );
}
