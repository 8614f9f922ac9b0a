import { cookies, headers } from "next/headers";
import { getRequestConfig } from "next-intl/server";
import { LANGUAGE_COOKIE, PREFERENCES_COOKIE, readPreferences } from "@/lib/console/preferences";
import { env } from "@/lib/env";
import { chooseLocale } from "../locale";
import en from "../messages/en.json";
import es from "../messages/es.json";

/** Language and zone of one request. The language is not in the path: a link is the same in both. */
export default getRequestConfig(async () => {
  const jar = await cookies();
  const locale = chooseLocale(jar.get(LANGUAGE_COOKIE)?.value, (await headers()).get("accept-language"));
  const { zone } = readPreferences(jar.get(PREFERENCES_COOKIE)?.value);
  // The browser's own zone is not known here; the client takes it up after the first frame.
  return { locale, messages: locale === "es" ? es : en, timeZone: zone === "utc" ? "UTC" : env().TIME_ZONE };
});
