import { readFileSync } from "node:fs";
import { z } from "zod";
import { haversineKm } from "@/lib/dispatch/haversine";
import { benjaminiHochberg } from "@/lib/stats/benjamini-hochberg";
import { brier } from "@/lib/stats/brier";
import { chi2Contingency } from "@/lib/stats/chi2-contingency";
import { eceEqualWidth } from "@/lib/stats/ece-equal-width";
import { iqrOutliers } from "@/lib/stats/iqr-outliers";
import { jensenShannon } from "@/lib/stats/jensen-shannon";
import { ksAsymptoticP } from "@/lib/stats/ks-one-sample";
import { ksDistance, ksExactP, ksLimitP } from "@/lib/stats/ks-two-sample";
import { logLoss } from "@/lib/stats/log-loss";
import { mannWhitneyU } from "@/lib/stats/mann-whitney-u";
import { decileBins, psiParity } from "@/lib/stats/psi-parity";
import { rocAuc } from "@/lib/stats/roc-auc";
import { srm } from "@/lib/stats/srm";
import { newcombe, twoProportionZ } from "@/lib/stats/two-proportion-z";
import { wasserstein } from "@/lib/stats/wasserstein";
import { welchT } from "@/lib/stats/welch-t";
import { momentsOf } from "@/lib/stats/welford";
import { wilson, type Interval } from "@/lib/stats/wilson";

const Numbers = z.array(z.number());
const Pair = z.object({ a: Numbers, b: Numbers });
const Case = z.looseObject({ id: z.string(), sample: z.string().optional(), expect: z.record(z.string(), z.unknown()), rel_tol: z.number().optional(), abs_tol: z.number().optional() });
const File = z.object({ samples: z.record(z.string(), z.unknown()).default({}), cases: z.record(z.string(), z.array(z.unknown())) });
type Case = z.infer<typeof Case>;
type Result = Record<string, unknown>;
const ends = (i: Interval | null): number[] | null => i && [i.low, i.high];
const pairStatistic = (f: (a: number[], b: number[]) => Result) => (input: unknown) => {
  const { a, b } = Pair.parse(input);
  return f(a, b);
};
const statistic = <S extends z.ZodType>(schema: S, f: (input: z.infer<S>) => Result) => (input: unknown) => f(schema.parse(input));

const N = z.number();
const STATISTICS: Record<string, (input: unknown) => Result> = {
  ks_2samp: pairStatistic((a, b) => {
    const { d, steps } = ksDistance(a, b);
    const effective = (a.length * b.length) / (a.length + b.length);
    return { d, p_exact: ksExactP(a.length, b.length, steps), p_asymp: ksAsymptoticP(d, a.length, b.length), p_limit: ksLimitP(Math.sqrt(effective) * d) };
  }),
  psi: pairStatistic((a, b) => {
    const bins = decileBins(a, b);
    return { inner_edges: bins.innerEdges, ref_counts: bins.refCounts, cur_counts: bins.curCounts, psi: psiParity(bins) };
  }),
  jensen_shannon: (input) => {
    const vectors = z.object({ p: Numbers, q: Numbers }).safeParse(input);
    if (vectors.success) return { js: jensenShannon(vectors.data.p, vectors.data.q) };
    const { a, b } = Pair.parse(input);
    const bins = decileBins(a, b);
    return { js: jensenShannon(bins.refCounts, bins.curCounts) };
  },
  wasserstein: pairStatistic((a, b) => {
    const w1 = wasserstein(a, b);
    const refStd = a.every((v) => v === a[0]) ? 0 : Math.sqrt(momentsOf(a).m2 / a.length);
    return { w1, ref_std: refStd, w1_normed: refStd === 0 ? null : w1 / refStd };
  }),
  mann_whitney_u: pairStatistic((a, b) => {
    const r = mannWhitneyU(a, b);
    return { u1: r.u1, p_asymp: r.pAsymp, p_exact: r.pExact };
  }),
  welch_t: pairStatistic((a, b) => welchT(a, b) ?? { t: null, df: null, p: null }),
  chi2_contingency: statistic(z.object({ table: z.array(Numbers), correction: z.boolean() }), (c) => chi2Contingency(c.table, c.correction)),
  two_proportion_z: statistic(z.object({ x1: N, n1: N, x2: N, n2: N }), (c) => ({
    ...(twoProportionZ(c.x1, c.n1, c.x2, c.n2) ?? { z: null, p: null }),
    newcombe95: ends(newcombe(c.x1, c.n1, c.x2, c.n2)),
  })),
  srm: statistic(z.object({ observed: Numbers, weights: Numbers }), (c) => srm(c.observed, c.weights)),
  wilson: statistic(z.object({ k: N, n: N, alpha: N }), (c) => ({ ci: ends(wilson(c.k, c.n, c.alpha)) })),
  benjamini_hochberg: statistic(z.object({ p: Numbers, alpha: N }), (c) => benjaminiHochberg(c.p, c.alpha)),
  iqr_outliers: statistic(z.object({ x: Numbers }), ({ x }) => {
    const { outlierIndexes, ...fences } = iqrOutliers(x);
    return { ...fences, outlier_indexes: outlierIndexes };
  }),
  calibration: statistic(z.object({ y: Numbers, p: Numbers }), ({ y, p }) => ({ brier: brier(y, p), ece: eceEqualWidth(y, p), roc_auc: rocAuc(y, p), log_loss: logLoss(y, p) })),
  haversine: statistic(z.object({ lat1: N, lon1: N, lat2: N, lon2: N }), (c) => ({ km: haversineKm(c.lat1, c.lon1, c.lat2, c.lon2) })),
};

const EXACT = /count|index|reject|dof/;

function agrees(list: string, key: string, want: unknown, got: unknown, c: Case): boolean {
  if (Array.isArray(want)) return Array.isArray(got) && want.length === got.length && want.every((w, i) => agrees(list, key, w, got[i], c));
  const wanted = want === "Infinity" ? Infinity : want;
  if (typeof wanted !== "number" || typeof got !== "number" || EXACT.test(key)) return wanted === got;
  if (wanted === got) return true;
  const gap = Math.abs(got - wanted);
  if (c.rel_tol !== undefined || c.abs_tol !== undefined) return gap <= Math.max((c.rel_tol ?? 0) * Math.abs(wanted), c.abs_tol ?? 0);
  if (list === "haversine") return gap <= (Math.PI * 6371 - wanted < 1 ? 1e-4 : 1e-9);
  if (key === "js" && wanted < 1e-6) return gap <= 1e-7;
  const isP = key === "p" || key.startsWith("p_");
  return gap <= (isP ? 1e-6 : 1e-9) * Math.abs(wanted) || (Math.abs(wanted) < (isP ? 1e-6 : 1e-3) && gap <= 1e-12);
}

/** Empty when the case passes, else what differs. */
function failures(list: string, raw: unknown, samples: Record<string, unknown>): string[] {
  const parsed = Case.safeParse(raw);
  if (!parsed.success) return ["is not a case: it needs id and expect"];
  const c = parsed.data;
  let got: Result;
  try {
    got = STATISTICS[list]!(c.sample === undefined ? c : samples[c.sample]);
  } catch (cause) {
    // Refusing is itself an expected answer; schema errors and named RangeErrors both count as refusals.
    return c.expect["error"] === true ? [] : [`refused: ${cause instanceof Error ? cause.message : String(cause)}`];
  }
  return Object.entries(c.expect)
    .filter(([key, want]) => !agrees(list, key, want, got[key], c))
    .map(([key, want]) => `${key}: expected ${JSON.stringify(want)}, got ${key in got ? JSON.stringify(got[key]) : "nothing (not computed)"}`);
}

function main(path: string | undefined): number {
  if (path === undefined) return complain("usage: npm run verify:stats -- FILE.json");
  let file: z.infer<typeof File>;
  try {
    file = File.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch (cause) {
    return complain(`cannot read ${path}: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
  const tally = { passed: 0, failed: 0, skipped: 0 };
  for (const [list, cases] of Object.entries(file.cases)) {
    if (!Object.hasOwn(STATISTICS, list)) {
      process.stdout.write(`skipped ${list}: unknown case list, ${cases.length} cases\n`);
      tally.skipped += cases.length;
      continue;
    }
    cases.forEach((raw, i) => {
      const wrong = failures(list, raw, file.samples);
      tally[wrong.length === 0 ? "passed" : "failed"]++;
      const name = Case.safeParse(raw).data?.id ?? `#${i}`;
      for (const line of wrong) process.stdout.write(`FAIL ${list} ${name}: ${line}\n`);
    });
  }
  process.stdout.write(`${tally.passed} passed, ${tally.failed} failed${tally.skipped ? `, ${tally.skipped} skipped` : ""}\n`);
  return tally.failed > 0 ? 1 : 0;
}

function complain(message: string): number {
  process.stderr.write(`${message}\n`);
  return 1;
}

process.exitCode = main(process.argv[2]);
