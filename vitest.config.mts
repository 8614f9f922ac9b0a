import { defineConfig } from "vitest/config";

const alias = { "@": import.meta.dirname };
const project = (name: string, include: string[], timeoutMs: number, serial: boolean) => ({
  resolve: { alias },
  test: { name, include, testTimeout: timeoutMs, hookTimeout: 60_000, fileParallelism: !serial, environment: "node" },
});

export default defineConfig({
  resolve: { alias },
  test: {
    projects: [
      project("unit", ["{lib,components,prisma}/**/*.test.{ts,tsx}"], 20_000, false),
      project("store", ["tests/store/**/*.test.ts"], 120_000, true),
      // Each file starts a real server process: one at a time on two cores.
      project("api", ["tests/api/**/*.test.ts"], 300_000, true),
    ],
  },
});
