import type { Page } from "@playwright/test";
import { comparison, type AnalysisOut } from "@/lib/ab-testing/contract";
import { inBothThemes } from "./accessible";
import { base, metric } from "./ab-analysis";
import { expect, test, type Look } from "./fixtures";

/** How the screen looks in verdicts that take weeks to come about, for this screen alone. */
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
