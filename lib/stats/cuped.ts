/**
 * CUPED (Deng, Xu, Kohavi, Walker, 2013): y′ = y − θ(x − mean x), θ = cov(x, y)/var(x) over both arms pooled, with x known
 * before the decision. Without variance of x there is no adjustment: θ = 0.
 */
export function cupedTheta(x: readonly number[], y: readonly number[]): { theta: number; meanX: number } {
  if (x.length !== y.length) throw new RangeError("one covariate for each outcome");
  if (x.length === 0) return { theta: 0, meanX: 0 };
  const meanX = x.reduce((s, v) => s + v, 0) / x.length;
  const meanY = y.reduce((s, v) => s + v, 0) / y.length;
  let [covariance, variance] = [0, 0];
  for (let i = 0; i < x.length; i++) {
    covariance += (x[i]! - meanX) * (y[i]! - meanY);
    variance += (x[i]! - meanX) ** 2;
  }
  return { theta: variance > 0 ? covariance / variance : 0, meanX };
}

export function cuped(x: readonly number[], y: readonly number[]): number[] {
  const { theta, meanX } = cupedTheta(x, y);
  return y.map((value, i) => value - theta * (x[i]! - meanX));
}
