/** The picture; the library behind it is loaded only when one is shown. */
import { Skeleton } from "antd";
import { lazy, Suspense } from "react";
import type { GraphPictureProps } from "@/features/people/interests/graph-canvas";

const GraphCanvas = lazy(() => import("@/features/people/interests/graph-canvas"));

export function GraphPicture(props: GraphPictureProps) {
  return (
    <Suspense fallback={<Skeleton.Node active style={{ width: "100%", height: props.height }} />}>
      <GraphCanvas {...props} />
    </Suspense>
  );
}
