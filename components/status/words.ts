import { z } from "zod";

export const StatusWords = z.object({
  title: z.string(),
  intro: z.string(),
  loading: z.string(),
  unknown: z.string(),
  ready: z.string(),
  notReady: z.string(),
  warning: z.string(),
  model: z.string(),
  api: z.string(),
  apiHint: z.string(),
  language: z.string(),
});
export type StatusWords = z.infer<typeof StatusWords>;
