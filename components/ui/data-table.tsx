"use client";

import { flexRender, getCoreRowModel, getSortedRowModel, useReactTable, type ColumnDef, type RowData, type SortingState } from "@tanstack/react-table";
import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown, ArrowUp } from "lucide-react";
import { useTranslations } from "next-intl";
import { memo, useEffect, useRef, useState, type KeyboardEvent } from "react";
import { useShortcut } from "../frame/shortcuts";

declare module "@tanstack/react-table" {
  // eslint-disable-next-line @typescript-eslint/no-unused-vars -- the library's own signature
  interface ColumnMeta<TData extends RowData, TValue> {
    align?: "right";
    /** Left out where the table is narrow, and on the cards of a telephone. */
    wide?: boolean;
    /** As wide as the card. */
    full?: boolean;

  }
}

export type Column<Row> = ColumnDef<Row>;
/** Above this many rows only the visible ones are in the page. */
const VIRTUAL_FROM = 100;

type Props<Row> = {
  caption: string;
  rows: readonly Row[];
  columns: Column<Row>[];
  idOf: (row: Row) => string;
  /** The row whose details are open. */
  selected?: string | null;
  onOpen?: (id: string) => void;
  hidden?: readonly string[];
  /** Rows that come in the server's order have no other: sorting a part would lie. */
  sortable?: boolean;
  rowClass?: (row: Row) => string;
};

/**
 * A real table, with only the visible rows in it when there are many. `j` and `k` move, Enter opens, also while details are open.
 * The order and the focus stay over a refresh: rows are kept by id. On a telephone each row is a card.
 */
function Table<Row>({ caption, rows, columns, idOf, selected = null, onOpen, hidden = [], sortable = false, rowClass }: Props<Row>) {
  const t = useTranslations("ui");
  const [sorting, setSorting] = useState<SortingState>([]);
  const [at, setAt] = useState<string | null>(null);
  const scroller = useRef<HTMLDivElement>(null);
  // eslint-disable-next-line react-hooks/incompatible-library -- the React compiler, which is not used here, could not memoise it
  const table = useReactTable({
    data: rows as Row[],
    columns,
    getRowId: idOf,
    state: { sorting, columnVisibility: Object.fromEntries(hidden.map((id) => [id, false])) },
    onSortingChange: setSorting,
    enableSorting: sortable,
    getCoreRowModel: getCoreRowModel(),
    ...(sortable ? { getSortedRowModel: getSortedRowModel() } : {}),
  });
  const model = table.getRowModel().rows;
  const virtual = model.length > VIRTUAL_FROM;
  const virtualizer = useVirtualizer({ count: model.length, getScrollElement: () => scroller.current, estimateSize: () => 37, overscan: 12, enabled: virtual });
  const items = virtual ? virtualizer.getVirtualItems() : [];
  const shown = virtual ? items.flatMap(({ index }) => model[index] ?? []) : model;
  const above = items[0]?.start ?? 0;
  const below = virtual ? virtualizer.getTotalSize() - (items.at(-1)?.end ?? 0) : 0;
  const current = at ?? selected;

  const move = (by: 1 | -1): void => {
    const index = model.findIndex((row) => row.id === current);
    const next = model[Math.min(model.length - 1, Math.max(0, index < 0 ? 0 : index + by))];
    if (!next) return;
    setAt(next.id);
    if (virtual) virtualizer.scrollToIndex(next.index);
    // The row may be drawn only after the scroll.
    requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(next.id)}"]`)?.focus());
    if (selected !== null) onOpen?.(next.id);
  };
  useShortcut("j", t("next"), () => move(1));
  useShortcut("k", t("previous"), () => move(-1));
  const wasSelected = useRef(selected);
  // Focus goes back to the row when its details close; focus is outside React.
  useEffect(() => {
    if (wasSelected.current !== null && selected === null) scroller.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(wasSelected.current)}"]`)?.focus();
    wasSelected.current = selected;
  }, [selected]);

  const open = (event: KeyboardEvent, id: string): void => {
    if (event.key !== "Enter" || event.target !== event.currentTarget) return;
    event.preventDefault();
    onOpen?.(id);
  };
  const leaf = table.getVisibleLeafColumns().length;
  return (
    <div ref={scroller} className={`@container overflow-auto ${virtual ? "max-h-[calc(100dvh-14rem)] min-h-64" : ""}`} tabIndex={0} role="group" aria-label={caption}>
      <table className="w-full border-collapse text-body max-md:block" aria-rowcount={virtual ? model.length + 1 : undefined}>
        <caption className="sr-only">{caption}</caption>
        <thead className="max-md:hidden">
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id}>
              {group.headers.map((header) => {
                const sorted = header.column.getIsSorted();
                const label = flexRender(header.column.columnDef.header, header.getContext());
                return (
                  <th key={header.id} scope="col" aria-sort={sorted === false ? undefined : sorted === "asc" ? "ascending" : "descending"} className={`sticky top-0 z-10 border-b border-line bg-panel px-3 py-1.5 text-label font-medium whitespace-nowrap text-second ${cellClass(header.column.columnDef.meta)}`}>
                    {header.column.getCanSort() ? (
                      <button type="button" className="inline-flex items-center gap-1 rounded-control" onClick={header.column.getToggleSortingHandler()}>
                        {label}
                        {sorted === "asc" ? <ArrowUp aria-hidden size={12} /> : sorted === "desc" ? <ArrowDown aria-hidden size={12} /> : null}
                      </button>
                    ) : (
                      label
                    )}
                  </th>
                );
              })}
            </tr>
          ))}
        </thead>
        <tbody className="max-md:block">
          {above > 0 ? <Gap height={above} columns={leaf} /> : null}
          {shown.map((row) => (
            <tr
              key={row.id}
              data-row={row.id}
              ref={virtual ? virtualizer.measureElement : undefined}
              data-index={virtual ? row.index : undefined}
              tabIndex={onOpen ? (row.id === (current ?? model[0]?.id) ? 0 : -1) : undefined}
              aria-selected={row.id === selected ? true : undefined}
              aria-rowindex={virtual ? row.index + 2 : undefined}
              onKeyDown={onOpen ? (event) => open(event, row.id) : undefined}
              onClick={
                onOpen
                  ? (event) => {
                      if (event.target instanceof Element && event.target.closest("a,button,input,select")) return;
                      setAt(row.id);
                      onOpen(row.id);
                    }
                  : undefined
              }
              className={`h-(--row) border-b border-line last:border-b-0 max-md:grid max-md:h-auto max-md:grid-cols-2 max-md:gap-x-3 max-md:gap-y-1.5 max-md:px-3 max-md:py-2.5 focus-visible:-outline-offset-2 ${onOpen ? "cursor-pointer hover:bg-page" : ""} aria-selected:bg-page aria-selected:shadow-[inset_3px_0_0_var(--accent)] ${rowClass?.(row.original) ?? ""}`}
            >
              {row.getVisibleCells().map((cell) => (
                <td key={cell.id} className={`px-3 py-0.5 whitespace-nowrap max-md:block max-md:min-w-0 max-md:p-0 max-md:whitespace-normal ${cellClass(cell.column.columnDef.meta)}`}>
                  <span className="block text-label text-second md:hidden">{typeof cell.column.columnDef.header === "string" ? cell.column.columnDef.header : null}</span>
                  {flexRender(cell.column.columnDef.cell, cell.getContext())}
                </td>
              ))}
            </tr>
          ))}
          {below > 0 ? <Gap height={below} columns={leaf} /> : null}
        </tbody>
      </table>
    </div>
  );
}

const same = (a: readonly unknown[], b: readonly unknown[]): boolean => a.length === b.length && a.every((each, index) => Object.is(each, b[index]));

/**
 * Drawn anew only for other rows, columns, words or selection: a press on a filter must not wait for a hundred old rows. What
 * the functions close over changes with one of these, or not at all.
 */
export const DataTable = memo(Table, (a, b) => {
  const names = (props: typeof a): unknown[] => props.columns.flatMap((column) => [column.id, column.header]);
  return a.caption === b.caption && a.selected === b.selected && a.sortable === b.sortable && same(a.rows, b.rows) && same(a.hidden ?? [], b.hidden ?? []) && same(names(a), names(b));
}) as typeof Table;

function cellClass(meta: { align?: "right"; wide?: boolean; full?: boolean } | undefined): string {
  return `${meta?.align === "right" ? "md:text-right" : ""} text-left ${meta?.full ? "max-md:col-span-2" : ""} ${meta?.wide ? "@max-4xl:hidden!" : ""}`;
}

function Gap({ height, columns }: { height: number; columns: number }) {
  return (
    <tr aria-hidden style={{ height }} className="max-md:block">
      <td colSpan={columns} />
    </tr>
  );
}
