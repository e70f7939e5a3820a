import { expect, it } from "vitest";
import { fileSize } from "@/features/collect/exports/file-size";

it("says a size in the largest unit that leaves a whole one", () => {
  expect(fileSize(0, "en")).toBe("0 bytes");
  expect(fileSize(1, "en")).toBe("1 byte");
  expect(fileSize(1023, "en")).toBe("1,023 bytes");
  expect(fileSize(1024, "en")).toBe("1 kB");
  expect(fileSize(1.5 * 1024 ** 2, "en")).toBe("1.5 MB");
  expect(fileSize(5 * 1024 ** 5, "en")).toBe("5,120 TB");
});

it("says it in Chinese too", () => {
  expect(fileSize(12, "zh")).toBe("12字节");
  expect(fileSize(3 * 1024 ** 3, "zh")).toBe("3 GB");
});
