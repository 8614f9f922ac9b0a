import { rmSync } from "node:fs";
import { createServer, connect, type Socket } from "node:net";
import sql from "mssql";
import { parseSqlServerUrl } from "@/lib/db/sqlserver-url";
import { compare, modelEnv, startLoad, type Verdict } from "./crash";
import { allScopes, makeKey, newDataDir, startServer } from "./server";
import { openTestDatabase } from "./store/database";

/** A relay in front of the database server, so that a test can cut the connection and refuse new ones. */
async function openRelay(target: { host: string; port: number }): Promise<{ port: number; cut: () => void; mend: () => void; close: () => void }> {
  const open = new Set<Socket>();
  let isCut = false;
  const server = createServer((client) => {
    if (isCut) {
      client.destroy();
      return;
    }
    const upstream = connect(target.port, target.host);
    for (const [from, to] of [[client, upstream], [upstream, client]] as const) {
      open.add(from);
      from.setNoDelay(true);
      from.on("error", () => undefined);
      from.on("close", () => {
        open.delete(from);
        to.destroy();
      });
      from.pipe(to);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    port: typeof address === "object" && address ? address.port : 0,
    cut: () => {
      isCut = true;
      for (const socket of open) socket.destroy();
    },
    mend: () => {
      isCut = false;
    },
    close: () => {
      for (const socket of open) socket.destroy();
      server.close();
    },
  };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The connection to SQL Server (TEST_SQLSERVER_URL) is cut under load; what was acknowledged must be there afterwards, once, in order. */
export async function cutUnderLoad(cutSeconds: number): Promise<Verdict & { errors: string[]; unrecorded: number; p99Ms: number; spooledSeen: boolean }> {
  const database = await openTestDatabase("sqlserver");
  const config = parseSqlServerUrl(database.url);
  const relay = await openRelay({ host: config.server, port: config.port });
  const url = database.url.replace(/^sqlserver:\/\/[^;]+/, `sqlserver://127.0.0.1:${relay.port}`);
  const dataDir = newDataDir();
  // Past the relay: making a key waits for its process, which would wait for the relay of this one.
  const key = makeKey(dataDir, allScopes, database.url);
  const server = await startServer({ dataDir, databaseUrl: url, key, env: await modelEnv(dataDir) });
  let stop = false;
  const load = startLoad(server, 8, () => stop);
  await pause(1_000);
  relay.cut();
  let spooledSeen = false;
  const until = Date.now() + cutSeconds * 1_000;
  while (Date.now() < until) {
    await pause(500);
    const ready = await fetch(`${server.url}/api/health/ready`);
    spooledSeen ||= ready.status === 200 && ((await ready.json()) as { status: string }).status === "warn";
  }
  relay.mend();
  await pause(2_000);
  stop = true;
  await load.done;
  for (let i = 0; i < 1_200; i++) {
    const ready = (await (await fetch(`${server.url}/api/health/ready`)).json()) as { status: string };
    if (ready.status === "pass") break;
    await pause(100);
  }
  await server.stop();
  relay.close();
  const pool = await new sql.ConnectionPool({ ...config, requestTimeout: 60_000 }).connect();
  const { recordset } = await pool.request().query<{ predictionId: string; dispatchId: number }>("SELECT [prediction_id] AS predictionId, [dispatch_id] AS dispatchId FROM [ml].[predictions_log] ORDER BY [id]");
  await pool.close();
  rmSync(dataDir, { recursive: true, force: true });
  const sorted = load.latenciesMs.sort((a, b) => a - b);
  return {
    ...compare(load.acknowledged, recordset),
    errors: load.errors,
    unrecorded: load.acknowledged.filter((each) => !each.recorded).length,
    p99Ms: sorted[Math.floor(sorted.length * 0.99)] ?? 0,
    spooledSeen,
  };
}
