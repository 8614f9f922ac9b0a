import TinyQueue from "tinyqueue";
import type { Arm } from "../policy";
import type { Dispatch, OpenCity, Question } from "../simulate";

export type Driving = {
  city: OpenCity;
  /** The arm of a call that is not asked about: it was answered before, or nobody asked. Null: ask. */
  remembered: (question: Question) => Arm | null;
  /** Whether its outcome is still to be told. */
  tells: (dispatch: Dispatch) => boolean;
  ask: (question: Question) => Promise<Arm>;
  tell: (dispatch: Dispatch) => Promise<void>;
  /** Waits for an instant of the city; false when that is never to come. */
  until: (ms: number) => Promise<boolean>;
  /** Everything up to an instant of the city was asked and told; with the call that was asked about. */
  done?: (ms: number, asked: { question: Question; arm: Arm } | null) => void;
};

/**
 * Lets a city live as its time comes. Who advises on a call is known when it is asked about, and what happens then follows
 * from it: a changed share of the A/B test changes what the city goes through. Ends when the city's time does.
 */
export async function drive({ city, remembered, tells, ask, tell, until, done }: Driving): Promise<void> {
  const waiting = new TinyQueue<Dispatch>([], (a, b) => a.knownMs - b.knownMs || a.call.id - b.call.id);
  for (;;) {
    const question = city.question();
    const next = waiting.peek();
    if (next && (!question || next.knownMs <= question.t0Ms)) {
      if (!(await until(next.knownMs))) return;
      waiting.pop();
      await tell(next);
      done?.(next.knownMs, null);
    } else if (question) {
      let arm = remembered(question);
      if (arm === null) {
        if (!(await until(question.t0Ms))) return;
        arm = await ask(question);
        done?.(question.t0Ms, { question, arm });
      }
      const dispatch = city.answer(arm);
      if (tells(dispatch)) waiting.push(dispatch);
    } else return;
  }
}
