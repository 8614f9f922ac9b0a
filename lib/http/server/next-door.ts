import { openRuntime } from "@/lib/runtime";
import { publishSecrets } from "@/lib/secrets";
import { servicesAreOpen } from "@/lib/services";
import { Problem } from "../problem";
import { matcher, type Matcher } from "./match";
import { respond, type PlainRequest } from "./respond";
import { routes } from "./routes";

/**
 * The other front door: the same routes behind Next's handlers, for `next dev` and for hosts that allow no custom server.
 * Nothing is decided here.
 */
const holder = globalThis as typeof globalThis & { __mlDespachoDoor?: Promise<Matcher> };

function open(): Promise<Matcher> {
  return (holder.__mlDespachoDoor ??= openRuntime().then(({ env }) => {
    publishSecrets(env);
    return matcher(routes);
  }));
}

/** For what Next answers itself: opens the runtime unless the server process has done so. */
export async function openRuntimeOnce(): Promise<void> {
  if (!servicesAreOpen()) await open();
}

export async function answerNext(request: Request): Promise<Response> {
  const match = await open();
  const url = new URL(request.url);
  const plain: PlainRequest = {
    method: request.method,
    path: url.pathname,
    query: url.search.slice(1),
    header: (name) => request.headers.get(name) ?? undefined,
    remoteAddress: request.headers.get("x-forwarded-for")?.split(",")[0]?.trim() ?? "",
    signal: () => request.signal,
    readBody: (maxBytes) => readBody(request, maxBytes),
  };
  const reply = await respond(match(plain.method, plain.path), plain);
  const headers = new Headers(reply.headers);
  const { body } = reply;
  if (request.method === "HEAD") return new Response(null, { status: reply.status, headers });
  if (typeof body === "string" || body instanceof Uint8Array) return new Response(body as BodyInit, { status: reply.status, headers });
  return new Response(toStream(body), { status: reply.status, headers });
}

const LINGER_BYTES = 32 * 1024 * 1024;

async function readBody(request: Request, maxBytes: number): Promise<Uint8Array> {
  const tooLarge = (): Problem =>
    new Problem("body-too-large", `The body is larger than ${maxBytes} bytes.`, { headers: { connection: "close" }, fields: [{ part: "body", field: "", message: `at most ${maxBytes} bytes` }] });
  const announced = Number(request.headers.get("content-length") ?? 0) > maxBytes;
  const chunks: Uint8Array[] = [];
  let size = 0;
  if (request.body) {
    for await (const chunk of request.body as unknown as AsyncIterable<Uint8Array>) {
      size += chunk.length;
      // Reads on for a while without keeping it: a connection that closes on a client still sending never tells it why.
      if (size > maxBytes + LINGER_BYTES) break;
      if (!announced && size <= maxBytes) chunks.push(chunk);
    }
  }
  if (announced || size > maxBytes) throw tooLarge();
  return Buffer.concat(chunks);
}

function toStream(source: AsyncIterable<string | Uint8Array>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const iterator = source[Symbol.asyncIterator]();
  return new ReadableStream({
    async pull(controller) {
      const next = await iterator.next();
      if (next.done === true) controller.close();
      else controller.enqueue(typeof next.value === "string" ? encoder.encode(next.value) : next.value);
    },
    async cancel() {
      await iterator.return?.();
    },
  });
}
