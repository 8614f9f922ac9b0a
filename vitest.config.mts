import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { alias: { "@": import.meta.dirname } },
  test: { include: ["{lib,components,prisma}/**/*.test.{ts,tsx}"], testTimeout: 20_000 },
});
