/**
 * V8 keeps a text at one byte a character unless one of them needs two; joining, copying between threads and writing it out
 * then cost twice as much. The one such character in what we answer and log is the dash of a recommendation. On the way it
 * is the control character that stands in its place in Windows-1252, which no recommendation holds otherwise.
 */
const DASH = "–";
const ON_THE_WAY = "\u0096";

export const narrow = (recommendation: string): string => recommendation.replace(DASH, ON_THE_WAY);
export const widen = (recommendation: string): string => recommendation.replace(ON_THE_WAY, DASH);

/** JSON of an answer in one-byte characters; a reader sees the same value. */
export function oneByteJson(answer: { recommendation: string }): string {
  const { recommendation } = answer;
  const narrowed = narrow(recommendation);
  if (narrowed === recommendation) return JSON.stringify(answer);
  answer.recommendation = narrowed;
  const text = JSON.stringify(answer).replace(ON_THE_WAY, "\\u2013"); // the first: nothing that a client sent comes before it
  answer.recommendation = recommendation;
  return text;
}
