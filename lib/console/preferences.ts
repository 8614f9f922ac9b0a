/**
 * How one browser shows the console. Kept in a cookie so that the server draws the first frame in the right theme and language:
 * no flash and no inline script. The profile on the server carries the same choices to other browsers. The first of each is the
 * default.
 */
const choices = {
  theme: ["system", "light", "dark"],
  density: ["comfortable", "compact"],
  rail: ["open", "narrow"],
  zone: ["centre", "utc", "browser"],
  motion: ["system", "reduced"],
  keys: ["on", "off"],
} as const;
export type Preferences = { [Name in keyof typeof choices]: (typeof choices)[Name][number] };
export const PREFERENCES_COOKIE = "ml_prefs";
export const LANGUAGE_COOKIE = "ml_language";

/** Unknown or bad parts fall back one by one; a cookie is never a reason to fail. */
export function readPreferences(cookie: string | undefined): Preferences {
  const given = new URLSearchParams(cookie ?? "");
  return Object.fromEntries(Object.entries(choices).map(([name, allowed]) => [name, allowed.find((each) => each === given.get(name)) ?? allowed[0]])) as Preferences;
}

export function writePreferences(preferences: Preferences): string {
  return new URLSearchParams(preferences).toString();
}
