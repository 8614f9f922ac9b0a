import type { ReactNode } from "react";

/** A short table of words and numbers; `numbers` names the right-aligned columns. Stacked, each row is a card on a telephone. */
export function SimpleTable({ caption, head, rows, numbers = [], stacked = false }: { caption: string; head: readonly string[]; rows: readonly { key: string; cells: readonly ReactNode[] }[]; numbers?: readonly number[]; stacked?: boolean }) {
  const side = (column: number): string => (numbers.includes(column) ? "text-right" : "text-left");
  // What is laid out as blocks is no table any more to some screen readers, unless it says so.
  const says = (role: "table" | "row" | "cell" | "rowgroup") => (stacked ? { role } : {});
  const card = { body: stacked ? "max-sm:block" : "", row: stacked ? "max-sm:grid max-sm:grid-cols-2 max-sm:gap-x-4 max-sm:gap-y-1 max-sm:py-2" : "", cell: stacked ? "max-sm:block max-sm:p-0 max-sm:text-left" : "" };
  return (
    <div className="overflow-x-auto" tabIndex={0} role="group" aria-label={caption}>
      <table {...says("table")} className={`w-full border-collapse ${card.body}`}>
        <caption className="sr-only">{caption}</caption>
        <thead className={stacked ? "max-sm:sr-only" : undefined}>
          <tr>
            {head.map((name, column) => (
              <th key={name} scope="col" className={`border-b border-line px-2 py-1 text-label font-medium text-second first:pl-0 last:pr-0 ${side(column)}`}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody {...says("rowgroup")} className={card.body}>
          {rows.map(({ key, cells }) => (
            <tr key={key} {...says("row")} className={`border-b border-line last:border-b-0 ${card.row}`}>
              {cells.map((cell, column) => (
                <td key={head[column]} {...says("cell")} className={`px-2 py-1 align-top first:pl-0 last:pr-0 ${side(column)} ${card.cell}`}>
                  {stacked ? (
                    <span aria-hidden className="block text-label text-second sm:hidden">
                      {head[column]}
                    </span>
                  ) : null}
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
