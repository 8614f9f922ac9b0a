import { type District, districts, type HotSpot, inBox, localInstant, makeHotSpots, moved, type Place } from "./city";
import { randomStream } from "./random";
import type { Scenario } from "./scenario";
import { steps } from "./times";

/** A call before anybody decides: what happens to it and every chance that it brings along, whatever the policy does. */
export type Call = Place & {
  id: number;
  receivedMs: number;
  district: number;
  hotSpot: boolean;
  trueSeverity: number;
  /** Triage at t0. */
  severity: number;
  emergencyType: string;
  collision: boolean;
  processingMinutes: number;
  secondUnit: boolean;
  /** Standard normals and uniforms of this call. */
  chute: number;
  travel: number;
  /** Wrong address, gate, level crossing: 1 for most. */
  delay: number;
  scene: number;
  drive: number;
  handover: number;
  transported: number;
  hospital: number;
  cancelled: number;
  cancelledWhen: number;
  override: number;
  overrideChoice: number;
  satisfaction: number;
  patient: number;
  road: number;
  faulty: number;
};

export const emergencyTypes = ["trauma", "cardiac", "respiratory", "stroke", "burn", "fracture", "other"] as const;
const typeWeights: Record<number, number[]> = {
  5: [0.2, 0.36, 0.24, 0.1, 0.04, 0.01, 0.05],
  4: [0.18, 0.3, 0.26, 0.14, 0.03, 0.03, 0.06],
  3: [0.22, 0.1, 0.16, 0.04, 0.04, 0.18, 0.26],
  2: [0.16, 0.03, 0.06, 0.01, 0.04, 0.28, 0.42],
  1: [0.08, 0.03, 0.05, 0.01, 0.03, 0.2, 0.6],
};
export const severityShares = [0.13, 0.22, 0.35, 0.25, 0.05] as const;

export const hourShares = {
  weekday: [0.0324, 0.0279, 0.0239, 0.0199, 0.0189, 0.0197, 0.0218, 0.03, 0.0416, 0.0507, 0.054, 0.0556, 0.0549, 0.0547, 0.0536, 0.0556, 0.0527, 0.0525, 0.0521, 0.0502, 0.0478, 0.0471, 0.0443, 0.0381],
  weekend: [0.0439, 0.0396, 0.0369, 0.033, 0.0317, 0.0268, 0.0245, 0.0258, 0.0323, 0.0377, 0.0426, 0.0455, 0.0462, 0.0475, 0.0485, 0.0493, 0.0477, 0.0509, 0.0506, 0.0508, 0.05, 0.0501, 0.047, 0.0415],
} as const;
const dayFactors = [1.03, 1, 1.01, 1.01, 1.03, 0.99, 0.93] as const;
const monthFactors = [1.05, 1.1, 1.05, 1, 0.97, 0.95, 0.95, 0.97, 1.03, 1, 0.97, 0.99] as const;
export const DAY_CV = 0.067;
const HOT_SHARE = 0.35;
const HOUR_MS = 3_600_000;
/** Nine kilometres to the south-east of the centre. */
const newCluster = { latitude: -17.8406, longitude: -63.1221 };

/** Expected calls of one local hour, before the day's own factor. */
export function expectedCalls(ms: number, callsPerDay: number): number {
  const { hour, day, month, dayOfMonth } = localInstant(ms);
  const shares = day >= 5 ? hourShares.weekend : hourShares.weekday;
  const newYear = month === 0 && dayOfMonth === 1 ? 1.25 : 1;
  return callsPerDay * shares[hour]! * dayFactors[day]! * monthFactors[month]! * newYear;
}

export function makeCalls(options: { seed: number; startMs: number; days: number; callsPerDay: number; firstId: number; scenario: Scenario }): Call[] {
  const { seed, startMs, scenario } = options;
  const arrivals = randomStream(seed, "arrivals");
  const places = randomStream(seed, "places");
  const kinds = randomStream(seed, "severity");
  const chances = randomStream(seed, "chances");
  const hotSpots = makeHotSpots(randomStream(seed, "hot spots"));
  const calls: Call[] = [];
  let dayFactor = 1;
  let date = Number.NaN;
  for (let hour = 0; hour < options.days * 24; hour++) {
    const ms = startMs + hour * HOUR_MS;
    const local = localInstant(ms);
    if (local.date !== date) {
      date = local.date;
      dayFactor = arrivals.gamma(DAY_CV);
    }
    const mean = expectedCalls(ms, options.callsPerDay) * dayFactor * scenario.calls(ms);
    const times = Array.from({ length: arrivals.poisson(mean) }, () => ms + arrivals.uniform() * HOUR_MS);
    const extra = scenario.newDistrict(ms);
    const own = times.length;
    if (extra > 0) for (let i = arrivals.poisson(mean * extra); i > 0; i--) times.push(ms + arrivals.uniform() * HOUR_MS);
    const placed = times.map((at, index) => ({ at: Math.round(at), fresh: index >= own }));
    placed.sort((a, b) => a.at - b.at);
    for (const { at, fresh } of placed) calls.push(makeCall(options.firstId + calls.length, at, fresh));
  }
  return calls;

  function makeCall(id: number, receivedMs: number, fresh: boolean): Call {
    const local = localInstant(receivedMs);
    const where = placeOf(places, hotSpots, local.hour, fresh);
    const fever = scenario.fever(receivedMs);
    const trueSeverity = 1 + kinds.pick(severityShares.map((share, index) => (index === 2 ? share * (1 + 0.3 * (fever - 1)) : share)));
    const friday = (local.day === 4 || local.day === 5) && local.hour >= 20;
    const late = (local.day === 5 || local.day === 6) && local.hour < 3;
    const collision = kinds.uniform() < 0.065 * (friday || late ? 2 : 1) * scenario.collisions(receivedMs);
    const kind = kinds.pick(typeWeights[trueSeverity]!);
    // Reported as it is in 80 %, one level off in 18 %, two in 2 %.
    const triage = kinds.uniform();
    const sign = kinds.uniform() < 0.5 ? -1 : 1;
    const off = triage < 0.8 ? 0 : triage < 0.98 ? 1 : 2;
    const told = trueSeverity + sign * off;
    let severity = told < 1 || told > 5 ? trueSeverity - sign * off : told;
    if (severity === 4 && chances.uniform() < scenario.retriage(receivedMs)) severity = 3;
    const critical = severity === 5;
    const { median, sigma } = critical ? steps.processingCritical : steps.processing;
    return {
      id,
      receivedMs,
      ...where,
      trueSeverity,
      severity,
      emergencyType: collision ? "trauma" : emergencyTypes[kind]!,
      collision,
      processingMinutes: chances.logNormal(median, sigma),
      secondUnit: chances.uniform() < 0.5 && critical,
      chute: chances.normal(),
      travel: chances.normal(),
      delay: chances.uniform() < 0.05 ? 1.5 + chances.uniform() : 1,
      scene: chances.normal(),
      drive: chances.normal(),
      handover: chances.normal(),
      transported: chances.uniform(),
      hospital: chances.uniform(),
      cancelled: chances.uniform(),
      cancelledWhen: chances.uniform(),
      override: chances.uniform(),
      overrideChoice: chances.uniform(),
      satisfaction: chances.normal(),
      patient: chances.normal(),
      road: chances.normal(),
      faulty: chances.uniform(),
    };
  }
}

type Places = ReturnType<typeof randomStream>;

function placeOf(random: Places, hotSpots: readonly HotSpot[], hour: number, fresh: boolean): Pick<Call, "latitude" | "longitude" | "district" | "hotSpot"> {
  const hot = random.uniform() < HOT_SHARE;
  const daytime = hour >= 8 && hour < 19;
  const weight = (each: District): number => each.population * (daytime ? each.day : 1);
  // Thrown back into the box by drawing again, at most a few times.
  for (let attempt = 0; attempt < 20; attempt++) {
    if (fresh) {
      const place = moved(newCluster, 0.8 * random.normal(), 0.8 * random.normal());
      if (inBox(place)) return { ...place, district: 7, hotSpot: false };
    } else if (hot) {
      const spot = hotSpots[random.pick(hotSpots.map((each) => each.weight * (daytime ? 1.1 : 1)))]!;
      const place = moved(spot, spot.sigmaKm * random.normal(), spot.sigmaKm * random.normal());
      if (inBox(place)) return { ...place, district: spot.district, hotSpot: true };
    } else {
      const at = random.pick(districts.map(weight));
      const sigma = 0.9 + (0.7 * (at % 5)) / 4;
      const place = moved(districts[at]!, sigma * random.normal(), sigma * random.normal());
      if (inBox(place)) return { ...place, district: at, hotSpot: false };
    }
  }
  return { latitude: districts[10]!.latitude, longitude: districts[10]!.longitude, district: 10, hotSpot: false };
}
