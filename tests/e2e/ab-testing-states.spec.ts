import type { Page } from "@playwright/test";
import { comparison, type AnalysisOut } from "@/lib/ab-testing/contract";
import { inBothThemes } from "./accessible";
import { expect, test, type Look } from "./fixtures";

/** How the screen looks in verdicts that take weeks to come about: answers of the shape that the contract names, for this screen alone. */
const at = (hoursAgo: number): string => new Date(Date.now() - hoursAgo * 3_600_000).toISOString();
type Metric = AnalysisOut["metrics"][number];

function metric(name: Metric["metric"], role: Metric["role"], better: Metric["better"], means: [number, number], interval: [number, number] | null, n: [number, number] = [3_012, 998]): Metric {
  const arm = (mean: number, count: number) => ({ n: count, mean, sd: mean / 3, median: mean * 0.95, p90: mean * 1.5, p95: mean * 1.8 });
  return {
    metric: name,
    kind: means[0] <= 1 && means[1] <= 1 ? "binary" : "positive",
    better,
    role,
    arms: [arm(means[0], n[0]), arm(means[1], n[1])],
    plain_difference: means[1] - means[0],
    estimate: interval === null ? null : (interval[0] + interval[1]) / 2,
    interval: interval === null ? null : { low: interval[0], high: interval[1], always_valid_p: 0.03 },
    evidence: { ln_e: 2.2, peak_ln_e: 2.4, p: 0.09 },
    at_plan: { statistic: 2.1, p: 0.036, low: interval?.[0] ?? null, high: interval?.[1] ?? null },
    bayes: { lift: 0.03, sd: 0.01, chance: 0.97, low: 0.005, high: 0.06, expected_loss: 0.0004, chance_from_counts: 0.96 },
    late: 12,
    excluded: 3,
  };
}

const base: AnalysisOut = {
  experiment_key: "exp-1",
  config_version: 4,
  strategy: "weight_based",
  as_of: at(0.4),
  decisions: { phase1: 3_012, phase2: 998, anonymous: 4, outcomes: 3_710, crossover: 0 },
  verdict: "undecided",
  reasons: [{ code: "evidence-short", values: { lnE: 2.2, limit: 3 } }, { code: "interval-open", values: {} }, { code: "caveat", values: { name: "unequal-shares" } }],
  numbers: { evidence: 9, evidence_limit: 20, estimate: 0.031, low: -0.004, high: 0.066, decisions_needed: 1_450, hours_needed: 46, days_needed: 1.9 },
  health: {
    ok: true,
    checks: [
      { code: "mismatch", ok: true, acts: true, values: { lnE: 0.2, limit: 6.9, impossible: 0 }, remedy: null },
      { code: "mismatch-shown", ok: true, acts: false, values: { expectedShare: 0.25, seenShare: 0.249, n: 4_010, p: 0.41 }, remedy: null },
      { code: "crossover", ok: true, acts: true, values: { crossed: 0, n: 3_710, share: 0 }, remedy: null },
      { code: "missing-outcomes", ok: true, acts: true, values: { missing1: 210, matured1: 3_000, missing2: 66, matured2: 990 }, remedy: null },
      { code: "no-traffic", ok: true, acts: false, values: { quietMs: 64_000, limitMs: 3_600_000 }, remedy: null },
    ],
  },
  alarms: [],
  goal: "optimal",
  metrics: [
    metric("optimal", "goal", "up", [0.85, 0.881], [-0.004, 0.066]),
    metric("on_time", "guardrail", "up", [0.8, 0.83], [-0.01, 0.07]),
    metric("arrival_minutes", "guardrail", "down", [9.1, 8.6], [-1.1, 0.1]),
    metric("fallback", "guardrail", "down", [0, 0.018], [0.01, 0.03]),
    metric("error", "guardrail", "down", [0, 0.001], [-0.001, 0.003]),
    metric("latency_ms", "guardrail", "down", [3, 41], [36, 40]),
    metric("confidence", "signal", null, [0.71, 0.9], null),
  ],
  evidence_path: Array.from({ length: 120 }, (_, hour) => ({ at: at(120 - hour), ln_e: 2.2 * Math.sin(hour / 76) + 0.3 * Math.sin(hour / 3) })),
  confidence_signal: { band: "phase2", difference: 0.19, improvement_percent: 26.8, basis: "decisions" },
};

const states: Record<string, { change: Partial<AnalysisOut>; es: RegExp[]; en: RegExp[] }> = {
  undecided: { change: {}, es: [/Indeciso/, /1\s?450/], en: [/Undecided/, /1,450/] },
  "too early": {
    change: {
      verdict: "too-early",
      decisions: { phase1: 41, phase2: 12, anonymous: 0, outcomes: 30, crossover: 0 },
      reasons: [{ code: "few-matured", values: { arm1: 24, arm2: 6, minimum: 100 } }, { code: "few-of-each-outcome", values: { rarest: 2, minimum: 10 } }],
      numbers: { evidence: 1.1, evidence_limit: 20, estimate: null, low: null, high: null, decisions_needed: 347, hours_needed: 52, days_needed: 2.2 },
      metrics: base.metrics.map((each) => ({ ...each, estimate: null, interval: null, evidence: null, at_plan: null, bayes: null, arms: [{ ...each.arms[0], n: 24 }, { ...each.arms[1], n: 6 }] })),
      evidence_path: base.evidence_path.slice(0, 3),
    },
    es: [/Aún no se sabe/, /24 en Fase 1 y 6 en Fase 2; hacen falta 100/],
    en: [/Too early to say/, /24 in phase 1 and 6 in phase 2; 100 are needed/],
  },
  unhealthy: {
    change: {
      verdict: "unhealthy",
      reasons: [{ code: "health-check-failed", values: { check: "mismatch" } }, { code: "health-check-failed", values: { check: "missing-outcomes" } }],
      health: {
        ok: false,
        checks: [
          { code: "mismatch", ok: false, acts: true, values: { lnE: 9.1, limit: 6.9, impossible: 2 }, remedy: "find-lost-decisions" },
          { code: "mismatch-shown", ok: false, acts: false, values: { expectedShare: 0.25, seenShare: 0.171, n: 4_010, p: 0.0001 }, remedy: null },
          { code: "turn-order", ok: false, acts: true, values: { turns: 4_010, missing: 12, wrong: 3 }, remedy: "check-turn-counter" },
          { code: "missing-outcomes", ok: false, acts: true, values: { missing1: 210, matured1: 3_000, missing2: 466, matured2: 990 }, remedy: "check-outcome-delivery" },
          { code: "crossover", ok: true, acts: true, values: { crossed: 0, n: 3_710, share: 0 }, remedy: null },
        ],
      },
    },
    es: [/Prueba no válida/, /Falla la comprobación: Reparto, vigilado/, /Qué hacer/],
    en: [/Invalid test/, /Split, watched/, /What to do/],
  },
  harmful: {
    change: {
      verdict: "harmful",
      reasons: [{ code: "guardrail-alarmed", values: { kind: "ceiling", metric: "fallback", rate: 0.093, ceiling: 0.05, n: 998 } }, { code: "evidence-of-harm", values: { lnE: 4.1, limit: 3 } }],
      numbers: { ...base.numbers, evidence: 60, estimate: -0.05, low: -0.09, high: -0.012, decisions_needed: null, hours_needed: null, days_needed: null },
      metrics: [metric("optimal", "goal", "up", [0.85, 0.8], [-0.09, -0.012]), metric("arrival_minutes", "guardrail", "down", [9.1, 10.4], [0.6, 2]), metric("fallback", "guardrail", "down", [0, 0.093], [0.07, 0.11]), metric("latency_ms", "guardrail", "down", [3, 41], [36, 40])],
    },
    es: [/Perjudicial: volver a las reglas/, /sobre el límite de seguridad/],
    en: [/Harmful/, /guardrail/],
  },
  better: {
    change: {
      verdict: "better",
      reasons: [{ code: "evidence-of-gain", values: { lnE: 3.6, limit: 3 } }, { code: "caveat", values: { name: "round-robin" } }],
      numbers: { ...base.numbers, evidence: 36, estimate: 0.04, low: 0.012, high: 0.068, decisions_needed: null, hours_needed: null, days_needed: null },
    },
    es: [/La Fase 2 es mejor/],
    en: [/Phase 2 is better/],
  },
};

/** The screen with this analysis in the place of the real one. */
async function show(open: (role: "operator", path: string, look: Look) => Promise<Page>, change: Partial<AnalysisOut>, look: Look, select = "?sel=why"): Promise<Page> {
  const analysis = comparison.response.shape.analysis.parse({ ...base, ...change });
  const page = await open("operator", "/status", look);
  await page.route("**/api/v3/ab-testing/comparison*", async (route) => {
    const real = comparison.response.parse(await (await route.fetch()).json());
    await route.fulfill({ json: { ...real, analysis } });
  });
  await page.goto(`/ab-testing${select}`);
  await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
  return page;
}

for (const [name, { change, ...words }] of Object.entries(states)) {
  test(`${name}: said in words, in both languages and themes, without a violation, wide and narrow`, async ({ open }) => {
    test.setTimeout(120_000);
    const found: string[] = [];
    for (const language of ["es", "en"] as const) {
      const page = await show(open, change, { language });
      const main = page.getByRole("main");
      for (const each of words[language]) await expect(main).toContainText(each);
      // A code that has no words would be shown as it came.
      await expect(main).not.toContainText(/[a-z]+-[a-z]+-[a-z]+=|lnE|undefined|NaN/);
      found.push(...(await inBothThemes(page, language)));
      for (const width of [390, 320]) {
        await page.setViewportSize({ width, height: 844 });
        await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth - innerWidth), { message: `px wider than ${width}` }).toBeLessThanOrEqual(0);
      }
    }
    expect(found).toEqual([]);
  });
}

test("too early hides the bars and shows what is counted and needed", async ({ open }) => {
  const page = await show(open, states["too early"]!.change, {}, "");
  const goal = (of: Page) => of.getByRole("region", { name: "Comparación" }).getByRole("row", { name: /Asignación óptima/ });
  await expect(goal(page)).toContainText("24");
  // The bar takes the width of its cell; the icon of "not known yet" does not.
  await expect(goal(page).locator("svg.w-full")).toHaveCount(0);
  const decided = await show(open, {}, {}, "");
  await expect(goal(decided).locator("svg.w-full")).toHaveCount(1);
});

test("old figures say how old they are, and stay", async ({ open }) => {
  const page = await open("viewer", "/status", { expected: [/503|ERR_/] });
  await page.clock.install();
  await page.route("**/api/v4/monitoring/stream", (route) => route.abort());
  let answered = 0;
  await page.route("**/api/v3/ab-testing/comparison*", async (route) => {
    if (answered++ > 0) return;
    await route.fulfill({ json: { ...((await (await route.fetch()).json()) as object), analysis: base } });
  });
  await page.goto("/ab-testing");
  const verdict = page.getByRole("region", { name: "Veredicto" });
  await expect(verdict).toContainText("Indeciso");
  await page.clock.fastForward(20_000);
  await page.clock.fastForward(50_000);
  await expect(verdict.getByText("Datos antiguos:")).toBeAttached();
  await expect(verdict).toContainText(/hace \d+ (min|s)/);
  await expect(verdict).toContainText("Indeciso");
});
