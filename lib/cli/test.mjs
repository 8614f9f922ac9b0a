// `npm test`: everything, on a fresh clone too. The last line sums up all runners.
import { existsSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { buildAll, generate, installPackages, requireNode, root, run } from "./prepare.mjs";

requireNode();
process.chdir(root);
const only = process.argv[2];
const totals = { passed: 0, failed: 0, skipped: 0 };
const node = (...args) => [process.execPath, args];

/** A check without a count of its own counts as one. */
async function check(name, [command, args]) {
  const started = Date.now();
  process.stdout.write(`${name} … `);
  try {
    await run(command, args);
    totals.passed++;
    console.log(`ok (${((Date.now() - started) / 1000).toFixed(0)} s)`);
  } catch (error) {
    totals.failed++;
    console.log(`FAILED\n${error.output ?? error.message}`);
  }
}

/** A runner that counts: its JSON report is read, its own output shown when something failed. */
async function suite(name, [command, args], count, env = {}) {
  const started = Date.now();
  process.stdout.write(`${name} … `);
  let output;
  let code = 0;
  try {
    output = await run(command, args, { env });
  } catch (error) {
    output = error.output ?? error.message;
    code = error.code ?? 1;
  }
  const counted = count(output);
  if (!counted || (code !== 0 && counted.failed === 0)) {
    totals.failed++;
    console.log(`FAILED\n${output}`);
    return;
  }
  for (const key of Object.keys(totals)) totals[key] += counted[key];
  console.log(`${counted.passed} passed, ${counted.failed} failed, ${counted.skipped} skipped (${((Date.now() - started) / 1000).toFixed(0)} s)`);
  if (counted.failed > 0) console.log(output);
  for (const line of output.split("\n")) if (line.includes("skipped:")) console.log(`  ${line.trim()}`);
}

const plain = (text) => text.replace(/\u001b\[[0-9;]*m/g, "");
const vitestCount = (output) => {
  const line = /^\s*Tests\s+(.*)$/m.exec(plain(output))?.[1];
  if (!line) return null;
  const of = (word) => Number(new RegExp(`(\\d+) ${word}`).exec(line)?.[1] ?? 0);
  return { passed: of("passed"), failed: of("failed"), skipped: of("skipped") + of("todo") };
};
const playwrightCount = (output) => {
  const of = (word) => Number(new RegExp(`^\\s+(\\d+) ${word}`, "m").exec(plain(output))?.[1] ?? 0);
  const counted = { passed: of("passed"), failed: of("failed") + of("flaky"), skipped: of("skipped") + of("did not run") };
  return counted.passed + counted.failed + counted.skipped === 0 ? null : counted;
};

const chromium = () => [process.env.CHROMIUM_PATH, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) => path && existsSync(path));

/** Through the system's package manager, where this may; otherwise says what is missing. */
function ensureChromium() {
  if (chromium()) return true;
  if (process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    console.log("installing Chromium through apt-get …");
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    spawnSync("apt-get", ["update", "-q"], { stdio: "ignore", env });
    spawnSync("apt-get", ["install", "-y", "-q", "--no-install-recommends", "chromium"], { stdio: "ignore", env });
  }
  return chromium() !== undefined;
}

const vitest = "node_modules/vitest/vitest.mjs";
await installPackages();
await generate();
await check("types", node("node_modules/typescript/bin/tsc", "--noEmit", "-p", "."));
await check("lint", node("node_modules/eslint/bin/eslint.js", "--max-warnings", "0", "."));
await check("import rules", node("node_modules/dependency-cruiser/bin/dependency-cruise.mjs", "--config", ".dependency-cruiser.cjs", "app", "components", "lib", "prisma"));
await check("dead code", node("node_modules/knip/bin/knip.js", "--no-progress"));
await suite("unit", node(vitest, "run", "--project", "unit"), vitestCount);
if (only !== "quick") {
  await buildAll();
  await suite("store", node(vitest, "run", "--project", "store"), vitestCount);
  await suite("api", node(vitest, "run", "--project", "api"), vitestCount);
  if (ensureChromium()) await suite("browser", node("node_modules/@playwright/test/cli.js", "test"), playwrightCount, { CHROMIUM_PATH: chromium() });
  else {
    totals.failed++;
    console.log("browser … FAILED: no Chromium. Install it (Debian: apt-get install chromium) or set CHROMIUM_PATH.");
  }
}
if (!process.env.TEST_SQLSERVER_URL) console.log("skipped: the store tests over SQL Server's protocol (set TEST_SQLSERVER_URL to run them)");
console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
process.exit(totals.failed > 0 ? 1 : 0);
