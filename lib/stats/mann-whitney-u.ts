import { sortedSample } from "./finite-sample";
import { normalSf } from "./normal";

export type MannWhitney = { u1: number; pAsymp: number; pExact: number | null };

/** U of `a`, ties one half; normal p with tie and continuity correction; exact p without ties and n·m <= 4000. */
export function mannWhitneyU(a: readonly number[], b: readonly number[]): MannWhitney {
  const [x, y] = [sortedSample(a), sortedSample(b)];
  const [n, m] = [x.length, y.length];
  let [i, j, twiceU, ties] = [0, 0, 0, 0];
  while (i < n || j < m) {
    const at = Math.min(x[i] ?? Infinity, y[j] ?? Infinity);
    const [i0, j0] = [i, j];
    while (i < n && x[i] === at) i++;
    while (j < m && y[j] === at) j++;
    twiceU += (i - i0) * (2 * j0 + (j - j0));
    const tied = i - i0 + j - j0;
    ties += tied ** 3 - tied;
  }
  const u1 = twiceU / 2;
  const total = n + m;
  const spread = Math.sqrt(((n * m) / 12) * (total + 1 - ties / (total * (total - 1))));
  const u = Math.max(u1, n * m - u1);
  const pAsymp = spread > 0 ? Math.min(1, 2 * normalSf((u - (n * m) / 2 - 0.5) / spread)) : 1;
  return { u1, pAsymp, pExact: ties === 0 && n * m <= 4000 ? exactTwoSided(u1, n, m) : null };
}

/** min(1, 2 P(U <= min(u, nm − u))), law of U from the product Π (1 − q^(m+k)) / (1 − q^k), counts as doubles. */
function exactTwoSided(u1: number, n: number, m: number): number {
  const reach = Math.min(u1, n * m - u1);
  const ways = new Float64Array(reach + 1);
  ways[0] = 1;
  let total = 1;
  const [few, many] = [Math.min(n, m), Math.max(n, m)];
  for (let k = 1; k <= few; k++) {
    for (let u = reach; u >= many + k; u--) ways[u] = ways[u]! - ways[u - many - k]!;
    for (let u = k; u <= reach; u++) ways[u] = ways[u]! + ways[u - k]!;
    total = (total * (many + k)) / k;
  }
  return Math.min(1, (2 * ways.reduce((s, w) => s + w, 0)) / total);
}
