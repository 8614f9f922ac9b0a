import type { AnalysisOut, ConfigOut } from "@/lib/ab-testing/contract";
import { largestPercent } from "@/lib/ab-testing/next-version";
import { toStrategy } from "./to-strategy";

export type EvidencePoint = { atMs: number; lnE: number; over: boolean };
export type EvidenceView = {
  points: EvidencePoint[];
  lnLimit: number;
  /** The largest so far is what decides; between the drawn hours it may have been larger than at any of them. */
  peakLnE: number;
  decided: boolean;
  last: EvidencePoint | null;
  /** Where the configuration changed, with the largest share of phase 2 from then on in percent. */
  marks: { atMs: number; version: number; percent: number | null; /** Has room for its words beside the mark before. */ labelled: boolean }[];
  ticks: number[];
  domain: [number, number];
};

const MOST = 300;

export function toEvidence({ evidence_path, numbers }: Pick<AnalysisOut, "evidence_path" | "numbers">, versions: readonly ConfigOut[]): EvidenceView {
  const lnLimit = Math.log(numbers.evidence_limit);
  const all = evidence_path.map(({ at, ln_e }): EvidencePoint => ({ atMs: Date.parse(at), lnE: ln_e, over: ln_e >= lnLimit }));
  const points = thin(all, MOST);
  const peakLnE = Math.max(Math.log(numbers.evidence), ...all.map((point) => point.lnE));
  const [first, last] = [all[0], all.at(-1)];
  const marks = versions
    .map((version) => ({ atMs: Date.parse(version.changed_at), version: version.version, percent: percentOf(version) }))
    .filter(({ atMs }) => first !== undefined && last !== undefined && atMs >= first.atMs && atMs <= last.atMs)
    .toSorted((a, b) => a.atMs - b.atMs);
  const room = ((last?.atMs ?? 0) - (first?.atMs ?? 0)) * 0.16;
  let lastLabel = -Infinity;
  const labelled = marks.map((mark) => {
    const fits = mark.atMs - lastLabel >= room;
    if (fits) lastLabel = mark.atMs;
    return { ...mark, labelled: fits };
  });
  const low = Math.min(0, ...all.map((point) => point.lnE));
  const high = Math.max(lnLimit, ...all.map((point) => point.lnE)) * 1.08;
  return { points, lnLimit, peakLnE, decided: peakLnE >= lnLimit, last: last ?? null, marks: labelled, ticks: ticksOf(low, high, lnLimit), domain: [low, high] };
}

function percentOf({ strategy }: ConfigOut): number | null {
  const known = toStrategy(strategy);
  return known === null ? null : largestPercent(known);
}

/** Smallest and largest of each stretch, so that peaks survive. */
export function thin(points: readonly EvidencePoint[], most: number): EvidencePoint[] {
  if (points.length <= most) return [...points];
  const stretches = Math.floor(most / 2);
  return Array.from({ length: stretches }, (_, i) => points.slice(Math.floor((i * points.length) / stretches), Math.floor(((i + 1) * points.length) / stretches))).flatMap((stretch) => {
    const sorted = stretch.toSorted((a, b) => a.lnE - b.lnE);
    const ends = [sorted[0]!, sorted.at(-1)!].toSorted((a, b) => a.atMs - b.atMs);
    return ends[0] === ends[1] ? [ends[0]!] : ends;
  });
}

/** Powers of ten in reach, and the limit. At most six, none closer to the limit than its label is high. */
function ticksOf(low: number, high: number, lnLimit: number): number[] {
  const ten = Math.log(10);
  const [from, to] = [Math.ceil(low / ten), Math.floor(high / ten)];
  const step = Math.max(1, Math.ceil((to - from) / 5));
  const powers: number[] = [];
  for (let power = from; power <= to; power += step) powers.push(power * ten);
  return [...powers.filter((tick) => Math.abs(tick - lnLimit) > (high - low) * 0.12), lnLimit].toSorted((a, b) => a - b);
}
