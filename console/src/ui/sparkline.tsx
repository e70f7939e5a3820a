/** The last hours in a line no taller than a line of text. */
import { ACCENT, FAINT } from "@/ui/theme";

interface SparklineProps {
  values: readonly number[];
  label: string;
  width?: number;
  height?: number;
}

export function Sparkline({ values, label, width = 96, height = 24 }: SparklineProps) {
  const most = Math.max(...values, 1);
  const step = width / Math.max(values.length, 1);
  return (
    <svg width={width} height={height} role="img" aria-label={label} style={{ display: "block" }}>
      {values.map((value, index) => {
        const size = value === 0 ? 1 : Math.max(2, (value / most) * (height - 2));
        return (
          <rect
            // The hours have no other name than their place.
            key={index}
            x={index * step + 0.5}
            y={height - size}
            width={Math.max(step - 1, 1)}
            height={size}
            fill={value === 0 ? FAINT : ACCENT}
          />
        );
      })}
    </svg>
  );
}
