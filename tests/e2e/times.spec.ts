import type { Page } from "@playwright/test";
import { expect, post, shared, test, url } from "./fixtures";
import { addresses, isThere } from "./pages";

/** How fast it is for a person, by `npm run verify:times`: figures of a machine that does nothing else, so no part of `npm test`. */

test("each page's largest paint comes within 1.5 s", async ({ open }) => {
  test.setTimeout(180_000);
  const page = await open("admin", "/settings/profile");
  const paints: Record<string, number> = {};
  for (const [name, address] of await addresses()) {
    // The better of two: other load on the machine only adds.
    for (let visit = 1; visit <= 2; visit++) {
      await page.goto("about:blank");
      await page.goto(address);
      await isThere(page);
      const largest = await page.evaluate(
        () =>
          new Promise<number>((resolve) => {
            new PerformanceObserver((list) => resolve(list.getEntries().at(-1)?.startTime ?? 0)).observe({ type: "largest-contentful-paint", buffered: true });
          }),
      );
      expect(largest, name).toBeGreaterThan(0);
      paints[name] = Math.min(paints[name] ?? Infinity, Math.round(largest));
    }
  }
  console.log(`largest paint, ms: ${JSON.stringify(paints)}`);
  for (const [name, ms] of Object.entries(paints)) expect(ms, name).toBeLessThan(1_500);
});

/** Whether something is on the page, or, with `gone`, is not; with these words in it. */
type Seen = { selector: string; words?: string; gone?: boolean };

/** From the press or key to the frame in which `seen` holds, in ms. */
async function timed(page: Page, act: () => Promise<unknown>, seen: Seen): Promise<number> {
  // Watched before it is done: the handle says that the page listens.
  const watch = await page.evaluateHandle(({ selector, words, gone }) => {
    const holds = (): boolean => [...document.querySelectorAll(selector)].some((each) => words === undefined || each.textContent.includes(words)) !== (gone === true);
    if (holds()) throw new Error(`so before: ${selector} ${words ?? ""}${gone ? " gone" : ""}`);
    let at: number | null = null;
    const begin = (event: Event): void => {
      at = event.timeStamp;
    };
    for (const name of ["pointerdown", "keydown"]) addEventListener(name, begin, { capture: true });
    const shown = new Promise<number>((resolve) => {
      const look = (): void => {
        if (at === null || !holds()) {
          requestAnimationFrame(look);
          return;
        }
        for (const name of ["pointerdown", "keydown"]) removeEventListener(name, begin, { capture: true });
        const from = at;
        const { port1, port2 } = new MessageChannel();
        // Delivered after the frame was painted.
        port1.onmessage = () => resolve(performance.now() - from);
        port2.postMessage(null);
      };
      requestAnimationFrame(look);
    });
    return { shown };
  }, seen);
  await act();
  return await watch.evaluate(({ shown }) => shown);
}

type Step = [name: string, act: (page: Page) => Promise<unknown>, seen: Seen];
const click = (name: string | RegExp) => (page: Page) => page.getByRole("button", { name }).first().click();
const key = (keys: string) => async (page: Page) => {
  for (const each of keys.split(" ")) await page.keyboard.press(each);
};
const there = (selector: string, words?: string): Seen => ({ selector, ...(words === undefined ? {} : { words }) });
const gone = (selector: string): Seen => ({ selector, gone: true });
const levels: Step[] = ["5", "4", "3", "2"].map((level) => [`severity ${level}`, click(new RegExp(`^${level}, `)), there(`[aria-label^="${level}, "][aria-pressed="true"]`)]);

/** A ramp that runs, or one that does not, whatever it did in the round before. */
async function ramp(runs: boolean): Promise<void> {
  const response = await fetch(`${url}/api/v3/ab-testing/ramp`, { headers: { authorization: `Bearer ${shared().key}` } });
  const { status } = ((await response.json()) as { ramp: { status: string } | null }).ramp ?? { status: "none" };
  if ((status === "running") === runs) return;
  if (!runs) await post("/api/v3/ab-testing/ramp/hold", {});
  else if (status === "held") await post("/api/v3/ab-testing/ramp/resume", {});
  else await post("/api/v3/ab-testing/ramp/start", { steps: [{ share: 0.05, hold_minutes: 600 }, { share: 0.5 }] });
}
const viewIsThere = (): Promise<unknown> => post("/api/console/views", { screen: "predictions", name: "Urgentes", query: "sev=5&range=7d", shared: true });

type Scene = { path: string; role: "operator" | "admin"; ready: string; before?: () => Promise<unknown>; steps: Step[] };
const scenes: Scene[] = [
  {
    path: "/predictions",
    role: "operator",
    ready: "tr[data-row]",
    before: viewIsThere,
    steps: [
      ...levels,
      ["severity off", click(/^5, /), there('[aria-label^="5, "][aria-pressed="false"]')],
      ["open a row", (page) => page.locator("tr[data-row]").nth(2).locator("td").first().click(), there("aside")],
      ["close with Esc", key("Escape"), gone("aside")],
      ["columns", click(/^Columnas/), there('[role="menu"]')],
      ["a column less", (page) => page.getByRole("menuitemcheckbox").first().click(), there('[role="menuitemcheckbox"][aria-checked="false"]')],
      ["close the menu", key("Escape"), gone('[role="menu"]')],
      ["periods", key("t"), there('[role="dialog"]')],
      ["7 days", (page) => page.getByRole("dialog").getByRole("button", { name: "7 d" }).click(), there('[aria-label*=": 7 d"]')],
      ["earlier", key("["), gone('[aria-label*=": 7 d"]')],
      ["views", click("Vistas"), there('[role="menu"]', "Urgentes")],
      ["a saved view", (page) => page.getByRole("menuitem", { name: /^Urgentes/ }).click(), there('[aria-label*=": 7 d"]')],
      ["views again", click("Vistas"), there('[role="menu"]', "Urgentes")],
      ["keep a view", (page) => page.getByRole("menuitem", { name: "Guardar o borrar…" }).click(), there('[role="dialog"]', "Vistas guardadas")],
      [
        "save the view",
        async (page) => {
          await page.getByLabel("Nombre", { exact: true }).evaluate((field: HTMLInputElement) => {
            Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")!.set!.call(field, "Turno");
            field.dispatchEvent(new Event("input", { bubbles: true }));
          });
          await page.getByRole("button", { name: "Guardar", exact: true }).click();
        },
        gone('[role="dialog"]'),
      ],
      ["theme menu", click(/^Tema/), there('[role="menu"]')],
      ["dark", (page) => page.getByRole("menuitemradio", { name: "Oscuro" }).click(), there('[data-theme="dark"]')],
      ["pause", key("p"), there('[aria-keyshortcuts="p"][aria-pressed="true"]')],
      ["go on", key("p"), there('[aria-keyshortcuts="p"][aria-pressed="false"]')],
      ["palette", key("Control+k"), there('[role="dialog"]')],
      ["close the palette", key("Escape"), gone('[role="dialog"]')],
      ["keys", key("?"), there('[role="dialog"]')],
      ["close the keys", key("Escape"), gone('[role="dialog"]')],
      ["to another screen", key("g e"), there("h1", "Despachos")],
      ["closed calls", click("Cerrados"), there('[aria-pressed="true"]', "Cerrados")],
      ["to a third", (page) => page.getByRole("link", { name: "Modelos" }).first().click(), there("h1", "Modelos")],
    ],
  },
  {
    path: "/",
    role: "operator",
    ready: "path.recharts-line-curve",
    steps: [
      ["chart as a table", click(/tabla/i), there("figure table, .max-h-96 table")],
      ["write a note", click("Escribir nota"), there("textarea")],
      [
        "save the note",
        async (page) => {
          await page.locator("textarea").evaluate((field: HTMLTextAreaElement) => {
            Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value")!.set!.call(field, "Turno tranquilo");
            field.dispatchEvent(new Event("input", { bubbles: true }));
          });
          await page.getByRole("button", { name: "Guardar" }).click();
        },
        there('button[type="submit"][aria-disabled="true"]'),
      ],
    ],
  },
  {
    path: "/ab-testing",
    role: "operator",
    ready: 'input[type="radio"]',
    before: () => ramp(false),
    steps: [
      ["why", click("¿Por qué?"), there("aside")],
      ["close with Esc", key("Escape"), gone("aside")],
      ["another strategy", (page) => page.getByRole("radio", { name: /^Al azar/ }).check(), gone('button[aria-label^="5 puntos más"]')],
      ["by weight", (page) => page.getByRole("radio", { name: /^Por peso/ }).check(), there('button[aria-label^="5 puntos más"]')],
      ["5 points more", click(/^5 puntos más/), there('p[role="status"]', "Efecto: del")],
      ["apply", click("Aplicar"), there('button[type="submit"][aria-disabled="true"]')],
    ],
  },
  {
    path: "/ab-testing",
    role: "operator",
    ready: 'section[aria-busy="false"] ol',
    before: () => ramp(true),
    steps: [
      ["pause the ramp", click("Pausar"), there("section p span", "En pausa")],
      ["back to phase 1", click("Volver a Fase 1"), there("p", "Fase 2 al 0")],
    ],
  },
  {
    path: "/models",
    role: "operator",
    ready: "tbody tr",
    steps: [["the other language", click("English"), there("h1", "Models")]],
  },
  {
    path: "/settings/people",
    role: "admin",
    ready: "tbody tr",
    steps: [
      ["add somebody", click("Crear cuenta"), there('[role="dialog"]')],
      ["close", key("Escape"), gone('[role="dialog"]')],
      ["actions", (page) => page.getByRole("row").filter({ hasText: "Vera" }).getByRole("button").click(), there('[role="menu"]')],
      ["disable", (page) => page.getByRole("menuitem", { name: "Desactivar" }).click(), there("td", "desactivada")],
    ],
  },
];

/** All scenes once: every /api answer comes 2 s late. */
async function round(open: (role: "operator" | "admin", path: string) => Promise<Page>): Promise<[string, number][]> {
  const times: [string, number][] = [];
  for (const { path, role, ready, before, steps } of scenes) {
    await before?.();
    const page = await open(role, path);
    await expect(page.locator(ready).first()).toBeVisible();
    // What comes with the first sign of use has come.
    await page.mouse.move(400, 5);
    await page.waitForTimeout(1_500);
    await page.route("**/api/**", async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 2_000));
      // A change is not sent on: what shows before the answer is what counts here.
      await (route.request().method() === "GET" ? route.continue() : route.abort()).catch(() => undefined); // the page may have gone
    });
    for (const [name, act, seen] of steps) {
      times.push([`${path} ${name}`, await timed(page, () => act(page), seen)]);
      await page.waitForTimeout(250); // a person's pace
    }
    await page.context().close();
  }
  return times;
}

test("a click shows within 100 ms, 95 of 100, although every answer of the API takes 2 s", async ({ open }) => {
  test.setTimeout(300_000);
  const at = (sorted: number[], share: number): number => Math.round(sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)]!);
  let best = Infinity;
  // The best of three rounds: other load on the machine only adds.
  for (let count = 0; count < 3 && best >= 100; count++) {
    const times = await round((role, path) => open(role, path, { expected: [/net::ERR_FAILED/] }));
    const sorted = times.map(([, ms]) => ms).sort((a, b) => a - b);
    const slow = times.filter(([, ms]) => ms >= 100).map(([name, ms]) => `${name} ${Math.round(ms)}`);
    console.log(`from the press to the change, ms, ${sorted.length} presses: p50 ${at(sorted, 0.5)}, p95 ${at(sorted, 0.95)}, slowest ${at(sorted, 1)}${slow.length > 0 ? ` (${slow.join(", ")})` : ""}`);
    best = Math.min(best, at(sorted, 0.95));
  }
  expect(best).toBeLessThan(100);
});
