/** The answer: one sentence, the bars, the table; parts beside the whole when split. */
import { Alert, Card, Flex } from "antd";
import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/client";
import { FunnelBars, type BarGroup } from "@/features/analytics/funnel/funnel-bars";
import { drawnSteps, overall, worstStep, type DrawnStep } from "@/features/analytics/funnel/funnel-maths";
import { usePartName } from "@/lib/use-fields";
import { useFormat } from "@/lib/use-format";
import { Nothing } from "@/ui/states";

const PARTS_MAX = 6;

interface FunnelAnswerProps {
  answer: Schema["FunnelAnswer"];
  breakdown: string | undefined;
}

export function FunnelAnswer({ answer, breakdown }: FunnelAnswerProps) {
  const { t } = useTranslation("funnel");
  const format = useFormat();
  const nameOf = usePartName(breakdown);
  const whole = drawnSteps(answer.steps);
  if ((whole[0]?.people ?? 0) === 0) {
    return (
      <Card>
        <Nothing title={t("funnel.nobody")} hint={t("funnel.nobodyHint", { event: whole[0]?.event ?? "" })} />
      </Card>
    );
  }
  const parts: BarGroup[] = answer.breakdowns.map((part) => ({
    name: nameOf(part),
    steps: drawnSteps(part.steps),
  }));
  const groups = parts.length > 0 ? parts.slice(0, PARTS_MAX) : [{ name: "", steps: whole }];
  return (
    <Card>
        <Flex vertical gap={16}>
          <Headline steps={whole} />
          <FunnelBars whole={whole} groups={groups} />
          {parts.length > PARTS_MAX && <span className="soft">{t("funnel.partsShown", { shown: PARTS_MAX, all: parts.length })}</span>}
          <span className="soft">
            {t("funnel.took", { shown: format.count(Math.round(answer.took_ms)), zone: format.zoneLabel })}
          </span>
        </Flex>
    </Card>
  );
}

function Headline({ steps }: { steps: DrawnStep[] }) {
  const { t } = useTranslation("funnel");
  const format = useFormat();
  const worst = worstStep(steps);
  const lost = worst === undefined ? undefined : steps[worst];
  const before = worst === undefined ? undefined : steps[worst - 1];
  return (
    <Flex vertical gap={8}>
      <Flex gap="8px 32px" wrap align="baseline">
        <div>
          <span className="big-number num">{format.share(overall(steps))}</span>{" "}
          <span className="soft">{t("funnel.overall")}</span>
        </div>
        <span className="soft">
          {t("funnel.ofPeople", {
            last: format.count(steps.at(-1)?.people),
            first: format.count(steps[0]?.people),
          })}
        </span>
      </Flex>
      {lost && before && (
        <Alert
          type="info"
          title={t("funnel.worst", {
            from: before.event,
            to: lost.event,
            share: format.share(lost.droppedShare),
            people: format.count(lost.dropped),
          })}
        />
      )}
    </Flex>
  );
}
