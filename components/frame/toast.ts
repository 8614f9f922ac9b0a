import { useSyncExternalStore, type ReactNode } from "react";
import type { toast as sonner } from "sonner";

type Options = NonNullable<Parameters<typeof sonner>[1]>;
type Show = (shown: typeof sonner) => void;

let shown: typeof sonner | null = null;
let waiting: Show[] = [];
let count = 0;
const readers = new Set<() => void>();

function run(show: Show): void {
  if (shown) {
    show(shown);
    return;
  }
  waiting.push(show);
  readers.forEach((each) => each());
}

function notice(kind: "message" | "error", words: ReactNode, options: Options = {}): string {
  const id = `notice-${++count}`;
  run((library) => void library[kind](words, { ...options, id }));
  return id;
}

/** A notice in the corner. The library comes with the first one, which waits for it; the id is there at once. */
export const toast = Object.assign((words: ReactNode, options?: Options) => notice("message", words, options), {
  error: (words: ReactNode, options?: Options) => notice("error", words, options),
  dismiss: (id: string) => run((library) => void library.dismiss(id)),
});

/** Said by the place where notices are shown, once it listens. */
export function noticesAreShown(library: typeof sonner): void {
  shown = library;
  waiting.forEach((show) => show(library));
  waiting = [];
}

/** Whether there has been a notice. */
export function useNotices(): boolean {
  return useSyncExternalStore(
    (reader) => {
      readers.add(reader);
      return () => readers.delete(reader);
    },
    () => shown !== null || waiting.length > 0,
    () => false,
  );
}
