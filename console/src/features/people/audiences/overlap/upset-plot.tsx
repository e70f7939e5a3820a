/** Combinations of audiences as columns: how many above, which ones below. */
import { useTranslation } from "react-i18next";
import type { Combination, OverlapSet } from "@/features/people/audiences/overlap/combinations";
import { useFormat } from "@/lib/use-format";

const COLUMN = 56;
const BARS = 160;
const ROW = 28;
const NAMES = 168;
const DOT = 7;
const NAME_SHOWN = 18;
/** Room for the number above the tallest bar. */
const TOP = 20;

interface UpsetPlotProps {
  sets: readonly OverlapSet[];
  combinations: readonly Combination[];
}

export function UpsetPlot({ sets, combinations }: UpsetPlotProps) {
  const { t } = useTranslation("audiences");
  const format = useFormat();
  const most = Math.max(...combinations.map((one) => one.count), 1);
  const width = NAMES + combinations.length * COLUMN + 8;
  const height = TOP + BARS + 12 + sets.length * ROW;
  const rowAt = (index: number) => TOP + BARS + 12 + (index + 0.5) * ROW;
  return (
    <div className="scroll-x">
      <svg width={width} height={height} role="img" aria-label={t("overlap.chart")} className="upset">
        {sets.map((set, index) => (
          <g key={set.audience_id}>
            {index % 2 === 0 && <rect x={0} y={rowAt(index) - ROW / 2} width={width} height={ROW} className="band" />}
            <text x={NAMES - 12} y={rowAt(index) + 4} textAnchor="end">
              <title>{set.name}</title>
              {[...set.name].length > NAME_SHOWN ? `${[...set.name].slice(0, NAME_SHOWN).join("")}…` : set.name}
            </text>
          </g>
        ))}
        {combinations.map((one, column) => {
          const x = NAMES + (column + 0.5) * COLUMN;
          const size = Math.max((one.count / most) * BARS, 2);
          const rows = one.isIn.flatMap((is, index) => (is ? [index] : []));
          const [first = 0, last = 0] = [rows[0], rows.at(-1)];
          return (
            <g key={one.key}>
              <title>{`${one.names.join(" + ")}: ${format.count(one.count)}`}</title>
              <rect x={x - 14} y={TOP + BARS - size} width={28} height={size} rx={2} className="bar" />
              <text x={x} y={TOP + BARS - size - 6} textAnchor="middle">
                {format.short(one.count)}
              </text>
              {one.isIn.map((is, index) => (
                <circle key={index} cx={x} cy={rowAt(index)} r={DOT} className={is ? "in" : "out"} />
              ))}
              {rows.length > 1 && <line x1={x} x2={x} y1={rowAt(first)} y2={rowAt(last)} className="link" />}
            </g>
          );
        })}
      </svg>
    </div>
  );
}
