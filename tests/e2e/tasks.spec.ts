import type { Page } from "@playwright/test";
import { readFileSync } from "node:fs";
import { aCall, features, names } from "../browser-data";
import { setShare } from "./ab-share";
import { expect, post, press, tabTo, test, typeCredentials, url } from "./fixtures";

// Every task here is done with the keyboard alone.
test.use({ locale: "es" });

async function close(page: Page): Promise<void> {
  await tabTo(page, "Cerrar");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog")).toHaveCount(0);
}

test("sign in, and come back to the page that was asked for", async ({ page }) => {
  await page.goto("/predictions?range=7d");
  await expect(page).toHaveURL(/\/login\?next=/);
  await page.getByLabel("Usuario").fill("viewer");
  await page.getByLabel("Contraseña").fill("not the password");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("alert").filter({ hasText: "no son correctos" })).toBeVisible();
  await typeCredentials(page, "viewer");
  await expect(page).toHaveURL(/\/predictions\?range=7d$/);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Predicciones");
  await tabTo(page, new RegExp(names.viewer));
  await page.keyboard.press("Enter");
  await page.getByRole("menuitem", { name: "Cerrar sesión" }).focus();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/login/);
});

test("see at once whether anything is wrong, and read the figures of a period", async ({ open }) => {
  const page = await open("viewer");
  await expect(page.getByRole("status").filter({ hasText: "Listo para decidir" })).toBeVisible();
  await expect(page.getByText("130 decisiones").first()).toBeVisible();
  await press(page, "t");
  await page.keyboard.type("2h");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/range=2h/);
  await press(page, "[");
  await expect(page).toHaveURL(/from=.*to=/);
  await press(page, "t n");
  await expect(page).toHaveURL(`${url}/`);
});

test("go to every screen by two keys", async ({ open }) => {
  const page = await open("viewer");
  const title = page.getByRole("heading", { level: 1 });
  for (const [keys, words] of [["g x", "Predicciones"], ["g e", "Despachos"], ["g m", "Modelos"], ["g j", "Ajustes"], ["g r", "Resumen"]] as const) {
    await press(page, keys);
    await expect(title).toHaveText(words);
  }
  await press(page, "?");
  await expect(page.getByRole("dialog", { name: "Teclas de esta página" })).toBeVisible();
  await press(page, "Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
});

test("the palette finds a screen without accents, a period, and a dispatch by its number", async ({ open }) => {
  const page = await open("viewer");
  const palette = page.getByRole("dialog", { name: "Buscar o ir a" });
  await page.keyboard.press("Control+k");
  await expect(palette).toBeVisible();
  await page.keyboard.type("models");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Modelos");
  await page.keyboard.press("Control+k");
  await expect(palette.getByRole("combobox")).toBeFocused();
  await page.keyboard.type("periodo: 7");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/range=7d/);
  await page.keyboard.press("Control+k");
  await expect(palette.getByRole("combobox")).toBeFocused();
  await page.keyboard.type("10231");
  await expect(palette.getByText("Buscar el despacho o la predicción 10231")).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/predictions\?q=10231/);
  await expect(page.getByRole("table", { name: "Predicciones registradas" }).locator("tbody tr")).toHaveCount(1);
});

test("keys typed before the code of what they open has come are not lost", async ({ open }) => {
  const page = await open("viewer", "/predictions");
  await expect(page.getByRole("table", { name: "Predicciones registradas" }).locator("tbody tr[data-row]").first()).toBeVisible();
  // The state sentence is asked by the browser: when it is there, keys are heard.
  const reload = async (): Promise<void> => {
    await page.reload();
    await expect(page.getByRole("status").filter({ hasText: "Listo para decidir" })).toBeVisible();
  };
  let late = 0;
  await page.route("**/_next/static/**/*.js", async (route) => {
    late++;
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await route.continue();
  });
  await page.keyboard.press("Control+k");
  await page.keyboard.type("modelox");
  await press(page, "Backspace s Enter");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Modelos");
  expect(late).toBeGreaterThan(0);
  await reload();
  await press(page, "t");
  await page.keyboard.type("3h");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/range=3h/);
  await reload();
  await press(page, "t n");
  await expect(page).toHaveURL(`${url}/models`);
  // Escape calls off what has not opened yet, with what was typed.
  await reload();
  await page.keyboard.press("Control+k");
  await page.keyboard.type("ajustes");
  await press(page, "Escape g x");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Predicciones");
  await expect(page.getByRole("dialog")).toHaveCount(0);
});

test("find a dispatch, read why it was answered so, and try other values without recording", async ({ open }) => {
  const page = await open("viewer", "/predictions");
  const rows = page.getByRole("table", { name: "Predicciones registradas" }).locator("tbody tr[data-row]");
  await expect(rows.first()).toBeVisible();
  await press(page, "/");
  await page.keyboard.type("10231");
  await expect(rows).toHaveCount(1);
  await expect(page).toHaveURL(/q=10231/);
  await page.keyboard.press("Tab");
  await rows.first().focus();
  await page.keyboard.press("Enter");
  const drawer = page.getByRole("complementary", { name: "Predicción" });
  await expect(drawer.getByRole("heading", { name: "Predicción 10231" })).toBeVisible();
  await expect(page).toHaveURL(/sel=/);
  await expect(drawer.getByText("Se pidió una predicción: no se eligió fase.")).toBeVisible();
  await expect(drawer.getByRole("heading", { name: "Aporte por variable" })).toBeVisible();
  await expect(drawer.getByText("Distancia de la más cercana (km)").first()).toBeVisible();
  await tabTo(page, "Distancia de la más cercana (km)");
  await page.keyboard.press("Control+a");
  await page.keyboard.type("11.5");
  await page.keyboard.press("Enter");
  await expect(drawer.getByRole("status").getByText("antes")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(drawer).toHaveCount(0);
  await expect(rows.first()).toBeFocused();
  await expect(rows).toHaveCount(1);
});

test("filter the explorer; the address is the same picture for somebody else", async ({ open }) => {
  const page = await open("viewer", "/predictions");
  await tabTo(page, "5, Crítica");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/sev=5/);
  const count = page.getByRole("heading", { name: /^Predicciones registradas 26$/ });
  await expect(count).toBeVisible();
  const other = await open("admin", page.url().slice(url.length), { language: "en" });
  await expect(other.getByRole("heading", { name: /^Logged predictions 26$/ })).toBeVisible();
  await page.goBack();
  await expect(page.getByRole("heading", { name: /^Predicciones registradas 130$/ })).toBeVisible();
  await page.getByRole("table", { name: "Predicciones registradas" }).locator("tbody tr[data-row]").first().focus();
  await press(page, "j j Enter");
  await expect(page.getByRole("complementary")).toBeVisible();
  const before = new URL(page.url()).searchParams.get("sel");
  await press(page, "j");
  await expect.poll(() => new URL(page.url()).searchParams.get("sel")).not.toBe(before);
});

test("export last week's critical ones, the whole filtered set", async ({ open }) => {
  const page = await open("viewer", "/predictions");
  await expect(page.locator("tr[data-row]").first()).toBeVisible();
  await press(page, "t");
  await expect(page.getByLabel("Escribir un periodo")).toBeFocused();
  await page.keyboard.type("7d");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/range=7d/);
  await tabTo(page, "5, Crítica");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: /registradas 26$/ })).toBeVisible();
  await tabTo(page, "Exportar");
  await page.keyboard.press("Enter");
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("menuitem", { name: "CSV" }).press("Enter")]);
  expect(download.suggestedFilename()).toMatch(/^predicciones_\d{4}-\d{2}-\d{2}T\d{4}_7d\.csv$/);
  const text = readFileSync(await download.path(), "utf8");
  expect(text.charCodeAt(0)).toBe(0xfeff);
  expect(text.trim().split(/\r?\n/)).toHaveLength(27);
});

test("the board: open calls by severity, then age; the candidates and the crew", async ({ open }) => {
  const page = await open("viewer", "/dispatches");
  const rows = page.getByRole("table", { name: "Tablero" }).locator("tbody tr[data-row]");
  await expect(rows.first()).toContainText("Crítica");
  await rows.first().focus();
  await page.keyboard.press("Enter");
  const drawer = page.getByRole("complementary", { name: "Despacho" });
  await expect(drawer.getByText("elegida", { exact: true })).toBeVisible();
  await expect(drawer.getByRole("heading", { name: "Equipo" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(drawer).toHaveCount(0);
});

test("leave a note for the next shift; a viewer learns why they may not", async ({ open }) => {
  const page = await open("operator");
  const text = `Ambulancia 22 en taller, ${Date.now()}`;
  await tabTo(page, "Escribir nota");
  await page.keyboard.press("Enter");
  await page.getByLabel("Nota para el próximo turno").focus();
  await page.keyboard.type(text);
  await tabTo(page, "Guardar");
  await page.keyboard.press("Enter");
  await expect(page.getByText(text).first()).toBeVisible();
  const viewer = await open("viewer");
  await expect(viewer.getByText(text)).toBeVisible();
  const blocked = viewer.getByRole("button", { name: "Escribir nota" });
  await expect(blocked).toHaveAttribute("aria-disabled", "true");
  await expect(blocked).toHaveAttribute("title", "Requiere el rol Operador");
});

test("create a key, call with it, rotate it, and revoke it by typing its name", async ({ open }) => {
  const page = await open("admin", "/settings/keys");
  const name = `cad-${Date.now()}`;
  await tabTo(page, "Crear clave");
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog");
  await tabTo(page, "Nombre");
  await page.keyboard.type(name);
  await tabTo(page, "read");
  await page.keyboard.press("Space");
  await tabTo(page, "Crear clave");
  await page.keyboard.press("Enter");
  const secret = await dialog.locator("code").first().innerText();
  expect((await fetch(`${url}/api/v2/dispatch/model/info`, { headers: { authorization: `Bearer ${secret}` } })).status).toBe(200);
  // Shown once: Escape does not lose it.
  await page.keyboard.press("Escape");
  await close(page);
  const row = page.getByRole("row").filter({ hasText: name }).first();
  await row.getByRole("button", { name: `Rotar: ${name}` }).press("Enter");
  const rotated = await dialog.locator("code").first().innerText();
  expect(rotated).not.toBe(secret);
  for (const each of [secret, rotated]) expect((await fetch(`${url}/api/v2/dispatch/model/info`, { headers: { authorization: `Bearer ${each}` } })).status).toBe(200);
  await close(page);
  await expect(page.getByRole("row").filter({ hasText: name })).toHaveCount(2);
  // The rotated one has the secret whose middle part is its id.
  const old = page.getByRole("row").filter({ hasText: name }).filter({ hasNotText: "no caduca" });
  await old.getByRole("button", { name: `Revocar: ${name}` }).press("Enter");
  await expect(dialog.getByText("Deja de funcionar al instante.")).toBeVisible();
  const confirm = dialog.getByRole("button", { name: "Revocar" });
  await expect(confirm).toHaveAttribute("aria-disabled", "true");
  await tabTo(page, "Escribir el nombre de la clave para confirmar");
  await page.keyboard.type(name);
  await page.keyboard.press("Enter");
  await expect(dialog).toHaveCount(0);
  await expect(page.getByRole("row").filter({ hasText: name }).filter({ hasText: "revocada" })).toHaveCount(1);
  expect((await fetch(`${url}/api/v2/dispatch/model/info`, { headers: { authorization: `Bearer ${secret}` } })).status).toBe(401);
});

test("make an account, disable it, undo that, and find it all in the audit, whose chain holds", async ({ open }) => {
  const page = await open("admin", "/settings/people");
  const username = `nina${Date.now()}`;
  await tabTo(page, "Crear cuenta");
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog");
  await tabTo(page, "Nombre");
  await page.keyboard.type("Nina Mamani");
  await tabTo(page, "Usuario");
  await page.keyboard.type(username);
  await page.keyboard.press("Enter");
  await expect(dialog.getByText("Se muestra solo esta vez")).toBeVisible();
  await close(page);
  const row = page.getByRole("row").filter({ hasText: username });
  await expect(row.getByText("activa", { exact: true })).toBeVisible();
  await row.getByRole("button", { name: /^Acciones/ }).press("Enter");
  await page.getByRole("menuitem", { name: "Desactivar" }).press("Enter");
  await expect(row.getByText("desactivada", { exact: true })).toBeVisible();
  await press(page, "z");
  await expect(row.getByText("activa", { exact: true })).toBeVisible();
  // Nobody changes their own account.
  await expect(page.getByRole("row").filter({ hasText: names.admin }).getByRole("combobox")).toBeDisabled();

  await page.goto("/settings/audit");
  await expect(page.getByText(/Cadena verificada hasta .* \(\d+ filas\)/)).toBeVisible();
  await page.getByRole("searchbox", { name: "Acción" }).focus();
  await page.keyboard.type("person.disable");
  const rows = page.getByRole("table", { name: "Auditoría" }).locator("tbody tr");
  await expect(rows).toHaveCount(1);
  await expect(rows).toContainText("disabled: false → true");
  await tabTo(page, "Exportar");
  await page.keyboard.press("Enter");
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("menuitem", { name: "CSV" }).press("Enter")]);
  expect(readFileSync(await download.path(), "utf8")).toContain("person.disable");
});

test("a viewer is told which role the settings of an administrator take", async ({ open }) => {
  const page = await open("viewer", "/settings/keys", { expected: [/403 \(Forbidden\)/] });
  const told = page.getByRole("alert").filter({ hasText: "Requiere el rol Administrador" });
  await expect(told).toBeVisible();
  await expect(page.getByRole("button", { name: "Crear clave" })).toHaveCount(0);
  // The way on stays, also without loading the page anew.
  await page.getByRole("link", { name: "Perfil" }).click();
  await expect(page.getByRole("heading", { name: "Cuenta" })).toBeVisible();
  await page.getByRole("link", { name: "Auditoría" }).click();
  await expect(told).toBeVisible();
});

test("change language and theme; the page and its filters stay", async ({ open }) => {
  const page = await open("viewer", "/predictions?sev=5&range=7d");
  await expect(page.getByRole("heading", { name: /registradas 26$/ })).toBeVisible();
  await tabTo(page, "English");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Predictions");
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await expect(page).toHaveURL(/\/predictions\?(sev=5&range=7d|range=7d&sev=5)$/);
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("dialog").getByRole("combobox")).toBeFocused();
  await page.keyboard.type("dark");
  await expect(page.getByRole("dialog").getByRole("option", { selected: true })).toHaveText("Dark theme");
  await page.keyboard.press("Enter");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Predictions");
});

test("a new call appears without a reload", async ({ open }) => {
  const page = await open("viewer", "/predictions");
  await expect(page.getByRole("table", { name: "Predicciones registradas" }).locator("tbody tr[data-row]").first()).toBeVisible();
  const dispatch_id = 700_000 + (Date.now() % 100_000);
  await post("/api/v1/dispatch/assign", aCall(dispatch_id));
  await post("/api/v2/dispatch/predict", { dispatch_id, ...features(3) });
  await expect(page.getByRole("cell", { name: String(dispatch_id) })).toBeVisible({ timeout: 20_000 });
});

test("find a dispatch and read why phase 2 answered it, by keyboard", async ({ open }) => {
  await setShare(100);
  const dispatch_id = 600_000 + (Date.now() % 100_000);
  await post("/api/v3/ab-testing/dispatch", { dispatch_id, ...features(3) });
  await setShare(0);
  const page = await open("viewer");
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("dialog", { name: "Buscar o ir a" }).getByRole("combobox")).toBeFocused();
  await page.keyboard.type(String(dispatch_id));
  await page.keyboard.press("Enter");
  const row = page.getByRole("table", { name: "Predicciones registradas" }).locator("tbody tr[data-row]");
  await expect(row).toHaveCount(1);
  await expect(row).toContainText("sorteo por despacho con la Fase 2 al 100");
  await press(page, "j");
  await expect(row).toBeFocused();
  await press(page, "Enter");
  const drawer = page.getByRole("complementary", { name: "Predicción" });
  await expect(drawer).toContainText(/sorteo por despacho con la Fase 2 al 100\s%/);
  await expect(drawer).toContainText(/probabilidad de esta fase 100\s%/);
  // What the rules would have said, and that it was not kept.
  await expect(drawer).toContainText("Calculado ahora con los datos registrados; no se guarda.");
});
