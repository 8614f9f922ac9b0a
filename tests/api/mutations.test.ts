import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { routes } from "@/lib/http/server/routes";
import { openApi, type Api } from "../api-server";
import { complaint, deliver, mutated } from "../mutations";

// npm run verify:mutations sends 5,000.
const count = Number(process.env.MUTATIONS ?? 1_000);
const seed = Number(process.env.MUTATIONS_SEED ?? 20_260_302);

let api: Api;
beforeAll(async () => {
  api = await openApi({ LOG_LEVEL: "error" });
});
afterAll(() => api.stop());

const endpoints = routes.map(({ endpoint }) => endpoint).filter(({ path }) => /^\/api\/v[12]\//.test(path));

it(`answers ${count} mutated requests without failing, names what is wrong, and lets nobody in without a key`, async () => {
  const statuses = new Map<number, number>();
  const asked = new Set<string>();
  await fc.assert(
    fc.asyncProperty(mutated(endpoints, api.keys), async (request) => {
      const verdict = await deliver(api.url, request);
      statuses.set(verdict.status, (statuses.get(verdict.status) ?? 0) + 1);
      asked.add(request.endpoint);
      const wrong = complaint(verdict);
      if (wrong !== null) throw new Error(`${request.method} ${request.path.slice(0, 200)}: ${wrong}\n${verdict.text.slice(0, 1_000)}`);
    }),
    { numRuns: count, seed, endOnFailure: process.env.MUTATIONS_SHRINK === undefined },
  );
  expect(asked.size).toBe(endpoints.length);
  // The mutations reach past the door: some requests are still good, most are refused for what they hold.
  for (const status of [200, 400, 401, 403, 405, 415]) expect(statuses.get(status), `status ${status}`).toBeGreaterThan(0);
  console.log(`${count} requests, seed ${seed}: ${[...statuses].sort(([a], [b]) => a - b).map(([status, times]) => `${times} x ${status}`).join(", ")}`);
});

it("still answers afterwards, and nothing was lost on the way", async () => {
  expect(await api.send("GET", "/api/health/ready", { key: null })).toMatchObject({ status: 200, body: { status: "pass" } });
  const { writer } = (await api.send("GET", "/api/v2/dispatch/statistics")).body;
  expect(writer).toMatchObject({ away: false, dropped_rows: 0, waiting_rows: 0 });
});
