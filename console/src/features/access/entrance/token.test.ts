import { describe, expect, it } from "vitest";
import { safeNext, tokenOf } from "@/features/access/entrance/token";

describe("the entrance", () => {
  it("reads a token from the query or the fragment", () => {
    expect(tokenOf("?token=set_1", "")).toBe("set_1");
    expect(tokenOf("", "#token=inv_1")).toBe("inv_1");
  });

  it("goes on only to a path of our own", () => {
    expect(safeNext("/w/wsp_1/overview?x=1")).toBe("/w/wsp_1/overview?x=1");
    for (const evil of ["https://evil.example", "//evil.example", "/\\evil.example", null]) {
      expect(safeNext(evil)).toBe("/");
    }
  });
});
