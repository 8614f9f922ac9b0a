import fc from "fast-check";
import { expect, it } from "vitest";
import { addToSketch, emptySketch, mergeSketch, readSketch, sketchQuantile, sketchText } from "./log-sketch";

const values = fc.array(fc.double({ min: 0.01, max: 100_000, noNaN: true }), { minLength: 1, maxLength: 200 });
const of = (list: readonly number[]) => {
  const sketch = emptySketch();
  for (const value of list) addToSketch(sketch, value);
  return sketch;
};

it("answers quantiles within one per cent", () => {
  fc.assert(
    fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (list, q) => {
      const exact = [...list].sort((a, b) => a - b)[Math.floor(q * (list.length - 1))]!;
      expect(Math.abs(sketchQuantile(of(list), q)! / exact - 1)).toBeLessThan(0.0101);
    }),
  );
});

it("merges through its text as if the values had been added to one", () => {
  fc.assert(
    fc.property(values, values, (a, b) => {
      const merged = emptySketch();
      mergeSketch(merged, readSketch(sketchText(of(a))));
      mergeSketch(merged, readSketch(sketchText(of(b))));
      expect(merged).toEqual(of([...a, ...b]));
    }),
  );
});

it("forgets a value that is taken out", () => {
  const sketch = of([4, 8]);
  addToSketch(sketch, 8, -1);
  expect(sketch).toEqual(of([4]));
});

it("knows nothing of nothing", () => {
  expect(sketchQuantile(emptySketch(), 0.5)).toBeNull();
  expect(sketchText(emptySketch())).toBe("[]");
});
