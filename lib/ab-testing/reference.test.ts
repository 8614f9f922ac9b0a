import { expect, it } from "vitest";
import { agrees, referenceValues } from "@/tests/golden/ab-testing-reference";

it.each(referenceValues())("$name is $printed", (reference) => {
  expect(agrees(reference), `${reference.actual} against ${reference.printed}`).toBe(true);
});

it("refuses a value that differs in the last printed digit", () => {
  expect(agrees({ name: "", printed: "3.035209", actual: 3.03521, kind: "value" })).toBe(false);
  expect(agrees({ name: "", printed: "0.045500263896", actual: 0.0455002648, kind: "p" })).toBe(false);
});
