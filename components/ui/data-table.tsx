"use client";

import { flexRender, getCoreRowModel, getSortedRowModel, useReactTable, type ColumnDef, type Row as TableRow, type RowData, type SortingState } from "@tanstack/react-table";
import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown, ArrowUp } from "lucide-react";
import { useTranslations } from "next-intl";
import { memo, useEffect, useRef, useState, type KeyboardEvent, type MouseEvent, type Ref } from "react";
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
/** From this many rows on only the visible ones are in the page. */
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
  const virtual = model.length >= VIRTUAL_FROM;
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

  // One listener for all rows: a row of its own has nothing that changes.
  const openByKey = (event: KeyboardEvent): void => {
    const id = event.target instanceof HTMLElement ? event.target.dataset.row : undefined;
    if (event.key !== "Enter" || id === undefined) return;
    event.preventDefault();
    onOpen?.(id);
  };
  const openByPress = (event: MouseEvent): void => {
    if (!(event.target instanceof Element) || event.target.closest("a,button,input,select")) return;
    const id = event.target.closest<HTMLElement>("tr[data-row]")?.dataset.row;
    if (id === undefined) return;
    setAt(id);
    onOpen?.(id);
  };
  const leaves = table.getVisibleLeafColumns();
  const leaf = leaves.length;
  const columnsShown = leaves.map((column) => column.id).join(" ");
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
        <tbody className="max-md:block" onKeyDown={onOpen ? openByKey : undefined} onClick={onOpen ? openByPress : undefined}>
          {above > 0 ? <Gap height={above} columns={leaf} /> : null}
          {shown.map((row) => (
            <DataRow
              key={row.id}
              row={row as TableRow<unknown>}
              columns={columns as Column<unknown>[]}
              columnsShown={columnsShown}
              measure={virtual ? virtualizer.measureElement : undefined}
              focus={onOpen ? (row.id === (current ?? model[0]?.id) ? 0 : -1) : undefined}
              selected={row.id === selected}
              className={`${onOpen ? "cursor-pointer hover:bg-page" : ""} ${rowClass?.(row.original) ?? ""}`}
            />
          ))}
          {below > 0 ? <Gap height={below} columns={leaf} /> : null}
        </tbody>
      </table>
    </div>
  );
}

type DataRowProps = { row: TableRow<unknown>; columns: Column<unknown>[]; columnsShown: string; measure: Ref<HTMLTableRowElement> | undefined; focus: 0 | -1 | undefined; selected: boolean; className: string };

/** Drawn anew only when it says something else: a press on one row, or on a filter, leaves the others as they are. */
const DataRow = memo(
  function DataRow({ row, measure, focus, selected, className }: DataRowProps) {
    return (
      <tr
        data-row={row.id}
        ref={measure}
        data-index={measure ? row.index : undefined}
        tabIndex={focus}
        aria-selected={selected ? true : undefined}
        aria-rowindex={measure ? row.index + 2 : undefined}
        className={`h-(--row) border-b border-line last:border-b-0 max-md:grid max-md:h-auto max-md:grid-cols-2 max-md:gap-x-3 max-md:gap-y-1.5 max-md:px-3 max-md:py-2.5 focus-visible:-outline-offset-2 aria-selected:bg-page aria-selected:shadow-[inset_3px_0_0_var(--accent)] ${className}`}
      >
        {row.getVisibleCells().map((cell) => (
          <td key={cell.id} className={`px-3 py-0.5 whitespace-nowrap max-md:block max-md:min-w-0 max-md:p-0 max-md:whitespace-normal ${cellClass(cell.column.columnDef.meta)}`}>
            <span className="block text-label text-second md:hidden">{typeof cell.column.columnDef.header === "string" ? cell.column.columnDef.header : null}</span>
            {flexRender(cell.column.columnDef.cell, cell.getContext())}
          </td>
        ))}
      </tr>
    );
  },
  (a, b) =>
    a.row.original === b.row.original &&
    a.row.id === b.row.id &&
    a.row.index === b.row.index &&
    a.columns === b.columns &&
    a.columnsShown === b.columnsShown &&
    a.measure === b.measure &&
    a.focus === b.focus &&
    a.selected === b.selected &&
    a.className === b.className,
);

const same = (a: readonly unknown[], b: readonly unknown[]): boolean => a.length === b.length && a.every((each, index) => Object.is(each, b[index]));

const namesOf = <Row,>(columns: readonly Column<Row>[]): unknown[] => columns.flatMap((column) => [column.id, column.header]);

/** The same columns as before as long as they have the same names, for tables whose cells show the row and nothing else. */
export function useKeptColumns<Row>(columns: Column<Row>[]): Column<Row>[] {
  const [kept, keep] = useState(columns);
  if (same(namesOf(kept), namesOf(columns))) return kept;
  keep(columns);
  return columns;
}

/**
 * Drawn anew only for other rows, columns, words or selection: a press on a filter must not wait for a hundred old rows. What
 * the functions close over changes with one of these, or not at all.
 */
export const DataTable = memo(Table, (a, b) => {
  return a.caption === b.caption && a.selected === b.selected && a.sortable === b.sortable && same(a.rows, b.rows) && same(a.hidden ?? [], b.hidden ?? []) && same(namesOf(a.columns), namesOf(b.columns));
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
