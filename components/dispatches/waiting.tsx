"use client";

import { useTranslations } from "next-intl";
import { useFormats } from "../time/formats";
import { useNow } from "../time/now";
import { StateIcon } from "../ui/state-icon";
import { urgency } from "./urgency";

/** The time since the call, counting up, with what it means against the target of its severity. */
export function Waiting({ since, targetMinutes }: { since: string; targetMinutes: number }) {
  const t = useTranslations("dispatches");
  const { duration, minutes, instant } = useFormats();
  const now = useNow(1_000);
  if (now === 0) return null;
  const waitedMs = now - Date.parse(since);
  const level = urgency(waitedMs, targetMinutes);
  return (
    <span className={`inline-flex items-center gap-1.5 ${level === "late" ? "font-semibold text-critical" : level === "near" ? "text-high" : ""}`}>
      {level === "calm" ? null : <StateIcon state={level === "late" ? "critical" : "high"} size={14} />}
      <time dateTime={since} title={instant(since)}>
        {duration(waitedMs)}
      </time>
      {level === "calm" ? null : <span className="sr-only">{t(level, { minutes: minutes(targetMinutes) })}</span>}
    </span>
  );
}
