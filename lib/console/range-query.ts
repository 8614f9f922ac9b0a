import { z } from "zod";

/** The parts that the console's list endpoints share: period, keyset paging, lists in one parameter. */

export const Severity = z.int().min(1).max(5);
export const Phase = z.union([z.literal(1), z.literal(2)]);
export const ModelId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}@[0-9A-Za-z][0-9A-Za-z.+-]{0,39}$/, "name@version");
export const fraction = z.coerce.number().min(0).max(1);
export const flag = z.union([z.boolean(), z.enum(["true", "false"]).transform((word) => word === "true")]);

/** `5,4` on the wire, an array inside. */
export const severities = z
  .union([z.string(), z.array(z.number())])
  .transform((given) => (typeof given === "string" ? given.split(",").map(Number) : given))
  .pipe(z.array(Severity).min(1).max(5));

/** Half-open, [from, to): a row on a border belongs to one period. The words of the URL become instants in the browser. */
export const Period = { from: z.iso.datetime(), to: z.iso.datetime() };

/** `cursor` is the `next_cursor` of the page before; what it holds is the server's business. */
export const Keyset = { cursor: z.string().max(200).optional(), limit: z.coerce.number().int().min(1).max(200).default(100) };

export function Page<Row extends z.ZodType>(row: Row) {
  return z.object({
    computed_at: z.iso.datetime(),
    rows: z.array(row),
    next_cursor: z.string().nullable(),
    /** Exact up to 10,000; above it `exact` is false and the count is a floor. Null on pages after the first. */
    total: z.object({ count: z.int(), exact: z.boolean() }).nullable(),
  });
}
