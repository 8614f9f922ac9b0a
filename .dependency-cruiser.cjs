const SERVER = "(^|/)server/|^lib/cli/|^lib/db/|^lib/(env|runtime|services|secrets|log|metrics)\\.ts$";
const TEST = "\\.test\\.tsx?$|^tests/";
const FRAMEWORK = "node_modules/(next|next-auth|react|onnxruntime-node|@prisma)/";
const rule = (name, comment, from, to) => ({ name, comment, severity: "error", from, to });

module.exports = {
  forbidden: [
    rule("pure-stays-pure", "Outside server/, lib is plain functions.", { path: "^lib/", pathNot: [SERVER, TEST] }, { path: [SERVER, "^prisma/", FRAMEWORK] }),
    rule(
      "database-only-in-stores",
      "A query lives in the store of its domain; the decision log speaks to the driver itself.",
      { path: "^(lib|app|components)/", pathNot: ["/server/store\\.ts$", "^lib/db/", "^lib/dispatch/server/log/", "^lib/runtime\\.ts$", "^lib/cli/", TEST] },
      { path: ["^lib/db/", "^prisma/", "node_modules/@prisma/", "node_modules/mssql/"] },
    ),
    rule("foreign-store", "Another domain is reached through its functions, never through its table.", { path: "^lib/([^/]+)/", pathNot: ["^lib/cli/", TEST] }, { path: "^lib/[^/]+/server/store\\.ts$", pathNot: "^lib/$1/" }),
    rule("browser-side", "Components never import the server.", { path: "^components/" }, { path: [SERVER, "^app/"] }),
    rule(
      "no-schemas-in-the-browser",
      "A contract is types to the browser; its calls are in calls.ts. The reference at /docs is drawn on the server.",
      { path: "^components/", pathNot: ["^components/docs/", TEST] },
      { path: "^lib/.*contract\\.ts$|^lib/http/endpoint\\.ts$|node_modules/zod", dependencyTypesNot: ["type-only"] },
    ),
    rule("downwards", "lib knows nothing above it.", { path: "^lib/" }, { path: "^(app|components)/" }),
    rule("statistics-stand-alone", "lib/stats does not know what a dispatch is.", { path: "^lib/stats/", pathNot: TEST }, { path: "^lib/", pathNot: "^lib/stats/" }),
    rule("no-cycles", "A cycle is two files that are one.", {}, { circular: true }),
    rule("resolvable", "An import that nothing answers.", {}, { couldNotResolve: true }),
  ],
  options: {
    doNotFollow: { path: "node_modules|^prisma/generated/" },
    exclude: { path: "^prisma/(generated|sqlite)/|\\.css$|^@fontsource" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "require", "node", "default", "types"] },
  },
};
