import Link from "next/link";
import { Readiness } from "@/components/status/readiness";
import { StatusWords } from "@/components/status/words";
import * as dispatch from "@/lib/dispatch/contract";
import type { Endpoint } from "@/lib/http/endpoint";
import en from "@/lib/i18n/messages/en.json";
import es from "@/lib/i18n/messages/es.json";

const isEndpoint = (value: unknown): value is Endpoint => typeof value === "object" && value !== null && "path" in value && "method" in value;
const exported: unknown[] = Object.values(dispatch);
const endpoints = exported.filter(isEndpoint);

/** Whether the service works, and what it offers. The console's screens join beside this page. */
export default async function Page({ searchParams }: { searchParams: Promise<{ lang?: string }> }) {
  const english = (await searchParams).lang === "en";
  const words = StatusWords.parse((english ? en : es).status);
  return (
    <main lang={english ? "en" : "es"} className="mx-auto flex max-w-3xl flex-col gap-6 p-6">
      <header className="flex items-baseline justify-between gap-4">
        <h1 className="text-xl font-semibold">{words.title}</h1>
        <Link href={english ? "/" : "/?lang=en"} lang={english ? "es" : "en"} className="text-(--accent) underline">
          {words.language}
        </Link>
      </header>
      <p className="text-(--text-second)">{words.intro}</p>
      <Readiness words={words} />
      <section aria-labelledby="api" className="flex flex-col gap-2">
        <h2 id="api" className="font-semibold">
          {words.api}
        </h2>
        <p className="text-sm text-(--text-second)">{words.apiHint}</p>
        <ul className="rounded-lg bg-(--panel) p-4 text-sm">
          {endpoints.map(({ method, path }) => (
            <li key={`${method} ${path}`} className="flex gap-3 py-0.5 font-mono">
              <span className="w-12 shrink-0 text-(--text-second)">{method}</span>
              <span className="break-all">{path}</span>
            </li>
          ))}
        </ul>
      </section>
    </main>
  );
}
