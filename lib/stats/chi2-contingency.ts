import { chiSquareSf } from "./chi-square";

export type Contingency = { chi2: number; p: number; dof: number; expected: number[][] };

/** Pearson's chi-square of independence; Yates' correction for 2×2 only. A row or column of zeros is refused. */
export function chi2Contingency(table: readonly (readonly number[])[], correction: boolean): Contingency {
  const columns = table[0]?.length ?? 0;
  if (columns === 0 || table.some((r) => r.length !== columns)) throw new RangeError("the table is a filled rectangle");
  if (table.flat().some((o) => !(o >= 0 && o < Infinity))) throw new RangeError("counts are finite and not negative");
  const rowSums = table.map((row) => row.reduce((s, o) => s + o, 0));
  const columnSums = table[0]!.map((_, j) => table.reduce((s, row) => s + row[j]!, 0));
  if ([...rowSums, ...columnSums].includes(0)) throw new RangeError("a row or column sums to 0");
  const n = rowSums.reduce((s, r) => s + r, 0);
  const expected = rowSums.map((r) => columnSums.map((c) => (r * c) / n));
  const dof = (table.length - 1) * (columns - 1);
  const yates = correction && table.length === 2 && columns === 2;
  const terms = table.flatMap((row, i) => row.map((o, j) => {
    const e = expected[i]![j]!;
    const gap = Math.abs(o - e);
    return (gap - (yates ? Math.min(0.5, gap) : 0)) ** 2 / e;
  }));
  const chi2 = dof === 0 ? 0 : terms.reduce((s, term) => s + term, 0);
  return { chi2, p: dof === 0 ? 1 : chiSquareSf(chi2, dof), dof, expected };
}
