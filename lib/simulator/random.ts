import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** Draws of one process. Each process has a stream of its own, so that another policy leaves the demand as it was. */
export type Random = {
  uniform: () => number;
  normal: () => number;
  /** Lognormal by its median and the standard deviation of its logarithm. */
  logNormal: (median: number, sigma: number) => number;
  exponential: (mean: number) => number;
  poisson: (mean: number) => number;
  /** Gamma of mean 1. */
  gamma: (cv: number) => number;
  /** Index drawn with the given weights. */
  pick: (weights: readonly number[]) => number;
};

export function randomStream(seed: number, name: string): Random {
  const generator = xoroshiro128plus(fnv1a(`${seed}:${name}`));
  const uniform = (): number => uniformFloat64(generator);
  // Box and Muller; the second value is not kept, so that one draw always costs two uniforms.
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  return {
    uniform,
    normal,
    logNormal: (median, sigma) => median * Math.exp(sigma * normal()),
    exponential: (mean) => -mean * Math.log(1 - uniform()),
    poisson: (mean) => {
      const limit = Math.exp(-mean);
      let count = 0;
      for (let product = uniform(); product > limit; product *= uniform()) count++;
      return count;
    },
    // With a shape of some hundreds the cube-root normal of Wilson and Hilferty is exact enough.
    gamma: (cv) => {
      const ninth = (cv * cv) / 9;
      return Math.max(0, 1 - ninth + Math.sqrt(ninth) * normal()) ** 3;
    },
    pick: (weights) => {
      let left = uniform() * weights.reduce((sum, weight) => sum + weight, 0);
      for (let index = 0; index < weights.length - 1; index++) {
        left -= weights[index]!;
        if (left < 0) return index;
      }
      return weights.length - 1;
    },
  };
}

/** FNV-1a, 32 bits. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash | 0;
}
