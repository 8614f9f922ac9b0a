/** For how long nothing came, as an interval in ms since 1970. */
export type Gap = { fromMs: number; toMs: number };

/** `quietSinceMs`: the stream is lost, and since then nothing has been heard. */
export type Hearing = { quietSinceMs: number | null; gap: Gap | null };
export const hearing: Hearing = { quietSinceMs: null, gap: null };

/** While the screen asks by itself something comes every 15 s: only what is longer is a time without data. */
export const SHORTEST_GAP_MS = 20_000;

/**
 * What the screen could not know. It begins when the stream is lost and ends with the first answer, of a new stream or of the
 * screen's own asking, so that a lost stream over which the asking went on is none. The newest gap stays until it is put away.
 */
export function hear(state: Hearing, heard: "lost" | "answer" | "open", atMs: number): Hearing {
  const { quietSinceMs, gap } = state;
  if (heard === "lost") return quietSinceMs === null ? { quietSinceMs: atMs, gap } : state;
  if (quietSinceMs === null) return state;
  const found = atMs - quietSinceMs >= SHORTEST_GAP_MS ? { fromMs: quietSinceMs, toMs: atMs } : gap;
  return { quietSinceMs: heard === "open" ? null : atMs, gap: found };
}

const MINUTE_MS = 60_000;
/** Whether minutes tell its ends apart. */
export const needsSeconds = ({ fromMs, toMs }: Gap): boolean => Math.floor(fromMs / MINUTE_MS) === Math.floor(toMs / MINUTE_MS);
