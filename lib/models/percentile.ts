/**
 * Where a value stands among reference rows known by their quantiles: 0 below all, 1 above all, between two quantiles by
 * linear interpolation, and in the middle of the levels that share its value. Null without quantiles.
 */
export function percentileOf(value: number, levels: readonly number[], quantiles: readonly number[]): number | null {
  if (levels.length === 0 || levels.length !== quantiles.length) return null;
  let below = 0;
  while (below < quantiles.length && quantiles[below]! < value) below++;
  let notAbove = below;
  while (notAbove < quantiles.length && quantiles[notAbove] === value) notAbove++;
  if (notAbove > below) return (levels[below]! + levels[notAbove - 1]!) / 2;
  if (below === 0) return 0;
  if (below === quantiles.length) return 1;
  const [low, high] = [quantiles[below - 1]!, quantiles[below]!];
  return levels[below - 1]! + ((value - low) / (high - low)) * (levels[below]! - levels[below - 1]!);
}
