import { expect, it } from "vitest";
import { toCsv } from "@/lib/csv";

it("quotes what would break a line, and disarms what a spreadsheet would run", () => {
  expect(toCsv([["名,称", 'say "hi"', null], ["=1+1", -3, "a\nb"]])).toBe(
    `"名,称","say ""hi""",\r\n'=1+1,-3,"a\nb"`,
  );
});
