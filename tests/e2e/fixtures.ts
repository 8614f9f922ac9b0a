import { test as base, expect, type Browser, type BrowserContextOptions, type Page } from "@playwright/test";
import { readFileSync } from "node:fs";
import { Shared, sharedFile, type Role } from "../browser-data";

export { expect };

export const port = Number(process.env.E2E_PORT ?? 3100);
export const url = `http://127.0.0.1:${port}`;
/** The other process on the same database. */
export const secondUrl = `http://127.0.0.1:${port + 1}`;

let read: Shared | null = null;
export const shared = (): Shared => (read ??= Shared.parse(JSON.parse(readFileSync(sharedFile(port), "utf8"))));

export async function post(path: string, body: unknown, at = url): Promise<Record<string, unknown>> {
  const response = await fetch(at + path, { method: "POST", headers: { authorization: `Bearer ${shared().key}`, "content-type": "application/json" }, body: JSON.stringify(body) });
  const reply = (await response.json()) as Record<string, unknown>;
  expect(response.status, JSON.stringify(reply)).toBe(200);
  return reply;
}

/** Types the credentials as a person does: no mouse. */
export async function typeCredentials(page: Page, role: Role): Promise<void> {
  const { username, password } = shared().people[role];
  await page.getByLabel("Usuario").fill(username);
  await page.getByLabel("Contraseña").fill(password);
  await page.keyboard.press("Enter");
}

type State = Exclude<BrowserContextOptions["storageState"], string | undefined>;
export type Look = {
  language?: "es" | "en";
  theme?: "light" | "dark";
  width?: number;
  /** Which of the two processes. */
  at?: string;
  /** Messages that the test causes on purpose. */
  expected?: RegExp[];
};

/** A page of somebody who has signed in; nobody's page is shared between tests. */
type Open = (role: Role, path?: string, look?: Look) => Promise<Page>;

/** What a page must never do: fail in its console, break its content policy, ask another origin. */
export function watch(page: Page, trouble: string[], allowed: RegExp[] = []): void {
  const note = (line: string): void => {
    if (!allowed.some((each) => each.test(line))) trouble.push(line);
  };
  page.on("console", (message) => {
    if (message.type() === "error") note(`${message.text()} (${message.location().url})`);
  });
  page.on("pageerror", (error) => note(`${error.message}\n${error.stack ?? ""}`));
  page.on("request", (request) => {
    if (!/^(https?:\/\/127\.0\.0\.1:\d+\/|data:|blob:)/.test(request.url())) note(`asks another origin: ${request.url()}`);
  });
}

async function stateOf(browser: Browser, role: Role): Promise<State> {
  const context = await browser.newContext({ baseURL: url, locale: "es" });
  const page = await context.newPage();
  await page.goto("/login");
  await typeCredentials(page, role);
  await page.waitForURL(`${url}/`);
  const state = await context.storageState();
  await context.close();
  return state;
}

/** The page is drawn before its scripts have come; a key pressed by then is the browser's. */
async function listens(page: Page): Promise<void> {
  await page.waitForFunction(() => Object.keys(document.querySelector("h1") ?? {}).some((key) => key.startsWith("__reactProps$")));
  // What it does after it is drawn has been done.
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 50))));
}

export const test = base.extend<{ open: Open }, { signedIn: (role: Role) => Promise<State> }>({
  signedIn: [
    async ({ browser }, provide) => {
      const states = new Map<Role, Promise<State>>();
      await provide((role) => {
        const state = states.get(role) ?? stateOf(browser, role);
        states.set(role, state);
        return state;
      });
    },
    { scope: "worker" },
  ],
  open: async ({ browser, signedIn }, provide) => {
    const trouble: string[] = [];
    const contexts: { close: () => Promise<void> }[] = [];
    await provide(async (role, path = "/", { language = "es", theme = "light", width = 1_440, at = url, expected = [] } = {}) => {
      const context = await browser.newContext({ baseURL: at, storageState: await signedIn(role), viewport: { width, height: 900 }, locale: language, colorScheme: theme, acceptDownloads: true });
      contexts.push(context);
      await context.addCookies([{ name: "ml_language", value: language, url: at }]);
      const page = await context.newPage();
      watch(page, trouble, expected);
      await page.goto(path);
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      await listens(page);
      return page;
    });
    for (const context of contexts) await context.close();
    expect(trouble, "what the page complained about").toEqual([]);
  },
});

/** Presses keys one after another, as `g x`. */
export async function press(page: Page, keys: string): Promise<void> {
  for (const key of keys.split(" ")) await page.keyboard.press(key);
}

/** Tab until the control of this name has the focus: it is reachable without a mouse. */
export async function tabTo(page: Page, name: string | RegExp, most = 60): Promise<void> {
  for (let step = 0; step < most; step++) {
    const focused = await page.evaluate(() => {
      const element = document.activeElement;
      if (!(element instanceof HTMLElement)) return "";
      const labels = element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement || element instanceof HTMLSelectElement ? [...(element.labels ?? [])].map((label) => label.innerText).join(" ") : "";
      return element.getAttribute("aria-label") ?? (labels === "" ? element.innerText : labels);
    });
    if (typeof name === "string" ? focused.trim() === name : name.test(focused)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab does not reach ${String(name)} in ${most} steps`);
}
