/** Of those who began, how many came how far, and how long it took them. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Card, Col, Flex, Row } from "antd";
import { useTranslation } from "react-i18next";
import { api, body } from "@/api/client";
import { FunnelAnswer } from "@/features/analytics/funnel/funnel-answer";
import { FunnelOptions } from "@/features/analytics/funnel/funnel-options";
import { askOf, useFunnelState, writeSteps, type FunnelAsk } from "@/features/analytics/funnel/funnel-state";
import { FunnelTable } from "@/features/analytics/funnel/funnel-table";
import { StepsEditor } from "@/features/analytics/funnel/steps-editor";
import { useDebounced } from "@/lib/use-debounced";
import { useWorkspace } from "@/lib/workspace";
import { CopyButton } from "@/ui/copy";
import { Page } from "@/ui/page";
import { PassportButton } from "@/ui/passport";
import { Failure, Nothing, Waiting } from "@/ui/states";

const STILL_MS = 500;

function useFunnel(written: string) {
  const { id } = useWorkspace();
  return useQuery({
    queryKey: ["funnel", id, written],
    queryFn: ({ signal }) =>
      body(
        api.POST("/api/v1/workspaces/{workspace_id}/analytics/funnel", {
          params: { path: { workspace_id: id } },
          body: JSON.parse(written) as FunnelAsk,
          signal,
        }),
      ),
    enabled: written !== "",
    placeholderData: keepPreviousData,
  });
}

export function Component() {
  const { t } = useTranslation("funnel");
  const [state, change] = useFunnelState();
  const ask = askOf(state);
  // As text, so that equal questions are the same question and typing does not ask at every key.
  const written = useDebounced(ask ? JSON.stringify(ask) : "", STILL_MS);
  const funnel = useFunnel(written);
  const isStale = funnel.isPlaceholderData || funnel.isFetching;

  return (
    <Page
      title={t("nav.funnel")}
      hint={t("funnel.hint")}
      actions={
        <>
          <PassportButton passport={funnel.data?.passport} />
          <CopyButton text={window.location.href} label={t("action.copyLink")} type="default" size="middle" />
        </>
      }
    >
      <Row gutter={[16, 16]}>
        <Col xs={24} lg={9} xl={8}>
          <Card title={t("funnel.steps")} className="steps-card">
            <Flex vertical gap={16}>
              <StepsEditor
                steps={state.steps}
                onChange={(steps) => {
                  change({ steps: writeSteps(steps) });
                }}
              />
              <FunnelOptions state={state} onChange={change} />
            </Flex>
          </Card>
        </Col>
        <Col xs={24} lg={15} xl={16}>
          {funnel.isError && <Failure error={funnel.error} onRetry={() => void funnel.refetch()} />}
          {!ask && !funnel.data && (
            <Card>
              <Nothing title={t("funnel.start")} hint={t("funnel.startHint")} />
            </Card>
          )}
          {ask && funnel.isPending && <Card><Waiting rows={8} /></Card>}
          {funnel.data && !funnel.isError && (
            <div style={{ opacity: isStale ? 0.6 : 1 }} aria-busy={isStale}>
              <FunnelAnswer answer={funnel.data} breakdown={state.breakdown} />
            </div>
          )}
        </Col>
        {funnel.data && !funnel.isError && (
          <Col span={24}>
            <Card styles={{ body: { padding: 0 } }} style={{ opacity: isStale ? 0.6 : 1 }}>
              <FunnelTable answer={funnel.data} breakdown={state.breakdown} />
            </Card>
          </Col>
        )}
      </Row>
    </Page>
  );
}
