import { mkdirSync, writeFileSync } from "node:fs";
import { openApi } from "@/lib/http/openapi";
import { routes } from "@/lib/http/server/routes";
import packageJson from "@/package.json";

/** Writes public/openapi.json from the route table. */
mkdirSync("public", { recursive: true });
const document = openApi(routes.map((each) => each.endpoint), packageJson.version);
writeFileSync("public/openapi.json", `${JSON.stringify(document, null, 1)}\n`);
console.log(`public/openapi.json: ${routes.length} endpoints`);
process.exit(0);
