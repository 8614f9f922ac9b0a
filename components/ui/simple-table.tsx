import type { ReactNode } from "react";

/** A short table of words and numbers; `numbers` names the right-aligned columns. */
export function SimpleTable({ caption, head, rows, numbers = [] }: { caption: string; head: readonly string[]; rows: readonly { key: string; cells: readonly ReactNode[] }[]; numbers?: readonly number[] }) {
  const side = (column: number): string => (numbers.includes(column) ? "text-right" : "text-left");
  return (
    <div className="overflow-x-auto" tabIndex={0} role="group" aria-label={caption}>
      <table className="w-full border-collapse">
        <caption className="sr-only">{caption}</caption>
        <thead>
          <tr>
            {head.map((name, column) => (
              <th key={name} scope="col" className={`border-b border-line px-2 py-1 text-label font-medium text-second first:pl-0 last:pr-0 ${side(column)}`}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, cells }) => (
            <tr key={key} className="border-b border-line last:border-b-0">
              {cells.map((cell, column) => (
                <td key={head[column]} className={`px-2 py-1 align-top first:pl-0 last:pr-0 ${side(column)}`}>
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
