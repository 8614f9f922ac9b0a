import type es from "./messages/es.json";

export const locales = ["es", "en"] as const;
export type Locale = (typeof locales)[number];

declare module "next-intl" {
  interface AppConfig {
    Locale: Locale;
    Messages: typeof es;
  }
}

const isLocale = (word: string): word is Locale => (locales as readonly string[]).includes(word);

/** The person's cookie, then the browser's `Accept-Language` by its weights, then Spanish. */
export function chooseLocale(cookie: string | undefined, acceptLanguage: string | null): Locale {
  if (cookie !== undefined && isLocale(cookie)) return cookie;
  const asked = (acceptLanguage ?? "")
    .split(",")
    .map((part) => {
      const [tag = "", ...rest] = part.trim().toLowerCase().split(";");
      const weight = Number(/q=([\d.]+)/.exec(rest.join(";"))?.[1] ?? 1);
      return { language: tag.split("-")[0] ?? "", weight: Number.isFinite(weight) ? weight : 0 };
    })
    .sort((a, b) => b.weight - a.weight);
  for (const { language, weight } of asked) if (weight > 0 && isLocale(language)) return language;
  return "es";
}
