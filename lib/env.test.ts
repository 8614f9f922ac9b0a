import { describe, expect, it } from "vitest";
import { parseEnv } from "./env";

it("fills the defaults and keeps the database in the data folder", () => {
  const env = parseEnv({ DATA_DIR: "somewhere" });
  expect(env.PORT).toBe(3000);
  expect(env.HOST).toBe("127.0.0.1");
  expect(env.DATABASE_URL).toMatch(/^file:.*somewhere\/ml-despacho\.db$/);
});

const openId = { OIDC_ISSUER: "https://accounts.example.org", OIDC_CLIENT_ID: "console", OIDC_CLIENT_SECRET: "secret" };

const wrong: [name: string, values: string[]][] = [
  ["NODE_ENV", ["staging"]],
  ["PORT", ["http", "70000", "-1", "80.5", "1e9"]],
  ["DATABASE_URL", ["postgres://x", "mysql://x", "ml.db", "sqlserver:x"]],
  ["TIME_ZONE", ["Mars/Olympus", "GMT+25:99"]],
  ["LOG_LEVEL", ["loud", "INFO"]],
  ["PREDICT_DEADLINE_MS", ["0", "soon", "10001"]],
  ["LOG_DEADLINE_MS", ["0", "late", "10001"]],
  ["SPOOL_MAX_BYTES", ["-1", "1GB", "1.5"]],
  ["SQLITE_SYNCHRONOUS", ["OFF", "full"]],
  ["SQLITE_DRIVER", ["sqlite3"]],
  ["AUTH_SECRET", ["short"]],
  ["PUBLIC_URL", ["example", "//example.org"]],
  ["PROCESS_INDEX", ["-1", "first"]],
  ["TRUST_PROXY", ["yes", "2"]],
  ["OIDC_ISSUER", ["accounts", "http://accounts.example.org", "http://localhost.example.org", "ftp://localhost"]],
  ["OIDC_CLIENT_ID", ["console"]],
  ["OIDC_CLIENT_SECRET", ["secret"]],
  ["OIDC_NAME", ["x".repeat(41)]],
  ["OIDC_NEW_ROLE", ["root", "Viewer"]],
];

describe.each(wrong)("%s", (name, values) => {
  it.each(values)("names itself when it is %s", (value) => {
    expect(() => parseEnv({ [name]: value })).toThrow(new RegExp(`^The environment is not valid\\. ${name}: .+$`));
  });

  it("is absent when it is empty", () => {
    expect(parseEnv({ [name]: "" })).toEqual(parseEnv({}));
  });
});

it("has a wrong value for every variable that can be wrong", () => {
  const anyText = ["HOST", "DATA_DIR", "MODELS_DIR", "DEFAULT_MODEL"];
  const defaults = Object.keys(parseEnv({ AUTH_SECRET: "x".repeat(32), PUBLIC_URL: "http://localhost", ...openId }));
  expect([...wrong.map(([name]) => name), ...anyText].sort()).toEqual(defaults.sort());
});

it("takes an OpenID provider whole or not at all", () => {
  expect(parseEnv(openId)).toMatchObject({ ...openId, OIDC_NAME: "OpenID Connect", OIDC_NEW_ROLE: "viewer" });
  expect(parseEnv({ ...openId, OIDC_ISSUER: "http://localhost:8080/realms/x" }).OIDC_ISSUER).toBe("http://localhost:8080/realms/x");
  for (const name of ["OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"] as const) expect(() => parseEnv({ ...openId, [name]: undefined })).toThrow(`${name}: is needed beside OIDC_ISSUER`);
});

it("names all that are wrong in one line", () => {
  expect(() => parseEnv({ PORT: "x", LOG_LEVEL: "loud" })).toThrow(/PORT: [^;\n]+; LOG_LEVEL: /);
});

it.each([
  ["1", true],
  ["true", true],
  ["0", false],
  ["false", false],
])("reads TRUST_PROXY=%s", (text, value) => {
  expect(parseEnv({ TRUST_PROXY: text }).TRUST_PROXY).toBe(value);
});

it("takes both databases", () => {
  for (const DATABASE_URL of ["file:/data/x.db", "sqlserver://host:1433;database=ml;user=u;password=p"]) expect(parseEnv({ DATABASE_URL }).DATABASE_URL).toBe(DATABASE_URL);
});
