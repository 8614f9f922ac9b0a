import { expect, it } from "vitest";
import { hear, hearing, needsSeconds, SHORTEST_GAP_MS, type Hearing } from "./silence";

type Heard = [Parameters<typeof hear>[1], atSeconds: number];
const after = (...heard: Heard[]): Hearing => heard.reduce((state, [what, atSeconds]) => hear(state, what, atSeconds * 1_000), hearing);

it.each<[string, Heard[], [number, number] | null]>([
  ["a stream that opens for the first time", [["open", 1]], null],
  ["lost and not back", [["open", 1], ["lost", 100]], null],
  ["lost and back at once", [["open", 1], ["lost", 100], ["open", 103]], null],
  ["lost and back after three minutes", [["open", 1], ["lost", 100], ["open", 280]], [100, 280]],
  ["it is lost again and again meanwhile: once", [["lost", 100], ["lost", 103], ["lost", 130], ["open", 280]], [100, 280]],
  ["exactly the shortest", [["lost", 100], ["open", 100 + SHORTEST_GAP_MS / 1_000]], [100, 120]],
  ["the screen's own asking was answered all the time", [["lost", 100], ["answer", 112], ["answer", 127], ["answer", 142], ["open", 150]], null],
  ["the asking was answered again before the stream was there", [["lost", 100], ["answer", 112], ["answer", 200], ["open", 205]], [112, 200]],
  ["the newest of two", [["lost", 100], ["open", 200], ["lost", 300], ["open", 400]], [300, 400]],
  ["a short loss after a long one leaves the long one", [["lost", 100], ["open", 200], ["lost", 300], ["open", 304]], [100, 200]],
  ["answers while the stream is there", [["open", 1], ["answer", 50], ["answer", 500]], null],
])("%s", (_, heard, expected) => {
  expect(after(...heard).gap).toEqual(expected && { fromMs: expected[0] * 1_000, toMs: expected[1] * 1_000 });
});

it("needs seconds where both ends are in one minute", () => {
  expect(needsSeconds({ fromMs: 60_000, toMs: 119_000 })).toBe(true);
  expect(needsSeconds({ fromMs: 59_000, toMs: 61_000 })).toBe(false);
});
