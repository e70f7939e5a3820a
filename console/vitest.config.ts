import { defineConfig, mergeConfig } from "vitest/config";
import vite from "./vite.config";

// Apart from vite.config, so that building needs no test runner.
export default mergeConfig(
  vite,
  defineConfig({
    test: {
      include: ["src/**/*.test.{ts,tsx}"],
      setupFiles: ["./scripts/test-setup.ts"],
      testTimeout: 20_000,
    },
  }),
);
