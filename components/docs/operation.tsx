import { useTranslations } from "next-intl";
import { Badge } from "../ui/badge";
import { SimpleTable } from "../ui/simple-table";
import type { Field, Operation } from "./to-reference";

export const anchorOf = (operation: Operation): string => operation.key.toLowerCase().replace(/[^a-z0-9]+/g, "-");

export function OperationEntry({ operation }: { operation: Operation }) {
  const t = useTranslations("docs");
  const { access } = operation;
  return (
    <article id={anchorOf(operation)} aria-label={operation.key} className="flex flex-col gap-2 rounded-panel border border-line bg-panel p-4">
      <h3 className="flex flex-wrap items-baseline gap-x-3 font-mono text-body font-semibold">
        <span className="text-accent">{operation.method}</span>
        <span className="break-all">{operation.path}</span>
      </h3>
      <p lang="en">{operation.summary}</p>
      <p className="flex flex-wrap gap-2 *:whitespace-normal!">
        <Badge>{access === "public" || access === "signed-in" ? t(access) : t("scopes", { names: access.join(" / ") })}</Badge>
        {operation.produces === "application/json" ? null : <Badge>{t("produces", { type: operation.produces })}</Badge>}
      </p>
      <Fields title={t("path")} fields={operation.params} />
      <Fields title={t("query")} fields={operation.query} />
      <Schema title={t("body")} text={operation.body} />
      <Schema title={t("response")} text={operation.response} />
      {operation.problems.length === 0 ? null : (
        <details>
          <summary className="w-fit rounded-control py-1 text-accent">{t("problems")}</summary>
          <ul lang="en" className="font-mono text-label">
            {operation.problems.map(({ status, words }) => (
              <li key={status}>
                {status} {words}
              </li>
            ))}
          </ul>
        </details>
      )}
      {operation.examples.map(({ label, source }) => (
        <figure key={label}>
          <figcaption lang="en" className="pb-1 text-label text-second">
            {label}
          </figcaption>
          <pre tabIndex={0} className="max-h-60 overflow-auto rounded-control border border-line bg-page p-3 font-mono text-label">
            {source}
          </pre>
        </figure>
      ))}
    </article>
  );
}

function Fields({ title, fields }: { title: string; fields: readonly Field[] }) {
  const t = useTranslations("docs");
  if (fields.length === 0) return null;
  return (
    <SimpleTable
      caption={title}
      head={[title, ""]}
      rows={fields.map((field) => ({
        key: field.name,
        cells: [
          <code key="name" className="font-mono text-label">
            {field.name}
            {field.required ? null : <span className="text-second"> ({t("optional")})</span>}
          </code>,
          <span key="words" lang="en">
            {field.words}
          </span>,
        ],
      }))}
    />
  );
}

function Schema({ title, text }: { title: string; text: string | null }) {
  if (text === null) return null;
  return (
    <details>
      <summary className="w-fit rounded-control py-1 text-accent">{title}</summary>
      <pre tabIndex={0} className="max-h-96 overflow-auto rounded-control border border-line bg-page p-3 font-mono text-label">
        {text}
      </pre>
    </details>
  );
}
