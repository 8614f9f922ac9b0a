import { defineConfig } from "@playwright/test";

const port = Number(process.env.E2E_PORT ?? 3100);

export default defineConfig({
  testDir: "tests/e2e",
  // One after the other: what sends calls of its own comes after what counts the calls that stand there.
  projects: [
    { name: "standing", testIgnore: ["**/simulator.spec.ts", ...(process.env.VERIFY_TIMES === "1" ? [] : ["**/times.spec.ts"])] },
    { name: "moving", testMatch: ["**/simulator.spec.ts"] },
  ],
  workers: 1,
  reporter: "list",
  timeout: 30_000,
  use: {
    baseURL: `http://127.0.0.1:${port}`,
    locale: "es",
    launchOptions: {
      executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium",
      args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    },
  },
  webServer: {
    command: "node --import tsx tests/serve-for-browser.ts",
    url: `http://127.0.0.1:${port}/api/health/live`,
    env: { PORT: String(port) },
    timeout: 60_000,
  },
});
