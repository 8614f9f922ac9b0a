/** Next's start, before the first page: proxy.ts needs the secret of the sessions also where no server process of ours set it. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const [{ env }, { publishSecrets }] = await Promise.all([import("./lib/env"), import("./lib/secrets")]);
  publishSecrets(env());
}
