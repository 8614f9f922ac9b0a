import { draw } from "./draw";
import { isPeak, shareAt } from "./share-at";
import type { Strategy } from "./strategy";
import { blockPhase, SHARE_UNITS, turnPhase, type Phase } from "./turn-phase";

export type Chosen = { phase: Phase; share: number; reason: string; deterministic: boolean; degraded: boolean };

export type Choice = {
  experimentKey: string;
  dispatchId: string;
  /** Hour of `decidedAt` in the strategy's zone (hourInZone). Read by time_based only. */
  localHour: number;
  /** Turn taken from the shared counter; null when the store did not answer or the strategy takes none. */
  turn: number | null;
};

/** Which phase answers a new dispatch, with the probability used and why. A dispatch already assigned never comes here. */
export function choosePhase(strategy: Strategy, choice: Choice): Chosen {
  const share = shareAt(strategy, choice.localHour);
  switch (strategy.kind) {
    case "random_50_50":
      return drawn(choice, share, "fair draw by dispatch");
    case "weight_based":
      return drawn(choice, share, `draw by dispatch at share ${share}`);
    case "thompson":
      return drawn(choice, share, `draw by dispatch at adaptive share ${share}`);
    case "time_based": {
      const when = isPeak(strategy, choice.localHour) ? "peak" : "off-peak";
      return drawn(choice, share, `${when} hour ${choice.localHour} in ${strategy.zone}, draw at share ${share}`);
    }
    case "round_robin": {
      if (choice.turn === null) return withoutTurn(choice, share);
      const phase = turnPhase(choice.turn, Math.round(share * SHARE_UNITS));
      return { phase, share, reason: `turn ${choice.turn} at share ${share}`, deterministic: true, degraded: false };
    }
    case "balanced_blocks": {
      if (choice.turn === null) return withoutTurn(choice, share);
      const phase = blockPhase(choice.experimentKey, choice.turn);
      return { phase, share, reason: `turn ${choice.turn}, pair ${Math.ceil(choice.turn / 2)} in drawn order`, deterministic: false, degraded: false };
    }
  }
}

function drawn({ experimentKey, dispatchId }: Choice, share: number, reason: string): Chosen {
  const phase: Phase = draw(experimentKey, dispatchId) < share ? 2 : 1;
  return { phase, share, reason, deterministic: false, degraded: false };
}

/** No turn to be had: the draw decides, so that the row queued for later agrees with what was answered. */
function withoutTurn(choice: Choice, share: number): Chosen {
  return { ...drawn(choice, share, "no turn to be had, draw by dispatch"), degraded: true };
}
