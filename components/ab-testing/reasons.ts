import { useTranslations } from "next-intl";
import type { AnalysisOut } from "@/lib/ab-testing/contract";
import { isMetric } from "@/lib/ab-testing/metric-rules";
import { useFormats } from "../time/formats";
import { useFigures, useSpan } from "./words";

type Values = Record<string, string | number | null>;
export type Reason = { code: string; values: Values };
export type Check = AnalysisOut["health"]["checks"][number];

const numeric = (value: string | number | null | undefined): number | null => (typeof value === "number" ? value : null);

/** Codes and values of the server as sentences; a code that is not known yet is shown as it came. */
export function useReasonWords(): (reason: Reason) => string {
  const t = useTranslations("abTesting");
  const { count, number, share } = useFormats();
  const { odds, signed } = useFigures();
  const check = (code: string): string => {
    const key = `checks.${code}` as "checks.crossover";
    return t.has(key) ? t(key) : code;
  };
  const metricName = (value: unknown): string => (isMetric(value) ? t(`metrics.${value}`) : String(value));
  return ({ code, values }) => {
    const n = (name: string): number | null => numeric(values[name]);
    switch (code) {
      case "health-check-failed":
        return t("reasons.healthCheckFailed", { check: check(String(values.check)) });
      case "guardrail-alarmed":
        if (values.kind === "hard-stop") return t("reasons.hardStop", { streak: count(n("streak")) });
        if (values.kind === "ceiling") return t("reasons.ceiling", { metric: metricName(values.metric), rate: share(n("rate")), ceiling: share(n("ceiling")), n: count(n("n")) });
        return t("reasons.relative", { metric: metricName(values.metric), n: count(n("n")) });
      case "evidence-of-harm":
      case "evidence-of-gain":
      case "evidence-short":
        return t(`reasons.${code === "evidence-of-harm" ? "evidenceOfHarm" : code === "evidence-of-gain" ? "evidenceOfGain" : "evidenceShort"}`, { evidence: odds(Math.exp(Math.min(700, n("lnE") ?? 0))), limit: odds(Math.exp(n("limit") ?? 0)) });
      case "few-matured":
        return t("reasons.fewMatured", { arm1: count(n("arm1")), arm2: count(n("arm2")), minimum: count(n("minimum")) });
      case "few-of-each-outcome":
        return t("reasons.fewOfEach", { rarest: count(n("rarest")), minimum: count(n("minimum")) });
      case "not-a-full-week":
        return t("reasons.notAWeek", { days: number(n("days"), 1), minimum: count(n("minimum")) });
      case "interval-inside-margin":
        return t("reasons.insideMargin");
      case "interval-open":
        return t("reasons.intervalOpen");
      case "caveat": {
        const key = `caveats.${String(values.name)}` as "caveats.round-robin";
        return t.has(key) ? t(key) : String(values.name);
      }
      default:
        return `${code} ${Object.entries(values).map(([name, value]) => `${name}=${typeof value === "number" ? signed("confidence", value) : String(value)}`).join(" ")}`.trim();
    }
  };
}

/** One check of the test's health in words, with its numbers. */
export function useCheckWords(): (check: Check) => { title: string; detail: string; remedy: string | null } {
  const t = useTranslations("abTesting");
  const { count, share, number } = useFormats();
  const { odds } = useFigures();
  const span = useSpan();
  const DAY_MS = 86_400_000;
  return ({ code, values, remedy }) => {
    const n = (name: string): number | null => numeric(values[name]);
    const days = (name: string): string => {
      const ms = n(name);
      return ms === null ? "—" : span(ms / DAY_MS);
    };
    const key = `checks.${code}` as "checks.crossover";
    const remedyKey = `remedies.${String(remedy)}` as "remedies.check-callers";
    const detail = (): string => {
      switch (code) {
        case "mismatch":
          return t("checkDetails.mismatch", { odds: odds(Math.exp(Math.min(700, n("lnE") ?? 0))), limit: odds(Math.exp(n("limit") ?? 0)), impossible: n("impossible") ?? 0 });
        case "mismatch-shown":
          return n("n") === 0 ? t("checkDetails.nothing") : t("checkDetails.shares", { expected: share(n("expectedShare")), seen: share(n("seenShare")), p: n("p") === null ? "—" : number(n("p"), 3) });
        case "turn-order":
          return n("turns") === 0 ? t("checkDetails.noTurns") : t("checkDetails.turns", { turns: count(n("turns")), missing: count(n("missing")), wrong: count(n("wrong")), gaps: n("gaps") ?? 0, degraded: n("degraded") ?? 0 });
        case "crossover":
          return t("checkDetails.crossover", { crossed: count(n("crossed")), n: count(n("n")), share: share(n("share")) });
        case "missing-outcomes":
          if (n("matured1") === 0 && n("matured2") === 0) return t("checkDetails.noneMatured");
          return t("checkDetails.missing", { missing1: count(n("missing1")), matured1: count(n("matured1")), missing2: count(n("missing2")), matured2: count(n("matured2")) });
        case "no-traffic":
          return n("quietMs") === null ? t("checkDetails.nothing") : t("checkDetails.quiet", { quiet: days("quietMs"), limit: days("limitMs") });
        case "arms-alive":
          return n("decisions1") === null ? t("checkDetails.nothing") : t("checkDetails.alive", { decisions1: count(n("decisions1")), decisions2: count(n("decisions2")) });
        default:
          return Object.entries(values).map(([name, value]) => `${name} ${typeof value === "number" ? number(value, Number.isInteger(value) ? 0 : 3) : "—"}`).join(" · ");
      }
    };
    return { title: t.has(key) ? t(key) : code, detail: detail(), remedy: remedy === null ? null : t.has(remedyKey) ? t(remedyKey) : remedy };
  };
}

/** What the ramp and the guardrails write as their reason is English and fixed; here in the reader's language. */
export function useSystemReason(): (text: string) => string {
  const t = useTranslations("abTesting");
  const metric = (name: string): string => (isMetric(name) ? t(`metrics.${name}`) : name);
  const one = (text: string): string => {
    const step = /^step (\d+) of (\d+)$/.exec(text);
    if (step) return t("systemReasons.step", { step: step[1]!, steps: step[2]! });
    const streak = /^(\d+) failures in a row$/.exec(text);
    if (streak) return t("reasons.hardStop", { streak: streak[1]! });
    const guardrail = /^(?:ceiling|relative) guardrail on (\w+)$/.exec(text);
    if (guardrail) return t("systemReasons.guardrail", { metric: metric(guardrail[1]!) });
    const key = `systemReasons.${text.replaceAll(" ", "-")}` as "systemReasons.resumed";
    return t.has(key) ? t(key) : text;
  };
  return (text) => text.split("; ").map(one).join(" ");
}
