import { useSyncExternalStore } from "react";

let ended = false;
const listeners = new Set<() => void>();

/** Said by whichever call is refused first; the sign-in dialog listens, so that the page stays as it is. */
export function sessionEnded(now: boolean): void {
  if (ended === now) return;
  ended = now;
  listeners.forEach((each) => each());
}

export function useSessionEnded(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => ended,
    () => false,
  );
}
