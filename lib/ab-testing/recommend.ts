/** The old bands, read from the mean confidence per assigned arm. A signal: the two arms report on different scales. */
export type ConfidenceBand = "no-data" | "gradual-rollout" | "go-on" | "more-data" | "rules";
export type ConfidenceSignal = { band: ConfidenceBand; difference: number | null; improvementPercent: number | null; basis: "confidence, not an outcome" };

/** More than 10 %: gradual rollout; 5 to 10: go on; 0 to 5: more data; below 0: rules. Null where a mean is missing or arm 1's is 0. */
export function confidenceSignal(mean1: number | null, mean2: number | null): ConfidenceSignal {
  const basis = "confidence, not an outcome" as const;
  if (mean1 === null || mean2 === null) return { band: "no-data", difference: null, improvementPercent: null, basis };
  const difference = mean2 - mean1;
  if (mean1 === 0) return { band: "no-data", difference, improvementPercent: null, basis };
  // Rounded as on the wire, so that band and printed figure never disagree.
  const improvementPercent = Math.round((difference / mean1) * 1e4) / 100;
  return { band: bandOf(improvementPercent), difference, improvementPercent, basis };
}

function bandOf(percent: number): ConfidenceBand {
  if (percent > 10) return "gradual-rollout";
  if (percent > 5) return "go-on";
  return percent >= 0 ? "more-data" : "rules";
}
