import { resolve } from "node:path";
import { z } from "zod";

const flag = z.enum(["0", "1", "true", "false"]).transform((value) => value === "1" || value === "true");
const port = z.coerce.number().int().min(0).max(65_535);

/** An IANA zone that this Node knows. */
const timeZone = z.string().refine((zone) => {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}, "not an IANA time zone");

const Env = z.object({
  NODE_ENV: z.enum(["development", "production", "test"]).default("development"),
  PORT: port.default(3000),
  /** The address to listen on. 127.0.0.1 unless said otherwise: opening to a network is a decision. */
  HOST: z.string().default("127.0.0.1"),
  /** Everything the service generates: database, secrets, spool. */
  DATA_DIR: z.string().default(".data"),
  MODELS_DIR: z.string().default("models"),
  /** Serves until a model is activated by name. */
  DEFAULT_MODEL: z.string().default("optimal@1"),
  DATABASE_URL: z
    .string()
    .refine((url) => url.startsWith("file:") || url.startsWith("sqlserver://"), "must start with file: or sqlserver://")
    .optional(),
  /** The centre's time zone: hours of the week, peak hours, screens. */
  TIME_ZONE: timeZone.default("America/La_Paz"),
  LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]).default("info"),
  /** Longest wait for the model before the rules answer. */
  PREDICT_DEADLINE_MS: z.coerce.number().min(1).max(10_000).default(80),
  /** Longest wait for the database before an answer's row goes to the spool. */
  LOG_DEADLINE_MS: z.coerce.number().min(1).max(10_000).default(150),
  /** Bound of the spool on disk, per process. */
  SPOOL_MAX_BYTES: z.coerce.number().int().min(0).default(1024 ** 3),
  /** synchronous=FULL: a committed row survives a power cut. NORMAL survives only a crash of the process. */
  SQLITE_SYNCHRONOUS: z.enum(["FULL", "NORMAL"]).default("FULL"),
  /** Take the embedded driver without a compiler even where the other one loads. */
  SQLITE_DRIVER: z.enum(["auto", "better-sqlite3", "libsql"]).default("auto"),
  AUTH_SECRET: z.string().min(32).optional(),
  /** Public address of the console; made from the port when absent. */
  PUBLIC_URL: z.url().optional(),
  /** Set by the start command in each process behind one port. */
  PROCESS_INDEX: z.coerce.number().int().min(0).default(0),
  /** Behind a proxy that sets X-Forwarded-For. */
  TRUST_PROXY: flag.default(false),
  /** Sign-in through the organisation's own accounts: the provider's address, and what it calls this console. */
  OIDC_ISSUER: z
    .url()
    .refine((url) => url.startsWith("https://") || /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])[:/]/.test(`${url}/`), "must be https, or on this machine")
    .optional(),
  OIDC_CLIENT_ID: z.string().optional(),
  OIDC_CLIENT_SECRET: z.string().optional(),
  /** On the sign-in button. */
  OIDC_NAME: z.string().max(40).default("OpenID Connect"),
  /** The role of somebody who comes for the first time; `none`: only those who have an account already. */
  OIDC_NEW_ROLE: z.enum(["viewer", "operator", "admin", "none"]).default("viewer"),
});

const Settings = Env.superRefine((env, issues) => {
  for (const name of ["OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"] as const) {
    if (env.OIDC_ISSUER !== undefined && env[name] === undefined) issues.addIssue({ code: "custom", path: [name], message: "is needed beside OIDC_ISSUER" });
    if (env.OIDC_ISSUER === undefined && env[name] !== undefined) issues.addIssue({ code: "custom", path: [name], message: "means nothing without OIDC_ISSUER" });
  }
});

export type Env = z.infer<typeof Env> & { DATABASE_URL: string };

/** Parses the environment; throws one readable line that names each wrong variable. */
export function parseEnv(source: Record<string, string | undefined>): Env {
  const present = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined && value !== ""));
  const parsed = Settings.safeParse(present);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
    throw new Error(`The environment is not valid. ${lines.join("; ")}`);
  }
  const { DATABASE_URL, DATA_DIR, ...rest } = parsed.data;
  return { ...rest, DATA_DIR, DATABASE_URL: DATABASE_URL ?? `file:${resolve(DATA_DIR, "ml-despacho.db")}` };
}

/** Parsed once, on first use, so that a bad variable is reported by whoever starts and not by an import. */
let parsedEnv: Env | undefined;
export function env(): Env {
  return (parsedEnv ??= parseEnv(process.env));
}
