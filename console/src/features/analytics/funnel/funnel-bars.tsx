/** The funnel drawn: a column per step, filled as far as people came, hatched where they dropped off. */
import { Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import type { DrawnStep } from "@/features/analytics/funnel/funnel-maths";
import { useFormat } from "@/lib/use-format";
import { SERIES } from "@/ui/theme";

export interface BarGroup {
  name: string;
  steps: DrawnStep[];
}

interface FunnelBarsProps {
  whole: DrawnStep[];
  groups: BarGroup[];
}

export function FunnelBars({ whole, groups }: FunnelBarsProps) {
  const { t } = useTranslation("funnel");
  const isSplit = groups.length > 1 || groups[0]?.name !== "";
  return (
    <div>
      {isSplit && (
        <ul className="funnel-legend">
          {groups.map((group, index) => (
            <li key={group.name}>
              <span className="swatch" style={{ background: SERIES[index % SERIES.length] }} />
              {group.name}
            </li>
          ))}
        </ul>
      )}
      {/* Wider than a phone with many steps: it scrolls, and so must be reachable by keyboard. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className="funnel scroll-x" role="list" aria-label={t("funnel.chart")} tabIndex={0}>
        {whole.map((step, index) => (
          <div key={index} className="funnel-step" role="listitem">
            <div className="funnel-bars" aria-hidden>
              {groups.map((group, at) => (
                <Bar key={group.name} group={group} index={index} colour={SERIES[at % SERIES.length] ?? SERIES[0]} />
              ))}
            </div>
            <StepWords step={step} index={index} />
          </div>
        ))}
      </div>
    </div>
  );
}

interface BarProps {
  group: BarGroup;
  index: number;
  colour: string;
}

function Bar({ group, index, colour }: BarProps) {
  const { t } = useTranslation("funnel");
  const format = useFormat();
  const step = group.steps[index];
  if (!step) return null;
  const share = step.fromStart ?? 0;
  const before = index === 0 ? 1 : (group.steps[index - 1]?.fromStart ?? 0);
  const percent = (part: number) => `${String(part * 100)}%`;
  return (
    <Tooltip
      title={
        <>
          {group.name && <div>{group.name}</div>}
          <div>{t("funnel.barPeople", { people: format.count(step.people), share: format.share(step.fromStart) })}</div>
          {index > 0 && (
            <div>{t("funnel.barDropped", { people: format.count(step.dropped), share: format.share(step.droppedShare) })}</div>
          )}
        </>
      }
    >
      <div className="funnel-column">
        <span className="funnel-share num">{format.share(step.fromStart)}</span>
        <div className="funnel-bar">
        {/* In arbitrary order a later column may stand higher: then nothing dropped there. */}
        <div className="funnel-drop" style={{ bottom: percent(share), height: percent(Math.max(0, before - share)) }} />
        <div className="funnel-fill" style={{ height: percent(share), background: colour }} />
        </div>
      </div>
    </Tooltip>
  );
}

function StepWords({ step, index }: { step: DrawnStep; index: number }) {
  const { t } = useTranslation("funnel");
  const format = useFormat();
  return (
    <div className="funnel-words">
      <div className="funnel-name" title={step.event}>
        <span className="step-number">{index + 1}</span> {step.event}
      </div>
      <div className="num">
        <strong>{t("funnel.people", { people: format.count(step.people) })}</strong>
      </div>
      {index > 0 && (
        <>
          <div className="soft">
            {t("funnel.fromPrevious")} <span className="num">{format.share(step.fromPrevious)}</span>
          </div>
          <div className="delta-down">
            {t("funnel.dropped")}{" "}
            <span className="num">
              {format.count(step.dropped)} ({format.share(step.droppedShare)})
            </span>
          </div>
          <div className="soft">
            {t("funnel.median")} <span className="num">{format.duration(step.medianSeconds)}</span>
          </div>
        </>
      )}
    </div>
  );
}
