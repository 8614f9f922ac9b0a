import NextAuth from "next-auth";
import type { NextRequest } from "next/server";
import { openRuntimeOnce } from "@/lib/http/server/next-door";
import { problemReply } from "@/lib/http/server/respond";
import { Problem } from "@/lib/http/problem";
import { strictTransport } from "@/lib/http/security-headers";
import { authOptions } from "@/lib/people/server/next-auth";
import { readSession } from "@/lib/people/server/sessions";

export const dynamic = "force-dynamic";

const MAX_FORM_BYTES = 16 * 1024;
const actions = new Set(["csrf", "providers", "session", "signin", "signout", "callback", "error"]);

/** Sign-in and sign-out. next-auth's log sink for browsers stays closed: anybody could write into our log through it. */
async function handle(request: NextRequest, context: { params: Promise<{ nextauth: string[] }> }): Promise<Response> {
  await openRuntimeOnce();
  const { nextauth } = await context.params;
  if (!actions.has(nextauth[0] ?? "")) return refusal(request, new Problem("not-found", "There is no such path."));
  // A form is read whole before anything is known of who sends it, so its size is said beforehand and small.
  const bytes = Number(request.headers.get("content-length") ?? 0);
  if (!(bytes <= MAX_FORM_BYTES) || request.headers.has("transfer-encoding")) return refusal(request, new Problem("body-too-large", `A form of at most ${MAX_FORM_BYTES} bytes, with its length.`));
  // next-auth takes a token that it cannot check for a bad one and deletes the cookie: a database that is away signs nobody out.
  try {
    await readSession({ method: "GET", header: (name) => request.headers.get(name) ?? undefined });
  } catch (error) {
    return refusal(request, error);
  }
  const answer = (await NextAuth(request as never, context as never, authOptions(Object.fromEntries(request.headers)))) as Response;
  const headers = new Headers(answer.headers);
  headers.set("cache-control", "no-store");
  if (process.env.NEXTAUTH_URL?.startsWith("https://") === true) headers.set("strict-transport-security", strictTransport);
  return new Response(answer.body, { status: answer.status, headers });
}

function refusal(request: NextRequest, problem: unknown): Response {
  const { status, headers, body } = problemReply(problem, { method: request.method, path: request.nextUrl.pathname }, "sign-in");
  return new Response(body as string, { status, headers });
}

export { handle as GET, handle as POST };
