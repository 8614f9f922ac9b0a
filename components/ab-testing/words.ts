import { useFormatter, useTranslations } from "next-intl";
import type { Metric } from "@/lib/ab-testing/metric";
import type { Strategy } from "@/lib/ab-testing/strategy";
import { CallError } from "@/lib/http/call";
import { useFormats } from "../time/formats";
import { useProblemWords } from "../ui/problem";

const MOST_SHOWN = 1_000_000;

/** Figures of the test in the reader's language. */
export function useFigures() {
  const t = useTranslations("abTesting");
  const format = useFormatter();
  const { number, share, minutes, milliseconds } = useFormats();
  const points = (value: number): string => t("points", { value: number(value * 100, 1) });
  /** A value of an arm. */
  const value = (metric: Metric, of: number | null): string => {
    if (metric === "arrival_minutes") return minutes(of);
    if (metric === "latency_ms") return milliseconds(of);
    return metric === "confidence" ? number(of, 2) : share(of);
  };
  /** The size of a difference, without its sign. */
  const size = (metric: Metric, of: number): string => {
    const by = Math.abs(of);
    if (metric === "arrival_minutes") return t("minutes", { value: number(by, by < 1 ? 2 : 1) });
    if (metric === "latency_ms") return milliseconds(by);
    return metric === "confidence" ? number(by, 2) : points(by);
  };
  const signed = (metric: Metric, of: number): string => `${of > 0 ? "+" : of < 0 ? "−" : ""}${size(metric, of)}`;
  /** "1 : 9": nine times likelier than if the phase made no difference. */
  const odds = (evidence: number): string => {
    if (evidence >= MOST_SHOWN) return t("oddsMore", { value: format.number(MOST_SHOWN) });
    return t("odds", { value: evidence < 10 ? number(evidence, 1) : number(evidence, 0) });
  };
  return { value, size, signed, odds, points };
}

/** "Por peso, 25 %". */
export function useStrategyWords(): (strategy: Strategy) => string {
  const t = useTranslations("abTesting");
  const { share } = useFormats();
  return (strategy) => {
    const name = t(`strategies.${strategy.kind}`);
    if (strategy.kind === "time_based") return t("scheduleWords", { name, peak: share(strategy.peakShare), other: share(strategy.offPeakShare) });
    return "phase2Share" in strategy ? t("shareWords", { name, share: share(strategy.phase2Share) }) : name;
  };
}

/** Days as a person would say them: hours under two days. */
export function useSpan(): (days: number) => string {
  const t = useTranslations("abTesting");
  const format = useFormatter();
  return (days) => {
    const hours = days * 24;
    if (hours < 1) return t("spanMinutes", { count: Math.max(1, Math.ceil(hours * 60)) });
    if (hours < 48) return t("spanHours", { count: Math.ceil(hours) });
    return days > 3_650 ? t("spanYears", { count: format.number(10) }) : t("spanDays", { count: Math.ceil(days) });
  };
}

type Refused = { refusal?: unknown; config?: { changed_by?: unknown; changed_at?: unknown } };

/** Why a change was refused, and who was faster. */
export function useRefusalWords(): (error: unknown) => string {
  const t = useTranslations("abTesting");
  const words = useProblemWords();
  const format = useFormatter();
  return (error) => {
    if (!(error instanceof CallError)) return words(error).words;
    const { refusal, config } = error.body as Refused;
    const key = `refusals.${String(refusal)}` as "refusals.locked";
    const why = typeof refusal === "string" && t.has(key) ? t(key) : words(error).words;
    if (error.code !== "stale-version" || typeof config?.changed_by !== "string" || typeof config.changed_at !== "string") return why;
    return t("changedBy", { why, by: config.changed_by, when: format.relativeTime(new Date(config.changed_at), Date.now()) });
  };
}
