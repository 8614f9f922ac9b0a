export type IsotonicMap = { x: number[]; y: number[] };

type Block = { x: number; last: number; sum: number; weight: number };

/**
 * Weighted isotonic regression by pooling adjacent violators. Equal x are pooled first. The map keeps both ends of
 * each level, so interpolation is flat inside a level and linear between levels.
 */
export function fitIsotonic(x: readonly number[], y: readonly number[], weights?: readonly number[]): IsotonicMap | null {
  if (x.length !== y.length || (weights && weights.length !== x.length)) throw new RangeError("x, y and weights share a length");
  if ([...x, ...y].some((v) => !Number.isFinite(v))) throw new RangeError("isotonic regression needs finite values");
  if (weights?.some((w) => !(w >= 0 && w < Infinity))) throw new RangeError("weights are finite and not negative");
  const order = Uint32Array.from(x.keys()).sort((i, j) => x[i]! - x[j]!);
  const ties: Block[] = [];
  for (const i of order) {
    const weight = weights?.[i] ?? 1;
    if (weight === 0) continue;
    const tail = ties.at(-1);
    if (tail?.x === x[i]!) {
      tail.sum += weight * y[i]!;
      tail.weight += weight;
    } else ties.push({ x: x[i]!, last: x[i]!, sum: weight * y[i]!, weight });
  }
  if (ties.length === 0) return null;
  const levels = pool(ties);
  const ends = levels.flatMap((b) => (b.x === b.last ? [{ at: b.x, b }] : [{ at: b.x, b }, { at: b.last, b }]));
  return { x: ends.map((e) => e.at), y: ends.map((e) => e.b.sum / e.b.weight) };
}

function pool(blocks: readonly Block[]): Block[] {
  const stack: Block[] = [];
  for (const block of blocks) {
    let top = block;
    for (let below = stack.at(-1); below && below.sum / below.weight >= top.sum / top.weight; below = stack.at(-1)) {
      stack.pop();
      top = { x: below.x, last: top.last, sum: below.sum + top.sum, weight: below.weight + top.weight };
    }
    stack.push(top);
  }
  return stack;
}

/** Linear interpolation between the knots, clipped to the end levels outside them. */
export function applyIsotonic(map: IsotonicMap, value: number): number {
  if (Number.isNaN(value)) throw new RangeError("value is not a number");
  const last = map.x.length - 1;
  if (value <= map.x[0]!) return map.y[0]!;
  if (value >= map.x[last]!) return map.y[last]!;
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (map.x[middle]! <= value) low = middle;
    else high = middle;
  }
  const share = (value - map.x[low]!) / (map.x[high]! - map.x[low]!);
  return map.y[low]! + share * (map.y[high]! - map.y[low]!);
}
