import { useLocale } from "next-intl";

/** Between the cells of a CSV file: a semicolon where the comma is the decimal sign. */
export function useSeparator(): "," | ";" {
  return useLocale() === "es" ? ";" : ",";
}
