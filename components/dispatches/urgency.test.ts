import { expect, it } from "vitest";
import { urgency } from "./urgency";

it.each([
  ["just before three quarters", 5.99, "calm"],
  ["at three quarters", 6, "near"],
  ["just before the target", 7.99, "near"],
  ["at the target", 8, "late"],
])("%s of 8 minutes", (_, minutes, expected) => expect(urgency(minutes * 60_000, 8)).toBe(expected));
