import { expect, it } from "vitest";
import { readNumbers } from "@/features/privacy/numbers/read-numbers";

it("reads pasted numbers, each once", () => {
  expect(readNumbers("170 0000 0001\n17000000002，17000000001;\n")).toEqual(["17000000001", "17000000002"]);
});
