/** The life-cycle: who stands where, who went where, and how fast from one stage to another. */
import { Button, Card, Flex } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ConversionCard } from "@/features/people/levels/conversion-card";
import { ShareBar } from "@/features/people/levels/share-bar";
import { SpansDialog } from "@/features/people/levels/spans-dialog";
import { useDays } from "@/features/people/levels/use-days";
import { useLifeCycle, type LifeCycle, type StageOrSeen } from "@/features/people/levels/use-reports";
import { StageTag } from "@/features/people/list/people-table";
import { STAGES } from "@/features/people/shared/stages";
import type { Span } from "@/lib/period";
import { useAddress } from "@/lib/use-address";
import { useFormat } from "@/lib/use-format";
import { useMay } from "@/lib/workspace";
import { PassportHint } from "@/ui/passport";
import { PlainTable } from "@/ui/plain-table";
import { Failure, Nothing, Waiting } from "@/ui/states";

export function LifeView({ span }: { span: Span }) {
  const [get] = useAddress();
  const begin: StageOrSeen = STAGES.find((one) => one === get("from")) ?? "seen";
  const end = STAGES.find((one) => one === get("to")) ?? "first_order";
  const found = useLifeCycle(span, begin, end);
  if (found.isError) return <Failure error={found.error} onRetry={() => void found.refetch()} />;
  if (!found.data) return <Waiting rows={10} />;
  return (
    <>
      <StandingCard life={found.data} />
      <ConversionCard life={found.data} />
      <FlowsCard life={found.data} />
    </>
  );
}

function passportOf(life: LifeCycle, id: string) {
  return life.passports.find((one) => one.id === id);
}

function StandingCard({ life }: { life: LifeCycle }) {
  const { t } = useTranslation("levels");
  const format = useFormat();
  const mayChange = useMay("people:change");
  const [isEditing, setEditing] = useState(false);
  const passport = passportOf(life, "people_by_level");
  const { lapsing_days: lapsing, lost_days: lost } = life.rules;
  return (
    <Card title={t("levels.standing")}>
      <p className="soft" style={{ marginTop: 0 }}>{t("levels.asOf", { at: format.time(life.until), zone: format.zoneLabel })}</p>
      <PlainTable
        rows={life.stages}
        rowKey={(row) => row.stage}
        columns={[
          { key: "stage", title: t("levels.stage"), render: (row) => <StageTag stage={row.stage} /> },
          {
            key: "people",
            title: <>{t("levels.people")}{passport && <PassportHint passport={passport} />}</>,
            isNumber: true,
            render: (row) => format.count(row.people),
          },
          { key: "share", title: t("levels.share"), render: (row) => <ShareBar share={row.share} /> },
        ]}
      />
      <Flex wrap gap={8} align="center" style={{ marginTop: 8 }}>
        <span className="soft">{t("levels.rules", { lapsing, lost })}</span>
        {mayChange && <Button type="link" size="small" onClick={() => { setEditing(true); }}>{t("levels.editRules")}</Button>}
      </Flex>
      {isEditing && <SpansDialog rules={life.rules} onClose={() => { setEditing(false); }} />}
    </Card>
  );
}

function FlowsCard({ life }: { life: LifeCycle }) {
  const { t } = useTranslation("levels");
  const format = useFormat();
  const days = useDays();
  const passport = passportOf(life, "stage_speed");
  return (
    <Card title={t("levels.flows")}>
      <p className="soft" style={{ marginTop: 0 }}>{t("levels.flowsHint")}</p>
      {life.flows.length === 0 && <Nothing title={t("levels.noFlows")} hint={t("levels.noFlowsHint")} />}
      {life.flows.length > 0 && (
        <PlainTable
          rows={life.flows}
          rowKey={(row) => `${row.before ?? ""} ${row.after}`}
          columns={[
            {
              key: "before",
              title: t("levels.before"),
              render: (row) => (row.before ? <StageTag stage={row.before} /> : <span className="soft">{t("levels.unseen")}</span>),
            },
            { key: "after", title: t("levels.after"), render: (row) => <StageTag stage={row.after} /> },
            { key: "changes", title: t("levels.changes"), isNumber: true, render: (row) => format.count(row.changes) },
            {
              key: "median",
              title: <>{t("levels.median")}{passport && <PassportHint passport={passport} />}</>,
              isNumber: true,
              render: (row) => days(row.speed.median_days),
            },
            {
              key: "quartiles",
              title: t("levels.quartiles"),
              isNumber: true,
              render: (row) => row.speed.q1_days === null ? "–" : `${days(row.speed.q1_days)} – ${days(row.speed.q3_days)}`,
            },
          ]}
        />
      )}
    </Card>
  );
}
