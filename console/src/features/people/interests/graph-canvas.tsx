/** The picture of a node and its neighbours; nodes are walked to, edges explained. */
import { GraphChart } from "echarts/charts";
import { LegendComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";
import { KINDS, keyOf, type Item, type Kind, type Neighbour } from "@/features/people/interests/interests";
import { spotsOf, type Spot } from "@/features/people/interests/layout";
import { FAINT, FONT, INK, SERIES } from "@/ui/theme";

echarts.use([GraphChart, TooltipComponent, LegendComponent, SVGRenderer]);

export interface GraphPictureProps {
  centre: Item;
  neighbours: readonly Neighbour[];
  nameOf: (item: Item) => string;
  kindWord: (kind: Kind) => string;
  wordsOf: (neighbour: Neighbour) => string;
  summary: string;
  height: number;
  isNarrow: boolean;
  onWalk: (item: Item) => void;
  onExplain: (item: Item) => void;
}

const LABEL_WIDTH = 104;
const LABEL_WIDTH_NARROW = 108;
const WIDTH_MIN = 1;
const WIDTH_SPREAD = 4;
const FIELD = 100;
const WIDE = 0.85;
const NARROW = 0.8;

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${String(sign.charCodeAt(0))};`);
}

interface Hit {
  dataType?: string;
  data?: { key?: string };
}

function isHit(params: unknown): params is Hit {
  return typeof params === "object" && params !== null;
}

function nodeOf(spot: Spot, props: GraphPictureProps) {
  const width = props.isNarrow ? LABEL_WIDTH_NARROW : LABEL_WIDTH;
  const side = spot.isLeft ? "left" : "right";
  return {
    key: spot.key,
    name: spot.key,
    x: spot.x * FIELD * (props.isNarrow ? NARROW : WIDE),
    y: spot.y * FIELD,
    symbolSize: spot.size,
    category: KINDS.indexOf(spot.item.kind),
    label: {
      formatter: () => props.nameOf(spot.item),
      position: spot.isCentre || props.isNarrow ? "bottom" : side,
      width,
      overflow: "truncate",
      fontWeight: spot.isCentre ? 600 : 400,
    },
  };
}

function optionOf(props: GraphPictureProps): echarts.EChartsCoreOption {
  const spots = spotsOf(props.centre, props.neighbours);
  const known = new Map(props.neighbours.map((one) => [keyOf(one.item), one]));
  const most = Math.max(...props.neighbours.map((one) => one.chance), Number.MIN_VALUE);
  const shown = KINDS.filter((kind) => spots.some((spot) => spot.item.kind === kind));
  const side = props.isNarrow ? 44 : LABEL_WIDTH + 16;
  return {
    textStyle: { fontFamily: FONT, color: INK },
    animation: false,
    color: [...SERIES],
    legend: {
      data: shown.map((kind) => props.kindWord(kind)),
      top: 0,
      left: "center",
      itemWidth: 10,
      itemHeight: 10,
      selectedMode: false,
      textStyle: { fontFamily: FONT, color: INK },
    },
    tooltip: {
      confine: true,
      extraCssText: "max-width: 280px; white-space: normal;",
      formatter: (params: unknown) => {
        const one = isHit(params) && params.data?.key ? known.get(params.data.key) : undefined;
        const item = one?.item ?? props.centre;
        const words = one ? `<div>${escaped(props.wordsOf(one))}</div>` : "";
        return `<b>${escaped(props.nameOf(item))}</b> ${escaped(props.kindWord(item.kind))}${words}`;
      },
    },
    series: [
      {
        type: "graph",
        layout: "none",
        coordinateSystem: null,
        left: side,
        right: side,
        top: 56,
        bottom: 36,
        preserveAspect: true,
        roam: false,
        cursor: "pointer",
        categories: KINDS.map((kind) => ({ name: props.kindWord(kind) })),
        label: { show: true, color: INK, fontFamily: FONT, fontSize: 12 },
        emphasis: { focus: "adjacency", scale: false },
        edgeSymbol: ["none", "none"],
        data: spots.map((spot) => nodeOf(spot, props)),
        links: props.neighbours.map((one) => ({
          key: keyOf(one.item),
          source: keyOf(props.centre),
          target: keyOf(one.item),
          lineStyle: { width: WIDTH_MIN + WIDTH_SPREAD * Math.sqrt(one.chance / most), color: FAINT, opacity: 0.9 },
        })),
      },
    ],
  };
}

export default function GraphCanvas(props: GraphPictureProps) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<echarts.ECharts>(undefined);
  const latest = useRef(props);

  useEffect(() => {
    latest.current = props;
  });

  useEffect(() => {
    if (!place.current) return undefined;
    const made = echarts.init(place.current, undefined, { renderer: "svg" });
    chart.current = made;
    made.on("click", (params: unknown) => {
      if (!isHit(params)) return;
      const { neighbours, onWalk, onExplain } = latest.current;
      const one = neighbours.find((near) => keyOf(near.item) === params.data?.key);
      if (!one) return;
      if (params.dataType === "edge") onExplain(one.item);
      else onWalk(one.item);
    });
    const watch = new ResizeObserver(() => {
      made.resize();
    });
    watch.observe(place.current);
    return () => {
      watch.disconnect();
      made.dispose();
    };
  }, []);

  useEffect(() => {
    chart.current?.setOption(optionOf(props), { notMerge: true });
  });

  return <div ref={place} role="img" aria-label={props.summary} style={{ width: "100%", height: props.height }} />;
}
