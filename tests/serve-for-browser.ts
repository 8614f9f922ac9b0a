import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startServer } from "./server";

// The built product on a database of its own, for the browser tests.
const dataDir = mkdtempSync(join(tmpdir(), "ml-despacho-e2e-"));
const server = await startServer({ dataDir, port: Number(process.env.PORT ?? 3100), pages: true });
const stop = () => {
  void server.stop().then(() => {
    rmSync(dataDir, { recursive: true, force: true });
    process.exit(0);
  });
};
process.on("SIGTERM", stop);
process.on("SIGINT", stop);
