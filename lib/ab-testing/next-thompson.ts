import { sampleVariance } from "@/lib/stats/welford";
import { ruleOf } from "./metric-rules";
import type { ArmSummary, ExperimentState } from "./state";
import type { Strategy } from "./strategy";
import { thompsonShare, thompsonShareOfMeans } from "./thompson";

/** The next adaptive share from the matured outcomes of the deciding goal; null while it stays. */
export function nextThompson({ analysis, metrics }: ExperimentState, { phase2Share, floor }: Extract<Strategy, { kind: "thompson" }>): number | null {
  const goal = analysis.goals[0]!;
  const { kind, better } = ruleOf(goal);
  const direction = better === "down" ? "down" : "up";
  const [first, second] = metrics[goal].arms;
  if (kind === "binary") return thompsonShare(phase2Share, counted(first), counted(second), direction, floor);
  return thompsonShareOfMeans(phase2Share, averaged(first), averaged(second), direction, floor);
}

const counted = ({ moments, successes }: ArmSummary) => ({ n: moments.n, successes });
const averaged = ({ moments }: ArmSummary) => ({ n: moments.n, mean: moments.mean, variance: sampleVariance(moments) ?? 0 });
