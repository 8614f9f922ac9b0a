import { expect, it } from "vitest";
import { narrow, oneByteJson, widen } from "./one-byte";

const oneByte = /^[\u0000-\u00ff]*$/;

it("gives the same value in one-byte characters, and leaves the answer as it was", () => {
  const answer = { recommendation: "ASSIGN – likely optimal (81.20%)", unknown_fields: ["a\u0096b"] };
  const text = oneByteJson(answer);
  expect(text).toMatch(oneByte);
  expect(JSON.parse(text)).toEqual(answer);
  expect(answer.recommendation).toContain("–");
});

it("touches nothing of an answer without the dash", () => {
  const answer = { recommendation: "ESTIMATE 4.2", unknown_fields: ["a\u0096b"] };
  expect(JSON.parse(oneByteJson(answer))).toEqual(answer);
});

it("comes back", () => {
  expect(narrow("REVIEW – likely not optimal (60.00%)")).toMatch(oneByte);
  expect(widen(narrow("REVIEW – likely not optimal (60.00%)"))).toBe("REVIEW – likely not optimal (60.00%)");
});
