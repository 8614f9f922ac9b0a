/** @type {import('next').NextConfig} */
const config = {
  output: process.env.NEXT_STANDALONE ? "standalone" : undefined,
  // Loaded by Node at run time: native binaries and drivers that no bundler should read.
  serverExternalPackages: ["onnxruntime-node", "better-sqlite3", "libsql", "@libsql/client", "@prisma/adapter-better-sqlite3", "@prisma/adapter-libsql", "@prisma/adapter-mssql", "mssql", "pino", "prom-client"],
  outputFileTracingIncludes: { "/*": ["./node_modules/onnxruntime-node/bin/napi-v6/linux/x64/**", "./models/**", "./prisma/migrations-sqlite/**"] },
  poweredByHeader: false,
};

export default config;
