/** Step-up FDR at alpha (Benjamini and Hochberg, 1995): adjusted p and rejections in input order. */
export function benjaminiHochberg(p: readonly number[], alpha: number): { reject: boolean[]; adjusted: number[] } {
  if (p.some((v) => !(v >= 0 && v <= 1))) throw new RangeError("a p-value lies in [0, 1]");
  const n = p.length;
  const order = [...p.keys()].sort((i, j) => p[j]! - p[i]!);
  const adjusted = new Array<number>(n).fill(1);
  const reject = new Array<boolean>(n).fill(false);
  let least = 1;
  let rejecting = false;
  order.forEach((index, fromTop) => {
    const rank = n - fromTop;
    least = Math.min(least, p[index]! / (rank / n));
    rejecting ||= p[index]! <= (rank / n) * alpha;
    adjusted[index] = least;
    reject[index] = rejecting;
  });
  return { reject, adjusted };
}
