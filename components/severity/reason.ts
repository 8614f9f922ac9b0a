import { useTranslations } from "next-intl";
import { useFormats } from "../time/formats";
import { readPhaseReason } from "./phase-reason";

/** A fallback code in words; a code that is not known yet is shown as it came. */
export function useFallbackWords(): (code: string | null) => string {
  const t = useTranslations("fallback");
  return (code) => {
    if (code === null) return t("none");
    const key = code as Parameters<typeof t>[0];
    return t.has(key) ? t(key) : code;
  };
}

/** A feature's name in words; one that is not of the contract keeps its own. */
export function useFeatureWords(): (name: string) => string {
  const t = useTranslations("features");
  return (name) => {
    const key = name as Parameters<typeof t>[0];
    return t.has(key) ? t(key) : name;
  };
}

type Vocabulary = "emergency" | "unit" | "figure" | "baseline" | "gateTitle" | "featureUnit" | "targetName" | "action" | "subject" | "actor";

/** What others name with a code of their own, in words; a name that is not known is shown as it came. */
export function useWords(vocabulary: Vocabulary): (name: string) => string {
  const t = useTranslations("words");
  return (name) => {
    // A dot would be read as a path.
    const key = `${vocabulary}.${(vocabulary === "gateTitle" ? name : name.toLowerCase()).replaceAll(".", "_")}` as Parameters<typeof t>[0];
    return t.has(key) ? t(key) : name;
  };
}

/** Why a phase was chosen, as the log keeps it, in words. */
export function usePhaseReasonWords(): (text: string) => string {
  const t = useTranslations("words.chosen");
  const { share } = useFormats();
  return (text) => {
    const reason = readPhaseReason(text);
    if (reason === null) return text;
    switch (reason.code) {
      case "fair":
      case "noTurn":
        return t(reason.code);
      case "share":
      case "adaptive":
        return t(reason.code, { share: share(reason.share) });
      case "peak":
      case "offPeak":
        return t(reason.code, { hour: reason.hour });
      case "turn":
        return t("turn", { turn: reason.turn, share: share(reason.share) });
      case "pair":
        return t("pair", { turn: reason.turn, pair: reason.pair });
    }
  };
}
