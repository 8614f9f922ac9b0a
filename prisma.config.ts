import { defineConfig } from "prisma/config";

// The CLI only generates clients here; migrations are plain .sql files applied by lib/cli/migrate.ts.
export default defineConfig({
  schema: "prisma/schema.prisma",
  datasource: { url: "sqlserver://127.0.0.1:1433;database=unused;user=unused;password=unused" },
});
