/** Jensen-Shannon distance, base 2, of two non-negative vectors, each normalised to sum 1; between 0 and 1. */
export function jensenShannon(p: readonly number[], q: readonly number[]): number | null {
  if (p.length !== q.length) throw new RangeError("both vectors share a length");
  if ([...p, ...q].some((v) => !(v >= 0 && v < Infinity))) throw new RangeError("weights are finite and not negative");
  const sumP = p.reduce((s, x) => s + x, 0);
  const sumQ = q.reduce((s, x) => s + x, 0);
  if (sumP === 0 || sumQ === 0) return null;
  const part = (a: number, m: number): number => (a === 0 ? 0 : a * Math.log2(a / m));
  const twice = p.reduce((sum, raw, i) => {
    const [a, b] = [raw / sumP, q[i]! / sumQ];
    return sum + part(a, (a + b) / 2) + part(b, (a + b) / 2);
  }, 0);
  return Math.sqrt(Math.min(1, Math.max(0, twice / 2)));
}
