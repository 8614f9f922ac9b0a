import { createServer, STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Problem, problemBody } from "../problem";
import type { Matcher } from "./match";
import { problemReply, respond, type PlainReply, type PlainRequest } from "./respond";

export type PageHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

const never = new AbortController().signal;

/** Paths that this door answers itself; everything else belongs to the pages. Sign-in lives with the pages. */
export function isApiPath(path: string): boolean {
  return (path.startsWith("/api/") && !path.startsWith("/api/auth/")) || path === "/metrics";
}

/** The front door on plain node:http: the API from the route table, everything else to the pages. */
export async function listen(options: {
  port: number;
  host: string;
  match: Matcher;
  pages: PageHandler | null;
  trustProxy: boolean;
}): Promise<{ server: Server; port: number; close: () => Promise<void> }> {
  const server = createServer({ keepAliveTimeout: 65_000, headersTimeout: 20_000, requestTimeout: 30_000, noDelay: true }, (request, response) => {
    const target = request.url ?? "/";
    const mark = target.indexOf("?");
    const path = mark < 0 ? target : target.slice(0, mark);
    if (options.pages && !isApiPath(path)) {
      // Sign-in counts its attempts by address: only a proxy that is trusted may name it.
      request.headers["x-forwarded-for"] = address(request, options.trustProxy);
      options.pages(request, response).catch((error: unknown) => {
        response.destroy(error instanceof Error ? error : undefined);
      });
      return;
    }
    void answer(request, response, path, mark < 0 ? "" : target.slice(mark + 1), options);
  });
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    if (!socket.writable) return;
    const late = error.code === "ERR_HTTP_REQUEST_TIMEOUT";
    const problem = late
      ? new Problem("request-timeout", "The request did not arrive whole.", { fields: [{ part: "header", field: "", message: "incomplete" }] })
      : new Problem("invalid-request", "This is not an HTTP request that can be read.", { fields: [{ part: "header", field: "", message: error.code === "HPE_HEADER_OVERFLOW" ? "too large" : "not HTTP" }] });
    const { status } = problem;
    const text = JSON.stringify(problemBody(problem, "", "none"));
    socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\ncontent-type: application/problem+json\r\ncontent-length: ${Buffer.byteLength(text)}\r\nconnection: close\r\n\r\n${text}`);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, options.host, resolve);
  });
  return {
    server,
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        // An answer that was under way leaves its connection idle later.
        const idle = setInterval(() => server.closeIdleConnections(), 100);
        server.close(() => {
          clearInterval(idle);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, path: string, query: string, options: { match: Matcher; trustProxy: boolean }): Promise<void> {
  const { headers } = request;
  const method = request.method ?? "GET";
  let signal: AbortSignal | null = null;
  const plain: PlainRequest = {
    method,
    path,
    query,
    header: (name) => {
      const value = headers[name];
      return Array.isArray(value) ? value[0] : value;
    },
    remoteAddress: address(request, options.trustProxy),
    signal: () => {
      if (signal) return signal;
      if (response.writableEnded) return never;
      const controller = new AbortController();
      response.once("close", () => {
        controller.abort();
      });
      return (signal = controller.signal);
    },
    readBody: (maxBytes) => readBody(request, maxBytes),
  };
  let reply: PlainReply;
  try {
    reply = await respond(options.match(method, path), plain);
  } catch (error) {
    reply = problemReply(error, plain, "unknown");
  }
  send(request, response, reply, method === "HEAD");
}

function address(request: IncomingMessage, trustProxy: boolean): string {
  const forwarded = trustProxy ? request.headers["x-forwarded-for"] : undefined;
  const first = Array.isArray(forwarded) ? forwarded[0] : forwarded?.split(",")[0];
  return first?.trim() ?? request.socket.remoteAddress ?? "";
}

/** Collects the body; one that is too large or too slow is refused without being kept. */
function readBody(request: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const tooLarge = (): void => {
      chunks.length = 0;
      request.off("data", collect);
      reject(
        new Problem("body-too-large", `The body is larger than ${maxBytes} bytes.`, {
          headers: { connection: "close" },
          fields: [{ part: "body", field: "", message: `at most ${maxBytes} bytes` }],
        }),
      );
    };
    const collect = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > maxBytes) tooLarge();
      else chunks.push(chunk);
    };
    if (Number(request.headers["content-length"] ?? 0) > maxBytes) {
      tooLarge();
      return;
    }
    request.on("data", collect);
    request.on("end", () => {
      resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks));
    });
    const gone = (): void => {
      reject(new Problem("request-timeout", "The body did not arrive whole.", { fields: [{ part: "body", field: "", message: "incomplete" }] }));
    };
    request.on("aborted", gone);
    request.on("error", gone);
  });
}

const LINGER_MS = 5_000;
const LINGER_BYTES = 32 * 1024 * 1024;

/**
 * Reads on for a while before the connection is closed: closing it with bytes unread resets it, and a client that is still
 * sending then never sees why it was refused.
 */
function linger(request: IncomingMessage, done: () => void): void {
  let left = LINGER_BYTES;
  const timer = setTimeout(end, LINGER_MS);
  function end(): void {
    clearTimeout(timer);
    request.off("data", count).off("end", end).off("close", end);
    done();
  }
  function count(chunk: Buffer): void {
    left -= chunk.length;
    if (left < 0) end();
  }
  request.on("data", count).on("end", end).on("close", end).on("error", end);
  request.resume();
}

function send(request: IncomingMessage, response: ServerResponse, reply: PlainReply, head: boolean): void {
  if (response.destroyed) return;
  const { headers, body, status } = reply;
  if (typeof body === "string" || body instanceof Uint8Array) {
    headers["content-length"] = String(typeof body === "string" ? Buffer.byteLength(body) : body.length);
    // A body that nobody read would be taken for the next request on this connection.
    if (!request.complete && status >= 400) {
      headers.connection = "close";
      response.writeHead(status, headers);
      if (!head) response.write(body);
      linger(request, () => response.end());
      return;
    }
    response.writeHead(status, headers);
    response.end(head ? undefined : body);
    return;
  }
  response.writeHead(status, headers);
  if (head) {
    response.end();
    return;
  }
  response.flushHeaders();
  void (async () => {
    try {
      for await (const chunk of body) {
        if (response.destroyed) break;
        if (!response.write(chunk)) await drained(response);
      }
      response.end();
    } catch {
      response.destroy(); // a half sent file must not look whole
    }
  })();
}

/** Until the client has read on, or is gone: a stream whose client left is ended, not left waiting. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off("drain", done);
      response.off("close", done);
      resolve();
    };
    response.on("drain", done);
    response.on("close", done);
    if (response.destroyed) done();
  });
}
