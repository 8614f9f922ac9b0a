import { gammaQ } from "./incomplete-gamma";

/** Upper tail of the chi-square law: Q(df/2, x/2). */
export function chiSquareSf(x: number, df: number): number {
  return gammaQ(df / 2, x / 2);
}
