// @vitest-environment jsdom
import { render, screen, within } from "@testing-library/react";
import { beforeAll, expect, it } from "vitest";
import { FunnelBars } from "@/features/analytics/funnel/funnel-bars";
import type { DrawnStep } from "@/features/analytics/funnel/funnel-maths";
import { switchLanguage } from "@/lib/i18n";
import { loadWords } from "@/lib/words";

beforeAll(async () => {
  await switchLanguage("en");
  await loadWords("funnel");
});

const step = (change: Partial<DrawnStep>): DrawnStep => ({
  event: "Live Room Entered", people: 200, fromStart: 1, fromPrevious: null, dropped: 0,
  droppedShare: null, medianSeconds: null, p90Seconds: null, ...change,
});

const steps = [
  step({}),
  step({
    event: "Order Completed", people: 50, fromStart: 0.25, fromPrevious: 0.25, dropped: 150,
    droppedShare: 0.75, medianSeconds: 107,
  }),
];

it("says of each step how many came, dropped off, and how long they took", () => {
  render(<FunnelBars whole={steps} groups={[{ name: "", steps }]} />);
  const [first, last] = screen.getAllByRole("listitem");
  if (!first || !last) throw new Error("two steps were to be drawn");
  expect(within(first).getByText("200 people")).toBeTruthy();
  expect(within(last).getByText("50 people")).toBeTruthy();
  expect(within(last).getByText("150 (75%)")).toBeTruthy();
  expect(within(last).getByText("1 min 47 s")).toBeTruthy();
});

it("fills a column as high as the share that came so far, and hatches the loss above it", () => {
  const { container } = render(<FunnelBars whole={steps} groups={[{ name: "", steps }]} />);
  const heights = (name: string) =>
    [...container.querySelectorAll<HTMLElement>(name)].map((bar) => bar.style.height);
  expect(heights(".funnel-fill")).toEqual(["100%", "25%"]);
  expect(heights(".funnel-drop")).toEqual(["0%", "75%"]);
});
