import { expect, post, press, tabTo, test, url } from "./fixtures";

test("a view is saved, chosen after a reload, shown with its author to others, deleted and brought back, by keyboard", async ({ open }) => {
  test.setTimeout(60_000);
  const page = await open("operator", "/predictions?sev=5,4&range=7d");
  const views = async (): Promise<void> => {
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await tabTo(page, "Vistas");
    await page.keyboard.press("Enter");
    await expect(page.getByRole("menu")).toBeVisible();
  };
  const keep = async (): Promise<void> => {
    await views();
    await page.getByRole("menuitem", { name: "Guardar o borrar…" }).focus();
    await page.keyboard.press("Enter");
    await expect(page.getByRole("dialog", { name: "Vistas guardadas" })).toBeVisible();
  };
  await keep();
  await page.keyboard.type("Graves de la semana");
  await tabTo(page, "Compartir con todos");
  await page.keyboard.press("Space");
  await tabTo(page, "Guardar");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(page.getByText("Vista guardada: Graves de la semana")).toBeVisible();

  await page.goto("/predictions?phase=1");
  await expect(page.getByRole("button", { name: "5, crítica" })).toHaveAttribute("aria-pressed", "false");
  await views();
  await page.getByRole("menuitem", { name: "Graves de la semana" }).focus();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(`${url}/predictions?sev=5,4&range=7d`.replace("5,4", "5%2C4"));
  await expect(page.getByRole("button", { name: "5, crítica" })).toHaveAttribute("aria-pressed", "true");
  await expect(page.getByRole("button", { name: "Periodo: 7 d" })).toBeVisible();
  await expect(page.getByRole("combobox", { name: /^Fase/ })).toHaveValue("");

  const other = await open("viewer", "/predictions");
  await other.getByRole("button", { name: "Vistas" }).click();
  await expect(other.getByRole("menuitem", { name: /Graves de la semana/ })).toContainText(" de operator");
  await other.getByRole("menuitem", { name: "Guardar o borrar…" }).click();
  await expect(other.getByLabel("Compartir con todos")).toBeDisabled();
  await expect(other.getByRole("dialog")).toContainText("Requiere");
  await expect(other.getByRole("button", { name: /^Borrar/ })).toHaveCount(0);

  await keep();
  await tabTo(page, "Borrar Graves de la semana");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "Borrar Graves de la semana" })).toHaveCount(0);
  await expect(page.getByText("Vista borrada: Graves de la semana")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await press(page, "z");
  await views();
  await expect(page.getByRole("menuitem", { name: "Graves de la semana" })).toBeVisible();
});

test("what the server refuses is said, and the list is as before", async ({ open }) => {
  await post("/api/console/views", { screen: "dispatches", name: "Zona 2", query: "state=closed", shared: true });
  const page = await open("operator", "/dispatches", { expected: [/500/] });
  await page.route("**/api/console/views", (route) => (route.request().method() === "POST" ? route.fulfill({ status: 500, contentType: "application/problem+json", body: JSON.stringify({ type: "/problems/internal", title: "Internal error", status: 500, detail: "no", instance: "x" }) }) : route.continue()));
  await page.getByRole("button", { name: "Vistas" }).click();
  await page.getByRole("menuitem", { name: "Guardar o borrar…" }).click();
  await page.getByLabel("Nombre", { exact: true }).fill("Otra");
  await page.getByRole("button", { name: "Guardar", exact: true }).click();
  await expect(page.locator("[data-sonner-toast]")).toBeVisible();
  await page.getByRole("button", { name: "Vistas" }).click();
  await expect(page.getByRole("menuitem", { name: "Zona 2" })).toBeVisible();
  await expect(page.getByRole("menuitem", { name: "Otra" })).toHaveCount(0);
});
