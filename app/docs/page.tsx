import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { OperationEntry, anchorOf } from "@/components/docs/operation";
import { toReference } from "@/components/docs/to-reference";
import { PublicFrame } from "@/components/frame/public-frame";
import * as consoleContract from "@/lib/console/contract";
import * as predictionsContract from "@/lib/console/predictions-contract";
import * as settingsContract from "@/lib/console/settings-contract";
import * as dispatchContract from "@/lib/dispatch/contract";
import * as healthContract from "@/lib/health/contract";
import { problems } from "@/lib/http/problem";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("docs"))("title") };
}

const dispatch = toReference(dispatchContract);
const sections = [
  { key: "v2", operations: dispatch.filter(({ path }) => path.startsWith("/api/v2/")) },
  { key: "v1", operations: dispatch.filter(({ path }) => path.startsWith("/api/v1/")) },
  { key: "health", operations: toReference(healthContract) },
  { key: "console", operations: [consoleContract, predictionsContract, settingsContract].flatMap(toReference) },
] as const;

/** The reference, drawn on the server from the contracts that parse every request: it cannot be stale. */
export default async function DocsPage() {
  const t = await getTranslations("docs");
  return (
    <PublicFrame title={t("title")} wide>
      <p>{t("intro")}</p>
      <nav aria-label={t("contents")} className="columns-1 gap-6 sm:columns-2">
        {sections.map(({ key, operations }) => (
          <div key={key} className="break-inside-avoid pb-3">
            <h2 className="font-semibold">{t(key)}</h2>
            <ul>
              {operations.map((operation) => (
                <li key={operation.key}>
                  <a href={`#${anchorOf(operation)}`} className="inline-block min-h-6 py-1 font-mono text-label break-all text-accent underline">
                    {operation.key}
                  </a>
                </li>
              ))}
            </ul>
          </div>
        ))}
      </nav>
      {sections.map(({ key, operations }) => (
        <section key={key} aria-label={t(key)} className="flex flex-col gap-3">
          <h2 className="text-heading font-semibold">{t(key)}</h2>
          {operations.map((operation) => (
            <OperationEntry key={operation.key} operation={operation} />
          ))}
        </section>
      ))}
      <section className="flex flex-col gap-2">
        <h2 className="text-heading font-semibold">{t("every")}</h2>
        <ul className="font-mono text-label">
          {Object.entries(problems).map(([code, { status, title }]) => (
            <li key={code} lang="en">
              {status} {code}: {title}
            </li>
          ))}
        </ul>
      </section>
    </PublicFrame>
  );
}
