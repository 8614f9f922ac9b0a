import { distanceKm, type Hospital, hospitals, localInstant } from "./city";
import type { Call } from "./demand";
import type { Ranked } from "./rank";
import type { Scenario } from "./scenario";
import { MAX_KMH, steps, traffic, travelMedian } from "./times";

const MINUTE_MS = 60_000;
const CANCEL_PER_MINUTE = 0.0095;

/** When each ambulance that brought somebody will leave a hospital. */
export type AtHospital = Map<number, number[]>;

export type Outcome = {
  chuteMinutes: number;
  travelMinutes: number;
  /** Null: cancelled on the way. */
  arrivedMs: number | null;
  cancelledMs: number | null;
  sceneMinutes: number | null;
  transportMinutes: number | null;
  handoverMinutes: number | null;
  hospital: Hospital | null;
  freeMs: number;
};

export function outcomeOf(city: { scenario: Scenario; atHospital: AtHospital }, call: Call, chosen: Ranked, crewComplete: boolean, nowMs: number): Outcome {
  // A crew that is not complete waits for its last member.
  const chute = chosen.chuteMedian * Math.exp((chosen.atBase ? steps.chuteAtBase.sigma : steps.chuteOnRoad.sigma) * call.chute) + (crewComplete ? 0 : 1.5);
  const fastest = (chosen.distanceKm / MAX_KMH) * 60;
  const travel = Math.max(fastest, chosen.travelMedian * Math.exp(steps.travelSigma * call.travel) * call.delay);
  const response = chute + travel;
  const none = { sceneMinutes: null, transportMinutes: null, handoverMinutes: null, hospital: null };
  const waited = (nowMs - call.receivedMs) / MINUTE_MS + response;
  if (call.cancelled < 1 - Math.exp(-CANCEL_PER_MINUTE * waited)) {
    const cancelledMs = Math.round(nowMs + Math.max(0.2, response * call.cancelledWhen) * MINUTE_MS);
    return { chuteMinutes: chute, travelMinutes: travel, arrivedMs: null, cancelledMs, ...none, freeMs: cancelledMs };
  }
  const arrivedMs = Math.round(nowMs + response * MINUTE_MS);
  const arrived = { chuteMinutes: chute, travelMinutes: travel, arrivedMs, cancelledMs: null };
  const share = [0.85, 0.65, 0.75, 0.85, 0.8][call.trueSeverity - 1]! * city.scenario.transport(nowMs);
  if (call.transported >= share) {
    const scene = steps.sceneLeft.median * Math.exp(steps.sceneLeft.sigma * call.scene);
    return { ...arrived, ...none, sceneMinutes: scene, freeMs: Math.round(arrivedMs + scene * MINUTE_MS) };
  }
  const { median, sigma } = call.trueSeverity === 5 ? steps.sceneTransportedCritical : steps.sceneTransported;
  const scene = median * Math.exp(sigma * call.scene);
  const leaveMs = arrivedMs + scene * MINUTE_MS;
  const hospital = chooseHospital(city.atHospital, call, leaveMs);
  const local = localInstant(leaveMs);
  const drive = travelMedian(distanceKm(call, hospital)) * traffic(local.hour, local.day) * 1.25 * Math.exp(steps.travelSigma * call.drive);
  const thereMs = leaveMs + drive * MINUTE_MS;
  const queue = city.atHospital.get(hospital.id) ?? [];
  const ahead = queue.filter((ms) => ms > thereMs).length;
  const handover = (steps.handover.median * Math.exp(steps.handover.sigma * call.handover) + 2 * ahead) * city.scenario.turnaround(nowMs);
  const freeMs = Math.round(thereMs + handover * MINUTE_MS);
  city.atHospital.set(hospital.id, [...queue.filter((ms) => ms > nowMs), freeMs]);
  return { ...arrived, sceneMinutes: scene, transportMinutes: drive, handoverMinutes: handover, hospital, freeMs };
}

/** The nearest with the needed level; 15 % go elsewhere; one where more than five wait is passed by. */
function chooseHospital(atHospital: AtHospital, call: Call, atMs: number): Hospital {
  const level = call.trueSeverity >= 4 ? 3 : 2;
  const near = hospitals.filter((each) => each.level >= level && each.level < 4).sort((a, b) => distanceKm(a, call) - distanceKm(b, call));
  const open = near.filter((each) => (atHospital.get(each.id) ?? []).filter((ms) => ms > atMs).length <= 5);
  const list = open.length > 0 ? open : near;
  return list[call.hospital < 0.15 ? Math.min(list.length - 1, 1 + Math.floor((call.hospital / 0.15) * 3)) : 0]!;
}
