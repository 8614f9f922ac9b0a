import { useTranslations } from "next-intl";

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
