type PhaseReason =
  | { code: "fair" | "noTurn" }
  | { code: "share" | "adaptive"; share: number }
  | { code: "peak" | "offPeak"; hour: number }
  | { code: "turn"; turn: number; share: number }
  | { code: "pair"; turn: number; pair: number };

/** The reason as it stands in the log, read back into its numbers; null for one of another version. */
export function readPhaseReason(text: string): PhaseReason | null {
  if (text === "fair draw by dispatch") return { code: "fair" };
  if (text === "no turn to be had, draw by dispatch") return { code: "noTurn" };
  const draw = /^draw by dispatch at (adaptive )?share ([\d.e-]+)$/.exec(text);
  if (draw) return { code: draw[1] ? "adaptive" : "share", share: Number(draw[2]) };
  // A long zone leaves no room for the share in the log: it stands in the row.
  const hours = /^(peak|off-peak) hour (\d+) in /.exec(text);
  if (hours) return { code: hours[1] === "peak" ? "peak" : "offPeak", hour: Number(hours[2]) };
  const turn = /^turn (\d+) at share ([\d.e-]+)$/.exec(text);
  if (turn) return { code: "turn", turn: Number(turn[1]), share: Number(turn[2]) };
  const pair = /^turn (\d+), pair (\d+) in drawn order$/.exec(text);
  return pair ? { code: "pair", turn: Number(pair[1]), pair: Number(pair[2]) } : null;
}
