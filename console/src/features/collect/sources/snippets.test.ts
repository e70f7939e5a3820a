import { expect, it } from "vitest";
import { CLIENTS, snippetOf, usualClient } from "@/features/collect/sources/snippets";

it.each(CLIENTS)("the snippet for %s bears the address and the key", (client) => {
  const code = snippetOf(client, "https://c.example.com", "wk_1");
  expect(code).toContain("c.example.com");
  expect(code).toContain("wk_1");
});

it("a kind that a newer server names still gets a snippet", () => {
  expect(CLIENTS).toContain(usualClient("hologram"));
});
