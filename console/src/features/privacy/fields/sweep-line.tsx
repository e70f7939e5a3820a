/** What became of the events that landed before their fields were declared. */
import { Alert, Button, Progress } from "antd";
import { useTranslation } from "react-i18next";
import { isSweeping, useSweep, useSweepWork, type Sweep } from "@/features/privacy/fields/use-sweep";
import { useFormat } from "@/lib/use-format";
import { useMay } from "@/lib/workspace";
import { useIsPhone } from "@/ui/responsive";

export function SweepLine() {
  const { t } = useTranslation("privacy");
  const mayManage = useMay("privacy:manage");
  const { data: sweep } = useSweep();
  const again = useSweepWork();
  const isPhone = useIsPhone();
  if (!sweep) return null;
  const act = mayManage && !isSweeping(sweep) && (
    <Button size="small" loading={again.isPending} onClick={() => { again.mutate(); }}>
      {t("fields.sweepAgain")}
    </Button>
  );
  return (
    <Alert
      banner
      role="status"
      type={sweep.state === "failed" ? "warning" : isSweeping(sweep) ? "info" : "success"}
      title={<SweepWords of={sweep} />}
      description={sweep.state === "running" ? (
        <Progress
          percent={sweep.total ? Math.floor((100 * sweep.rows) / sweep.total) : 0}
          status="active"
          aria-label={t("fields.sweepProgress")}
        />
      ) : isPhone && act}
      action={!isPhone && act}
    />
  );
}

function SweepWords({ of: sweep }: { of: Sweep }) {
  const { t } = useTranslation("privacy");
  const format = useFormat();
  const events = { count: sweep.events, shown: format.count(sweep.events) };
  if (sweep.state === "waiting" || sweep.state === "never") return t("fields.sweepWaiting");
  if (sweep.state === "failed") return t("fields.sweepFailed");
  if (sweep.state === "running") {
    return t("fields.sweepRunning", { ...events, rows: format.count(sweep.rows), total: format.count(sweep.total) });
  }
  const at = sweep.ended_at ? format.time(sweep.ended_at) : "–";
  const leaving = sweep.files_leaving
    ? ` ${t("fields.sweepLeaving", { count: sweep.files_leaving, shown: format.count(sweep.files_leaving) })}`
    : "";
  if (sweep.events === 0) return t("fields.sweepNothing", { at });
  return t("fields.sweepDone", { ...events, at }) + leaving;
}
