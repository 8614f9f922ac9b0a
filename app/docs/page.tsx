import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { OperationEntry, anchorOf } from "@/components/docs/operation";
import { toReference } from "@/components/docs/to-reference";
import { PageMessages } from "@/components/frame/page-messages";
import { PublicFrame } from "@/components/frame/public-frame";
import { problems } from "@/lib/http/problem";
import document from "@/public/openapi.json";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("docs"))("title") };
}

const order = ["v1", "v2", "v3", "v4", "health", "metrics", "console"] as const;
const operations = toReference(document);
const sections = order.map((key) => ({ key, operations: operations.filter(({ section }) => section === key) }));

/** The reference, drawn on the server from the OpenAPI document, which a test holds to the contracts that parse requests. */
export default async function DocsPage() {
  const t = await getTranslations("docs");
  return (
    <PageMessages of={["theme"]}>
      <PublicFrame title={t("title")} wide>
        <p>{t("intro")}</p>
        <p>
          <a href="/openapi.json" className="text-accent underline">
            {t("document")}
          </a>
        </p>
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
    </PageMessages>
  );
}
