import { connect, type Socket } from "node:net";

export type Window = { sent: number; errors: number; latencies: number[]; /** How late the generator itself was, ms. */ late: number[]; mostOpen: number };

/**
 * Requests at a steady rate, whatever the answers do: one that waits does not hold back the next. Each is timed from its
 * writing. Runs until `ended` settles, then waits for the answers still due.
 */
export async function openLoop(port: number, requests: readonly Buffer[], perSecond: number, ended: Promise<unknown>): Promise<Window> {
  const window: Window = { sent: 0, errors: 0, latencies: [], late: [], mostOpen: 0 };
  const idle: Connection[] = [];
  const all: Connection[] = [];
  let waiting = 0;
  let running = true;
  const answered = (connection: Connection, status: number, ms: number): void => {
    waiting--;
    if (status !== 200) window.errors++;
    window.latencies.push(ms);
    idle.push(connection);
  };
  const failed = (): void => {
    waiting--;
    window.errors++;
  };
  const open = (): Connection => {
    const connection = new Connection(port, answered, failed);
    all.push(connection);
    return connection;
  };
  // Opened before the clock starts, so that the first answers are not slowed by the handshake.
  for (let at = 0; at < 8; at++) idle.push(open());
  await new Promise((resolve) => setTimeout(resolve, 100));

  const stepMs = 1_000 / perSecond;
  let due = performance.now();
  await new Promise<void>((resolve) => {
    const tick = (): void => {
      for (let now = performance.now(); running && due <= now; due += stepMs) {
        window.late.push(now - due);
        waiting++;
        window.mostOpen = Math.max(window.mostOpen, waiting);
        (idle.pop() ?? open()).send(requests[window.sent++ % requests.length]!);
      }
      if (running || waiting > 0) setTimeout(tick, 1);
      else resolve();
    };
    void ended.finally(() => (running = false));
    tick();
  });
  for (const connection of all) connection.end();
  return window;
}

class Connection {
  private readonly socket: Socket;
  private got: Buffer = Buffer.alloc(0);
  private sentAt = 0;
  private busy = false;

  constructor(port: number, answered: (connection: Connection, status: number, ms: number) => void, failed: () => void) {
    this.socket = connect({ port, host: "127.0.0.1", noDelay: true });
    const lost = (): void => {
      if (this.busy) failed();
      this.busy = false;
    };
    this.socket.on("error", lost).on("close", lost);
    this.socket.on("data", (chunk: Buffer) => {
      this.got = this.got.length === 0 ? chunk : Buffer.concat([this.got, chunk]);
      const end = this.got.indexOf("\r\n\r\n");
      if (end < 0) return;
      const head = this.got.toString("latin1", 0, end);
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
      if (this.got.length < end + 4 + length) return;
      this.got = this.got.subarray(end + 4 + length);
      this.busy = false;
      answered(this, Number(head.slice(9, 12)), performance.now() - this.sentAt);
    });
  }

  send(request: Buffer): void {
    this.busy = true;
    this.sentAt = performance.now();
    this.socket.write(request);
  }

  end(): void {
    this.socket.destroy();
  }
}

export function quantileOf(values: readonly number[], level: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * level))] ?? Number.NaN;
}
