import { closeSync, existsSync, fdatasyncSync, fstatSync, ftruncateSync, mkdirSync, openSync, readSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { z } from "zod";
import type { AbEntries, Group } from "./row";

/**
 * Rows that the database could not take, in order, on disk. One line per group: CRC-32 in hex, a space, JSON. A torn last
 * line was never acknowledged and is cut; a damaged line in the middle is set aside and counted, never skipped in silence.
 */
export type Spool = {
  readonly bytes: number;
  readonly groups: number;
  /** Durable when it returns. False when the bound is reached: nothing was written. */
  append(groups: readonly Group[]): boolean;
  /** The oldest groups, at most `limit`, without taking them out. */
  peek(limit: number): Group[];
  /** Forgets the oldest `count` groups, which are now in the database. */
  drop(count: number): void;
  close(): void;
};

const Line = z.object({
  number: z.number().int(),
  rows: z.number().int(),
  numbers: z.array(z.number().nullable()),
  texts: z.string(),
  shared: z.array(z.array(z.union([z.number(), z.string(), z.null()]))),
  answers: z.array(z.object({ keyHash: z.string(), bodyHash: z.string(), status: z.number(), response: z.string(), expiresAtMs: z.number(), assignmentsFrom: z.number().optional(), assignmentsCount: z.number().optional() })),
  assignments: z.array(z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))),
  // Written by this program and covered by the check value.
  ab: z.custom<AbEntries>((value) => typeof value === "object" && value !== null).optional(),
});

/** A 32-bit check value. Node 20 before 20.15 has no zlib.crc32; the service asks for a Node that has. */
const check = (text: string): string => crc32(text).toString(16).padStart(8, "0");

export function encodeGroup(group: Group): string {
  // JSON writes NaN as null, which is what NaN means here.
  const json = JSON.stringify({ ...group, numbers: [...group.numbers] });
  return `${check(json)} ${json}\n`;
}

/** Null for a line that is torn or damaged. */
export function decodeGroup(line: string): Group | null {
  const json = line.slice(9);
  if (line.length < 10 || line[8] !== " " || check(json) !== line.slice(0, 8)) return null;
  const parsed = Line.parse(JSON.parse(json));
  return { ...parsed, numbers: Float64Array.from(parsed.numbers, (value) => value ?? Number.NaN) };
}

export function openSpool(path: string, maxBytes: number): Spool {
  const descriptor = openSync(path, existsSync(path) ? "r+" : "w+", 0o600);
  /** Byte length of each group that still waits, oldest first. */
  const lengths: number[] = [];
  let start = 0;
  let end = 0;

  for (const line of readLines(descriptor)) {
    const bytes = Buffer.byteLength(line) + 1;
    if (decodeGroup(line)) lengths.push(bytes);
    else {
      writeFileSync(`${path}.damaged`, `${line}\n`, { flag: "a", mode: 0o600 });
      lengths.push(-bytes);
    }
    end += bytes;
  }
  ftruncateSync(descriptor, end);
  let first = 0;

  const read = (from: number, size: number): string => {
    const buffer = Buffer.alloc(size);
    readSync(descriptor, buffer, 0, size, from);
    return buffer.toString("utf8");
  };

  return {
    get bytes() {
      return end - start;
    },
    get groups() {
      return lengths.length - first;
    },
    append(groups) {
      const text = groups.map(encodeGroup);
      const data = Buffer.from(text.join(""));
      if (end - start + data.length > maxBytes) return false;
      writeSync(descriptor, data, 0, data.length, end);
      fdatasyncSync(descriptor);
      for (const line of text) lengths.push(Buffer.byteLength(line));
      end += data.length;
      return true;
    },
    peek(limit) {
      const found: Group[] = [];
      let at = start;
      for (let i = first; i < lengths.length && found.length < limit; i++) {
        const length = Math.abs(lengths[i]!);
        if (lengths[i]! > 0) {
          const group = decodeGroup(read(at, length).slice(0, -1));
          if (group) found.push(group);
        } else if (found.length === 0) {
          // A damaged line at the head: nothing can be done with it here, it stands in the .damaged file.
          start += length;
          first++;
        } else break;
        at += length;
      }
      return found;
    },
    drop(count) {
      for (let i = 0; i < count; i++) start += Math.abs(lengths[first++]!);
      if (first === lengths.length) {
        ftruncateSync(descriptor, 0);
        fdatasyncSync(descriptor);
        start = end = first = 0;
        lengths.length = 0;
      }
    },
    close() {
      const empty = fstatSync(descriptor).size === 0;
      closeSync(descriptor);
      if (empty) rmSync(path, { force: true });
    },
  };
}

function* readLines(descriptor: number): Generator<string> {
  const chunk = Buffer.alloc(1 << 20);
  let rest = Buffer.alloc(0);
  for (let at = 0; ; ) {
    const size = readSync(descriptor, chunk, 0, chunk.length, at);
    if (size === 0) return;
    at += size;
    rest = Buffer.concat([rest, chunk.subarray(0, size)]);
    for (let line = rest.indexOf(10); line >= 0; line = rest.indexOf(10)) {
      yield rest.subarray(0, line).toString("utf8");
      rest = rest.subarray(line + 1);
    }
  }
}

/** When a process started, so that a reused process number is not taken for its first owner. Null: no such process. */
function startOf(pid: number): string | null {
  try {
    // Field 22 of /proc/<pid>/stat; the second field may hold spaces, so count from its closing bracket.
    return readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ")[19] ?? null;
  } catch {
    try {
      process.kill(pid, 0);
      return "unknown";
    } catch {
      return null;
    }
  }
}

/** Own spool file; the name tells whose it is: `<writer>.<pid>.<start>.spool`. */
export function spoolPath(folder: string, writerId: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return join(folder, `${writerId}.${process.pid}.${startOf(process.pid) ?? "unknown"}.spool`);
}

/** Spools left by processes that are gone, taken over by an atomic rename so that two starting processes never share one. */
export function adoptSpools(folder: string): { writerId: string; path: string }[] {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const adopted: { writerId: string; path: string }[] = [];
  for (const name of readdirSync(folder).sort()) {
    const [writerId, pid, started, ending] = name.split(".");
    if (ending !== "spool" || !writerId || startOf(Number(pid)) === started) continue;
    const path = spoolPath(folder, writerId);
    try {
      renameSync(join(folder, name), path);
      adopted.push({ writerId, path });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error; // another process was faster
    }
  }
  return adopted;
}
