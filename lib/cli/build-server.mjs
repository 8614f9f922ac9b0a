// Bundles the server process and its threads to build/: one file each, so that a start loads no compiler.
import { build } from "esbuild";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
await build({
  absWorkingDir: root,
  entryPoints: { serve: "lib/cli/serve.ts", "log-worker": "lib/dispatch/server/log/worker.ts" },
  outdir: "build",
  outExtension: { ".js": ".mjs" },
  bundle: true,
  splitting: true,
  packages: "external",
  platform: "node",
  format: "esm",
  target: "node20",
  sourcemap: true,
  define: { "process.env.ML_BUNDLED": '"1"' },
  logLevel: "warning",
});
