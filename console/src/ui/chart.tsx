/** A chart; the library behind it is loaded only when one is shown. */
import { Skeleton } from "antd";
import { lazy, Suspense } from "react";
import type { ChartProps } from "@/ui/chart-series";

const ChartCanvas = lazy(() => import("@/ui/chart-canvas"));

const HEIGHT = 300;

export function Chart({ height = HEIGHT, ...props }: ChartProps) {
  return (
    <Suspense fallback={<Skeleton.Node active style={{ width: "100%", height }} />}>
      <ChartCanvas {...props} height={height} />
    </Suspense>
  );
}
