import { useTimeZone } from "next-intl";
import { useSyncExternalStore } from "react";
import { usePreferences } from "../frame/preferences";

const never = (): (() => void) => () => undefined;

/** The zone in which times are shown: the centre's, UTC, or the browser's. */
export function useZone(): string {
  const { preferences } = usePreferences();
  const given = useTimeZone() ?? "UTC";
  const browser = useSyncExternalStore(never, () => Intl.DateTimeFormat().resolvedOptions().timeZone, () => given);
  return preferences.zone === "browser" ? browser : preferences.zone === "utc" ? "UTC" : given;
}
