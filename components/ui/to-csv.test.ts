import { expect, it } from "vitest";
import { toCsv } from "./to-csv";

it("quotes what needs it, keeps numbers, and defuses formulas", () => {
  expect(toCsv(["a", "b"], [["=1+1", -0.5], ['say "x", y', null]], ",")).toBe('\uFEFFa,b\r\n\'=1+1,-0.5\r\n"say ""x"", y",\r\n');
  for (const start of ["=", "+", "-", "@", "\t", "\r"]) expect(toCsv([], [[`${start}1`]], ","), JSON.stringify(start)).toMatch(/\r\n"?'/);
  expect(toCsv(["a"], [[0.25]], ";")).toBe("\uFEFFa\r\n0,25\r\n");
});
