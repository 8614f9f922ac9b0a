import { normalQuantile } from "./normal";

const zSquared = (alpha: number, power: number): number => (normalQuantile(alpha / 2) + normalQuantile(1 - power)) ** 2;

/** Per arm, two proportions p and p + effect: (z_{1−α/2} + z_{1−β})² (p₁q₁ + p₂q₂) / (p₂ − p₁)², rounded up. */
export function sampleSizeProportions(p: number, effect: number, alpha = 0.05, power = 0.8): number {
  const q = p + effect;
  if (!(p >= 0 && p <= 1 && q >= 0 && q <= 1) || effect === 0) throw new RangeError("p and p + effect lie in [0, 1], effect is not 0");
  return Math.ceil((zSquared(alpha, power) * (p * (1 - p) + q * (1 - q))) / (effect * effect));
}

/** Per arm, two means with standard deviation sd in both: 2 (z_{1−α/2} + z_{1−β})² sd² / effect², rounded up. */
export function sampleSizeMeans(sd: number, effect: number, alpha = 0.05, power = 0.8): number {
  if (!(sd >= 0) || effect === 0) throw new RangeError("sd >= 0, effect is not 0");
  return Math.ceil((2 * zSquared(alpha, power) * sd * sd) / (effect * effect));
}
