/** One source: its key, how to install it, whether it lives. */
import { useQuery } from "@tanstack/react-query";
import { Breadcrumb, Card, Col, Flex, Row, Statistic, Tag } from "antd";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { api, body } from "@/api/client";
import { kindOf, type Source } from "@/lib/use-sources";
import { InstallCard } from "@/features/collect/sources/install-card";
import { KeyCard } from "@/features/collect/sources/key-card";
import { SigningCard } from "@/features/collect/sources/signing-card";
import { SourceActions } from "@/features/collect/sources/source-actions";
import { TestCard } from "@/features/collect/sources/test-card";
import { useFormat } from "@/lib/use-format";
import { useWorkspace } from "@/lib/workspace";
import { Page } from "@/ui/page";
import { Sparkline } from "@/ui/sparkline";
import { Failure, Waiting } from "@/ui/states";
import { TrustTag } from "@/ui/trust-tag";

const REFRESH_MS = 5_000;

function useSource(sourceId: string) {
  const { id } = useWorkspace();
  return useQuery({
    queryKey: ["sources", id, sourceId],
    queryFn: () =>
      body(
        api.GET("/api/v1/workspaces/{workspace_id}/sources/{source_id}", {
          params: { path: { workspace_id: id, source_id: sourceId } },
        }),
      ),
    refetchInterval: REFRESH_MS,
  });
}

export function Component() {
  const { t } = useTranslation("sources");
  const { id } = useWorkspace();
  const { sourceId = "" } = useParams();
  const source = useSource(sourceId);
  const back = <Link to={`/w/${id}/data/sources`}>{t("nav.sources")}</Link>;
  if (source.isPending) return <Page title={back}><Card><Waiting /></Card></Page>;
  if (source.isError) {
    return (
      <Page title={back}>
        <Failure error={source.error} onRetry={() => void source.refetch()} />
      </Page>
    );
  }
  const one = source.data;
  return (
    <>
      <Breadcrumb style={{ marginBottom: 8 }} items={[{ title: back }, { title: one.name }]} />
      <Page
        name={one.name}
        title={
          <Flex gap={8} align="center" wrap>
            {one.name}
            <Tag>{t(`sourceKind.${kindOf(one.kind)}`)}</Tag>
            <TrustTag trust={one.trust} />
            {!one.is_enabled && <Tag color="orange">{t("sources.disabled")}</Tag>}
          </Flex>
        }
        actions={<SourceActions source={one} />}
      >
        <Figures source={one} />
        <Row gutter={[16, 16]}>
          <Col xs={24} lg={15}>
            <Flex vertical gap={16}>
              <InstallCard key={one.id} source={one} />
            </Flex>
          </Col>
          <Col xs={24} lg={9}>
            <Flex vertical gap={16}>
              <KeyCard source={one} />
              <SigningCard source={one} />
              <TestCard source={one} />
            </Flex>
          </Col>
        </Row>
      </Page>
    </>
  );
}

function Figures({ source }: { source: Source }) {
  const { t } = useTranslation("sources");
  const format = useFormat();
  const figures: [string, string][] = [
    [t("sources.accepted"), format.short(source.counts.accepted)],
    [t("sources.duplicate"), format.short(source.counts.duplicate)],
    [t("sources.quarantined"), format.short(source.counts.quarantined)],
    // Shown where there are any: for most sources a zero would only raise the question.
    ...(source.counts.forgotten > 0
      ? [[t("sources.forgotten"), format.short(source.counts.forgotten)] as [string, string]]
      : []),
    [t("sources.lastSeen"), source.last_seen_at ? format.ago(source.last_seen_at) : t("sources.neverSeen")],
  ];
  return (
    <Card>
      <Flex wrap gap="16px 48px" align="flex-end">
        {figures.map(([title, value]) => (
          <Statistic key={title} title={title} value={value} styles={{ content: { fontSize: 20 } }} />
        ))}
        <div>
          <div className="soft">{t("sources.volume")}</div>
          <Sparkline
            width={192}
            height={32}
            values={source.volume_by_hour}
            label={t("sources.volumeLabel", {
              shown: format.count(source.volume_by_hour.reduce((sum, one) => sum + one, 0)),
            })}
          />
        </div>
      </Flex>
    </Card>
  );
}
