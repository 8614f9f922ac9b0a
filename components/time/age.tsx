"use client";

import { useFormatter } from "next-intl";
import { useFormats } from "./formats";
import { useNow } from "./now";

const HOUR = 3_600_000;

/** "hace 3 min", counting by itself, with the exact instant behind it. After an hour it steps by minutes. */
export function Age({ at }: { at: string | number }) {
  const format = useFormatter();
  const { instant } = useFormats();
  const then = typeof at === "number" ? at : Date.parse(at);
  const now = useNow(1_000);
  const shown = now === 0 || now - then < HOUR ? now : Math.floor(now / 60_000) * 60_000;
  return (
    <time dateTime={new Date(then).toISOString()} title={instant(then)}>
      {now === 0 ? instant(then) : format.relativeTime(then, { now: Math.max(shown, then), style: "short" })}
    </time>
  );
}

/** A timer that counts up on something waiting: 4:12. */
export function Elapsed({ since }: { since: string }) {
  const { duration, instant } = useFormats();
  const now = useNow(1_000);
  return (
    <time dateTime={since} title={instant(since)}>
      {now === 0 ? "" : duration(now - Date.parse(since))}
    </time>
  );
}
