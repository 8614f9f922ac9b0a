/** What both Prisma's adapter and the raw driver take. */
export type SqlServerConfig = {
  server: string;
  port: number;
  database: string;
  user: string;
  password: string;
  connectionTimeout: number;
  requestTimeout: number;
  options: { encrypt: boolean; trustServerCertificate: boolean };
  pool: { max: number };
};

/**
 * Parses Prisma's form `sqlserver://host:port;database=…;user=…;password={…};encrypt=…`. A value in braces may hold
 * semicolons; a closing brace inside is doubled. Unknown properties are refused: a misspelt `encrypt` must not pass.
 */
export function parseSqlServerUrl(url: string): SqlServerConfig {
  const [, host, portText, rest] = /^sqlserver:\/\/([^:;/]+)(?::(\d+))?(?:;(.*))?$/s.exec(url) ?? [];
  if (!host) throw new Error("DATABASE_URL: expected sqlserver://host:port;database=…;user=…;password=…");
  const properties = new Map<string, string>();
  for (const [, name, braced, plain] of (rest ?? "").matchAll(/([A-Za-z ]+)=(?:\{((?:[^}]|\}\})*)\}|([^;]*))(?:;|$)/g)) {
    properties.set(name!.trim().toLowerCase().replaceAll(" ", ""), braced === undefined ? plain! : braced.replaceAll("}}", "}"));
  }
  const take = (...names: string[]): string | undefined => {
    for (const name of names) {
      const value = properties.get(name);
      properties.delete(name);
      if (value !== undefined) return value;
    }
    return undefined;
  };
  const seconds = (value: string | undefined, otherwise: number): number => (value === undefined ? otherwise : Number(value) * 1000);
  const config: SqlServerConfig = {
    server: host,
    port: Number(portText ?? 1433),
    database: take("database", "initialcatalog") ?? "master",
    user: take("user", "username", "uid", "userid") ?? "",
    password: take("password", "pwd") ?? "",
    connectionTimeout: seconds(take("connecttimeout", "connectiontimeout", "logintimeout"), 5_000),
    requestTimeout: seconds(take("sockettimeout"), 15_000),
    options: {
      encrypt: (take("encrypt") ?? "true") !== "false",
      trustServerCertificate: take("trustservercertificate") === "true",
    },
    pool: { max: Number(take("connectionlimit") ?? 10) },
  };
  take("schema");
  if (properties.size > 0) throw new Error(`DATABASE_URL: unknown properties ${[...properties.keys()].join(", ")}`);
  return config;
}
