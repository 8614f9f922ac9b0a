import { expect, it } from "vitest";
import { awayPage } from "./away-page";

const words = { title: "Base de datos no disponible", explain: "a < b & \"c\"", retrying: "Reintentando…", retry: "Reintentar", brand: "Despacho ML" };

it("is in the language and theme of the reader, runs only its own script, and lets no word become markup", () => {
  const html = awayPage(words, { language: "es", theme: "dark", nonce: 'n"1' });
  expect(html).toContain('<html lang="es" data-theme="dark">');
  expect(html).toContain("<title>Base de datos no disponible · Despacho ML</title>");
  expect(html).toContain('<script nonce="n&#34;1">');
  expect(html).toContain("a &#60; b &#38; &#34;c&#34;");
  expect(html.match(/<script/g)).toHaveLength(1);
  // A refresh by itself is what WCAG 2.2.1 forbids: it would take the focus away while somebody reads.
  expect(html).not.toContain("http-equiv");
});
