import { z } from "zod";

/**
 * How one browser shows the console. Kept in a cookie so that the server draws the first frame in the right theme and language:
 * no flash and no inline script. The profile on the server carries the same choices to other browsers.
 */
export const Preferences = z.object({
  theme: z.enum(["system", "light", "dark"]).catch("system"),
  density: z.enum(["comfortable", "compact"]).catch("comfortable"),
  rail: z.enum(["open", "narrow"]).catch("open"),
  zone: z.enum(["centre", "utc", "browser"]).catch("centre"),
  motion: z.enum(["system", "reduced"]).catch("system"),
  keys: z.enum(["on", "off"]).catch("on"),
});
export type Preferences = z.infer<typeof Preferences>;
export const PREFERENCES_COOKIE = "ml_prefs";
export const LANGUAGE_COOKIE = "ml_language";

/** Unknown or bad parts fall back one by one; a cookie is never a reason to fail. */
export function readPreferences(cookie: string | undefined): Preferences {
  return Preferences.parse(Object.fromEntries(new URLSearchParams(cookie ?? "")));
}

export function writePreferences(preferences: Preferences): string {
  return new URLSearchParams(preferences).toString();
}
