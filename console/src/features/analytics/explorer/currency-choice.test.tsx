// @vitest-environment jsdom
import { render, screen } from "@testing-library/react";
import { beforeAll, describe, expect, it } from "vitest";
import { choicesOf, CurrencyNote } from "@/features/analytics/explorer/currency-choice";
import { switchLanguage } from "@/lib/i18n";
import { loadWords } from "@/lib/words";
import { WorkspaceContext, type Workspace } from "@/lib/workspace";

beforeAll(async () => {
  await switchLanguage("en");
  await loadWords("metrics");
});

const workspace: Workspace = {
  id: "wsp_1", name: "Tea House", role: "owner", time_zone: "Asia/Shanghai", currency: "CNY", is_demo: false,
};

const note = (currency: string | null, currencies: string[]) =>
  render(
    <WorkspaceContext value={workspace}>
      <CurrencyNote currency={currency} currencies={currencies} />
    </WorkspaceContext>,
  );

describe("the currencies to choose from", () => {
  it("are none where all money is in the workspace's own, or it is no money", () => {
    expect(choicesOf({ currency: "CNY", currencies: ["CNY"] }, "CNY")).toEqual([]);
    expect(choicesOf({ currency: "CNY", currencies: [] }, "CNY")).toEqual([]);
    expect(choicesOf({ currency: null, currencies: [] }, "CNY")).toEqual([]);
  });

  it("are shown where the money is in another, or in several", () => {
    expect(choicesOf({ currency: "GBP", currencies: ["GBP"] }, "CNY")).toEqual(["GBP"]);
    expect(choicesOf({ currency: "CNY", currencies: ["CNY", "GBP"] }, "CNY")).toEqual(["CNY", "GBP"]);
  });

  it("hold the one asked for, though the period has none of it", () => {
    expect(choicesOf({ currency: "CNY", currencies: ["GBP"] }, "CNY")).toEqual(["CNY", "GBP"]);
  });
});

describe("the note", () => {
  it("says that amounts are not in the workspace's currency", () => {
    note("GBP", ["GBP"]);
    expect(screen.getByText("Amounts are in GBP, not in the workspace’s currency, CNY.")).toBeTruthy();
  });

  it("says which amounts are left out", () => {
    note("CNY", ["CNY", "EUR", "GBP"]);
    expect(screen.getByText("Amounts in EUR, GBP are not counted in.")).toBeTruthy();
  });

  it("is silent where all is in the workspace's own", () => {
    expect(note("CNY", ["CNY"]).container.textContent).toBe("");
  });
});
