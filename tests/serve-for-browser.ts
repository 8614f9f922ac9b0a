import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makePeople, seedTraffic, sharedFile } from "./browser-data";
import { startServer } from "./server";

// The built product for the browser tests: two processes on one database of its own, people of each role, some traffic.
const port = Number(process.env.PORT ?? 3100);
const dataDir = mkdtempSync(join(tmpdir(), "ml-despacho-e2e-"));
const people = makePeople(dataDir);
// Started on the next port first: the one that Playwright waits for comes when everything is there.
const second = await startServer({ dataDir, port: port + 1, pages: true, env: { PROCESS_INDEX: "1" } });
await seedTraffic(second);
writeFileSync(sharedFile(port), JSON.stringify({ people, key: second.key }), { mode: 0o600 });
const first = await startServer({ dataDir, port, pages: true, key: second.key });
const stop = () => {
  void Promise.all([first.stop(), second.stop()]).then(() => {
    rmSync(dataDir, { recursive: true, force: true });
    rmSync(sharedFile(port), { force: true });
    process.exit(0);
  });
};
process.on("SIGTERM", stop);
process.on("SIGINT", stop);
