import { expect, it } from "vitest";
import { readIds } from "@/features/collect/blocked/read-ids";

it("reads one id a line, each once, whatever stands around it", () => {
  expect(readIds(" test-user \r\n\n8613800000000\ntest-user\na, b\n")).toEqual(["test-user", "8613800000000", "a, b"]);
});

it("finds none in nothing", () => {
  expect(readIds(" \n\t\n")).toEqual([]);
});
