import { z } from "zod";
import { Metric } from "../metric";

/** When each value of a row became known: epoch milliseconds and the commit's place in the experiment. */
export const Known = z.partialRecord(Metric, z.tuple([z.number(), z.number()]));
export type Known = z.output<typeof Known>;
