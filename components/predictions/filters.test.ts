import { expect, it } from "vitest";
import { predictions } from "@/lib/console/predictions-contract";
import { noFilters, toQuery, type Filters } from "./filters";

const period = { from: "2026-01-01T00:00:00Z", to: "2026-01-02T00:00:00Z" };

it.each<[string, Partial<Filters>, object]>([
  ["nothing chosen asks for everything", {}, {}],
  ["all of them", { phase: "2", model: "sf-ontime@1", fallback: "true", sev: "5,4", min: 0.5, max: 0.9, outcome: "none", q: " 10231 " }, { phase: 2, model: "sf-ontime@1", fallback: true, severity: "5,4", confidence_min: 0.5, confidence_max: 0.9, outcome: "none", q: "10231" }],
  ["a severity that does not exist is left out", { sev: "5,9" }, {}],
  ["a confidence above one is left out", { min: 1.5 }, {}],
  ["a model without a version is left out", { model: "../x" }, {}],
])("%s", (_, filters, expected) => {
  const query = toQuery({ ...noFilters, ...filters });
  expect(query).toEqual(expected);
  expect(predictions.query.safeParse({ ...period, ...query }).success).toBe(true);
});
