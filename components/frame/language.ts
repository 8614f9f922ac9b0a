import { useRouter } from "next/navigation";
import { useLocale } from "next-intl";
import { LANGUAGE_COOKIE } from "@/lib/console/preferences";
import type { Locale } from "@/lib/i18n/locale";

/** The other language; the page, its filters and its focus stay. */
export function useLanguage(): { language: Locale; switchTo: (language: Locale) => void } {
  const router = useRouter();
  const language = useLocale();
  return {
    language,
    switchTo: (next) => {
      document.cookie = `${LANGUAGE_COOKIE}=${next}; path=/; max-age=31536000; samesite=lax`;
      router.refresh();
    },
  };
}
