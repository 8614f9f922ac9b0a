// `npm start`: on a fresh clone installs, builds, makes the database and serves; the second time it takes seconds.
// Node built-ins only, because it runs before the packages are there.
import { fork } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { buildAll, generate, installPackages, quietEnv, requireNode, root, run } from "./prepare.mjs";
import { serverEnv } from "./server-process.mjs";

requireNode();
const argv = process.argv.slice(2);
const known = new Set(["--empty", "--traffic", "--processes", "--help"]);
const unknown = argv.filter((word) => word.startsWith("--") && !known.has(word.split("=")[0]));
if (argv.includes("--help") || unknown.length > 0) {
  if (unknown.length > 0) console.error(`unknown option ${unknown.join(", ")}`);
  console.log("npm start [-- --empty] [--traffic 1x|60x|off] [--processes N]\n  --empty        without demonstration data or traffic\n  --traffic 60x  pace of the demonstration's calls; off: none\n  --processes N  N server processes behind one port");
  process.exit(unknown.length > 0 ? 1 : 0);
}
const at = argv.findIndex((word) => word.startsWith("--processes"));
const processes = at < 0 ? 1 : Number(argv[at].split("=")[1] ?? argv[at + 1]);
if (!Number.isInteger(processes) || processes < 1 || processes > 64) {
  console.error(`--processes: a number from 1 to 64, not ${argv[at + 1] ?? ""} (this machine has ${availableParallelism()} cores)`);
  process.exit(1);
}

const trafficAt = argv.findIndex((word) => word.startsWith("--traffic"));
const traffic = argv.includes("--empty") ? "off" : trafficAt < 0 ? "1x" : (argv[trafficAt].split("=")[1] ?? argv[trafficAt + 1]);
if (traffic !== "off" && !(/^\d+x$/.test(traffic ?? "") && Number.parseInt(traffic) >= 1 && Number.parseInt(traffic) <= 3600)) {
  console.error(`--traffic: off, or a pace such as 1x or 60x, not ${traffic ?? ""}`);
  process.exit(1);
}

process.chdir(root);
console.log("ml-despacho");
const dataDir = resolve(process.env.DATA_DIR || ".data");
const env = { ...quietEnv, NODE_ENV: "production", DATA_DIR: dataDir };
try {
  await installPackages();
  await generate();
  await buildAll();
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  chmodSync(dataDir, 0o700);
  const tsx = ["--import", "tsx"];
  process.stdout.write("  database … ");
  const migrated = await run(process.execPath, [...tsx, "lib/cli/migrate.ts"], { env });
  console.log(migrated.trim().split("\n").at(-1));

  // The marker, not the key, says that a first key was made: the key itself is shown once and kept nowhere.
  const marker = join(dataDir, "first-key-made");
  let key = null;
  if (!existsSync(marker)) {
    const output = await run(process.execPath, [...tsx, "lib/cli/key-create.ts", "--name", "first key", "--scopes", "predict,decide,log,read,operate,admin"], { env });
    key = output.trim().split("\n").at(-1);
    writeFileSync(marker, new Date().toISOString(), { mode: 0o600 });
  }
  // The same for the first administrator; without the marker, an account that is there already is left alone.
  const accountMarker = join(dataDir, "first-account-made");
  let password = null;
  if (!existsSync(accountMarker)) {
    const output = await run(process.execPath, [...tsx, "lib/cli/person-create.ts", "--username", "admin", "--role", "admin", "--if-none"], { env });
    password = output.trim().split("\n").at(-1);
    writeFileSync(accountMarker, new Date().toISOString(), { mode: 0o600 });
  }
  // Only the first start fills in the demonstration, and only an empty log; --empty decides that there is none.
  const demoMarker = join(dataDir, "demonstration-decided");
  if (!existsSync(demoMarker)) {
    writeFileSync(demoMarker, new Date().toISOString(), { mode: 0o600 });
    if (!argv.includes("--empty")) {
      process.stdout.write("  demonstration … ");
      try {
        const written = await run(process.execPath, [...tsx, "lib/cli/demo.ts", "history"], { env });
        console.log(written.trim().split("\n").at(-1));
      } catch (error) {
        // The service is worth starting without it.
        console.log(`left out: ${(error.output ?? error.message ?? String(error)).trim().split("\n").at(-1)}`);
      }
    }
  }
  const port = await serve();
  const address = `http://localhost:${port}`;
  console.log(`\n  ready at ${address}`);
  if (password) console.log(`\n  Console: sign in as admin with this password, shown this once:\n\n    ${password}\n\n  It can be changed under Ajustes, Perfil.`);
  if (key) {
    console.log(`\n  API key, shown this once:\n\n    ${key}\n`);
    console.log(`  Try it:\n    curl -s ${address}/api/v2/dispatch/model/info -H 'Authorization: Bearer ${key}'`);
  } else console.log("  API keys: the first one was shown at the first start; npm run --silent key:create makes another.");
  if (traffic !== "off" && existsSync(join(dataDir, "demo.json"))) {
    console.log(`  The calls are a demonstration's (${traffic}); npm start -- --traffic off leaves them out.`);
    const host = !process.env.HOST || process.env.HOST === "0.0.0.0" || process.env.HOST.includes(":") ? "127.0.0.1" : process.env.HOST;
    const demo = fork("lib/cli/demo.ts", ["traffic", "--url", `http://${host}:${port}`, "--speed", traffic], { env: { ...process.env, ...env }, execArgv: tsx });
    forwardSignals([demo]);
  }
  console.log("  Ctrl C stops it.");
} catch (error) {
  const lines = (error.output ?? error.message ?? String(error)).trim().split("\n");
  console.error(`\nCould not start: ${lines.slice(-5).join("\n")}`);
  process.exit(1);
}

/** Forks the server processes; one that dies is started again, unless it dies at once. */
function serve() {
  return new Promise((resolvePort, reject) => {
    if (processes > 1) return cluster(resolvePort, reject);
    const child = fork("build/serve.mjs", [], { env: { ...process.env, ...serverEnv, ...env }, execArgv: ["--enable-source-maps"] });
    child.on("message", (message) => {
      if (message?.kind === "listening") resolvePort(message.port);
    });
    child.on("exit", (code, signal) => {
      reject(new Error(`the server ended (${signal ?? code})`));
      process.exit(code ?? 1);
    });
    forwardSignals([child]);
  });
}

async function cluster(resolvePort, reject) {
  const { default: nodeCluster } = await import("node:cluster");
  nodeCluster.setupPrimary({ exec: "build/serve.mjs", execArgv: ["--enable-source-maps"] });
  let listening = 0;
  let stopping = false;
  const started = new Map();
  const begin = (index) => {
    const worker = nodeCluster.fork({ ...serverEnv, ...env, PROCESS_INDEX: String(index) });
    started.set(worker.id, { index, at: Date.now() });
    worker.on("message", (message) => {
      if (message?.kind === "listening" && ++listening === processes) resolvePort(message.port);
    });
  };
  nodeCluster.on("exit", (worker, code) => {
    const { index, at: startedAt } = started.get(worker.id);
    if (stopping) return;
    if (Date.now() - startedAt < 5_000) return reject(new Error(`server process ${index} ended with ${code} at once`));
    console.error(`server process ${index} ended with ${code}; starting it again`);
    begin(index);
  });
  for (let index = 0; index < processes; index++) begin(index);
  for (const signal of ["SIGINT", "SIGTERM"])
    process.on(signal, () => {
      stopping = true;
      for (const worker of Object.values(nodeCluster.workers)) worker.process.kill("SIGTERM");
    });
}

function forwardSignals(children) {
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => children.forEach((child) => child.kill("SIGTERM")));
}
