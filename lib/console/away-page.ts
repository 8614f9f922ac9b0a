/** Words of the page, in the reader's language. */
export type AwayWords = { title: string; explain: string; retrying: string; retry: string; brand: string };
export type AwayLook = { language: string; theme: string; nonce: string };

const RETRY_MS = 3_000;

const escaped = (text: string): string => text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);

/**
 * What a page is while the database does not answer: nobody can be told apart from a stranger then, so nothing of the console
 * can be drawn, and nobody is signed out either. It needs nothing but itself, keeps the address, and gives way to the page as
 * soon as that answers.
 */
export function awayPage(words: AwayWords, { language, theme, nonce }: AwayLook): string {
  const retry = `(() => {
  const again = async () => {
    try {
      const answer = await fetch(location.href, { headers: { accept: "text/html" }, cache: "no-store", redirect: "manual" });
      if (answer.status !== 503) return location.reload();
    } catch {}
    setTimeout(again, ${RETRY_MS});
  };
  setTimeout(again, ${RETRY_MS});
})();`;
  return `<!doctype html>
<html lang="${escaped(language)}" data-theme="${escaped(theme)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(words.title)} · ${escaped(words.brand)}</title>
<link rel="icon" href="/icon.svg">
<style>
:root { color-scheme: light dark; --page: light-dark(#ffffff, #0b0f14); --text: light-dark(#101828, #e6ebf1); --second: light-dark(#475467, #a7b0bc); --accent: light-dark(#0063b2, #5ab0ff); --high: light-dark(#b54708, #ffb070); --focus: light-dark(#0063b2, #ffd166); }
:root[data-theme="light"] { color-scheme: light; }
:root[data-theme="dark"] { color-scheme: dark; }
body { margin: 0; background: var(--page); color: var(--text); font: 400 0.875rem/1.43 "Inter Variable", "Segoe UI", Roboto, system-ui, sans-serif; }
main { box-sizing: border-box; max-width: 28rem; min-height: 100vh; margin: 0 auto; padding: 2rem 1rem; display: flex; flex-direction: column; align-items: flex-start; gap: 1rem; }
.brand { margin: 0; color: var(--second); }
h1 { margin: 0; display: flex; gap: 0.5rem; font: 600 1.25rem/1.4 inherit; font-size: 1.25rem; }
h1 svg { flex: none; margin-top: 0.25rem; color: var(--high); }
p { margin: 0; }
.second { color: var(--second); }
a { display: inline-flex; align-items: center; min-height: 2.75rem; color: var(--accent); }
a:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; }
</style>
</head>
<body>
<main>
<p class="brand">${escaped(words.brand)}</p>
<h1><svg width="20" height="20" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linejoin="round" stroke-linecap="round" aria-hidden="true"><path d="M12 3 22 20H2Z"/><path d="M12 10v4M12 17v.01"/></svg>${escaped(words.title)}</h1>
<p>${escaped(words.explain)}</p>
<p class="second" role="status">${escaped(words.retrying)}</p>
<a href="">${escaped(words.retry)}</a>
</main>
<script nonce="${escaped(nonce)}">${retry}</script>
</body>
</html>
`;
}
