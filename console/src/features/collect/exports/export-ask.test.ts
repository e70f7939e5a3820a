import { expect, it } from "vitest";
import { exportAsk } from "@/features/collect/exports/export-dialog";

const NOW = new Date("2026-11-22T16:30:00Z");

it("asks for everything where nothing is chosen", () => {
  const ask = exportAsk({ event: "  ", time: "all", period: "7d", format: "ndjson" }, "Asia/Shanghai", NOW);
  expect(ask).toEqual({ format: "ndjson", event: null, since: null, until: null });
});

it("asks for whole days of the workspace's zone", () => {
  // Half past midnight of the 23rd there.
  const ask = exportAsk({ event: "Order Completed", time: "period", period: "today", format: "parquet" }, "Asia/Shanghai", NOW);
  expect(ask).toEqual({
    format: "parquet", event: "Order Completed", since: "2026-11-22T16:00:00.000Z", until: "2026-11-23T16:00:00.000Z",
  });
});
