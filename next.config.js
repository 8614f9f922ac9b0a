import createNextIntlPlugin from "next-intl/plugin";

/** For every answer of the pages. The content security policy carries a nonce per request and is set in proxy.ts. */
const securityHeaders = [
  { key: "X-Content-Type-Options", value: "nosniff" },
  { key: "X-Frame-Options", value: "DENY" },
  { key: "Referrer-Policy", value: "same-origin" },
  { key: "Cross-Origin-Opener-Policy", value: "same-origin" },
  { key: "Cross-Origin-Resource-Policy", value: "same-origin" },
  { key: "Permissions-Policy", value: "camera=(), microphone=(), geolocation=(), payment=(), usb=(), interest-cohort=()" },
];

/** @type {import('next').NextConfig} */
const config = {
  output: process.env.NEXT_STANDALONE ? "standalone" : undefined,
  // Loaded by Node at run time: native binaries and drivers that no bundler should read.
  serverExternalPackages: ["onnxruntime-node", "better-sqlite3", "libsql", "@libsql/client", "@prisma/adapter-better-sqlite3", "@prisma/adapter-libsql", "@prisma/adapter-mssql", "mssql", "pino", "prom-client"],
  outputFileTracingIncludes: { "/*": ["./node_modules/onnxruntime-node/bin/napi-v6/linux/x64/**", "./models/**", "./prisma/migrations-sqlite/**"] },
  poweredByHeader: false,
  // A page for another role answers 403 (app/(console)/settings/forbidden.tsx).
  experimental: { authInterrupts: true },
  // The API answers a path with a slash too many itself, with 404 as at the other door.
  skipTrailingSlashRedirect: true,
  headers: () => Promise.resolve([{ source: "/:path*", headers: securityHeaders }]),
};

export default createNextIntlPlugin("./lib/i18n/server/request.ts")(config);
