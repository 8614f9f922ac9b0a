import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { expect, it } from "vitest";

// Each page is sent the words it draws with in the browser, and no others: what its modules ask for is held to what it names.

const root = resolve(import.meta.dirname, "../..");
const sources = new Map<string, string>();
const read = (file: string): string => {
  const text = sources.get(file) ?? readFileSync(file, "utf8");
  sources.set(file, text);
  return text;
};

function resolved(from: string, name: string): string | null {
  const path = name.startsWith("@/") ? join(root, name.slice(2)) : name.startsWith(".") ? resolve(dirname(from), name) : null;
  return path === null ? null : ([`${path}.tsx`, `${path}.ts`, path].find((file) => /\.tsx?$/.test(file) && existsSync(file)) ?? null);
}

const imports = /(?:^|\n)(?:import|export)(?! type\b)[^"';]*from "([^"]+)"|(?:^|\n)import "([^"]+)"|import\("([^"]+)"\)/g;

/** The namespaces that the modules behind a file ask for in the browser. */
function asked(entry: string): Set<string> {
  const found = new Set<string>();
  const seen = new Set<string>();
  const visit = (file: string, browser: boolean): void => {
    const text = read(file);
    const inBrowser = browser || text.startsWith('"use client"');
    if (seen.has(`${file} ${inBrowser}`)) return;
    seen.add(`${file} ${inBrowser}`);
    if (inBrowser) for (const [, namespace] of text.matchAll(/useTranslations(?:<[^>]*>)?\("([^".]+)/g)) found.add(namespace!);
    if (inBrowser) expect(text, `${file}: a namespace by a name that cannot be read here`).not.toMatch(/useTranslations\((?!")/);
    for (const [, from, plain, later] of text.matchAll(imports)) {
      const next = resolved(file, (from ?? plain ?? later)!);
      if (next !== null) visit(next, inBrowser);
    }
  };
  visit(entry, false);
  return found;
}

/** What a file of the tree of pages names, `null` where it has no provider. */
function named(file: string): string[] {
  const given = /<PageMessages of=\{\[([^\]]*)\]\}>/.exec(read(file));
  return given === null ? [] : [...given[1]!.matchAll(/"([^"]+)"/g)].map(([, name]) => name!);
}

const entries = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((each) => (each.isDirectory() ? entries(join(folder, each.name)) : ["layout.tsx", "page.tsx", "error.tsx", "not-found.tsx", "forbidden.tsx", "loading.tsx"].includes(each.name) ? [join(folder, each.name)] : []));

/** The layouts around a file; an error takes the place of the page, inside its folder's layout. */
function around(file: string): string[] {
  const layouts: string[] = [];
  for (let folder = dirname(file); folder.startsWith(join(root, "app")); folder = dirname(folder)) {
    const layout = join(folder, "layout.tsx");
    if (layout !== file && existsSync(layout)) layouts.push(layout);
  }
  return layouts;
}

const all = entries(join(root, "app"));

it("knows the pages", () => {
  expect(all.length).toBeGreaterThan(15);
  expect(asked(join(root, "app/(console)/predictions/page.tsx"))).toContain("predictions");
});

it.each(all.map((file) => [file.slice(root.length + 1), file]))("%s names what it draws with", (_, file) => {
  const given = new Set(around(file).flatMap(named));
  expect(named(file).toSorted()).toEqual([...asked(file)].filter((name) => !given.has(name)).toSorted());
});
