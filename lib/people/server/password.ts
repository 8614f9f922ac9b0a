import { randomBytes } from "node:crypto";
import { hash, verify } from "@node-rs/argon2";
import { base62 } from "@/lib/auth/key-format";
import { Problem } from "@/lib/http/problem";

// OWASP's first choice for argon2id: 19 MiB, two passes, one lane. The library's default variant is argon2id.
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Hashes at once in this process: each takes a core for 30 ms and 19 MiB. */
const AT_ONCE = 2;
const WAITING = 30;
let running = 0;
const queue: (() => void)[] = [];

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= AT_ONCE) {
    if (queue.length >= WAITING) throw new Problem("too-many-requests", "Too many people sign in at once.", { headers: { "retry-after": "2" } });
    await new Promise<void>((resolve) => queue.push(resolve));
  } else running++;
  try {
    return await work();
  } finally {
    const next = queue.shift();
    if (next) next();
    else running--;
  }
}

export async function hashPassword(password: string): Promise<string> {
  return await inTurn(() => hash(password, cost));
}

let nobodys: Promise<string> | undefined;

/** Takes the same time whether there is an account or not: without one, a hash that nothing matches is checked. */
export async function verifyPassword(stored: string | null, password: string): Promise<boolean> {
  const against = stored ?? (await (nobodys ??= hash(randomBytes(32), cost)));
  const right = await inTurn(() => verify(against, password));
  return right && stored !== null;
}

/** 119 random bits in four groups: read aloud once, typed once. */
export function newPassword(): string {
  return base62(randomBytes(128), 20).replace(/(.{5})(?=.)/g, "$1-");
}
