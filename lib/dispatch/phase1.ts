import { haversineKm } from "./haversine";
import { severityRule } from "./severity";

/** Phase 1: the deterministic rules. All distances are great-circle kilometres. */

export type Ambulance = {
  id: number;
  latitude: number | null;
  longitude: number | null;
  status: string;
  crewLevel: string | null;
  unitType: string | null;
};
export type Paramedic = { id: number; level: string | null; status: string | null };
export type Nurse = { id: number; status: string | null };

export type AssignmentInput = {
  latitude: number;
  longitude: number;
  severity: number;
  ambulances: readonly Ambulance[];
  paramedics: readonly Paramedic[];
  nurses: readonly Nurse[];
};

export type Candidate = { id: number; distanceKm: number; etaMinutes: number; unitType: string | null; typeFits: boolean | null; score: number };

export type Crew = {
  paramedicIds: number[];
  paramedicLevels: (string | null)[];
  nurseId: number | null;
  /** What the severity asks for and the lists did not hold, in words of the field: "senior", "junior", "nurse". */
  shortfall: string[];
  /** A paramedic of the other level stands in. */
  substitutions: number;
};

export type Assignment = {
  ambulance: Ambulance & { latitude: number; longitude: number };
  distanceKm: number;
  confidence: number;
  optimizationScore: number;
  crew: Crew;
  /** Nearest first, at most ten. */
  candidates: Candidate[];
  /** Available ones that could not be compared: they sent no position. */
  skippedAmbulanceIds: number[];
};

/** Speed that turns a distance into minutes where nothing better is known. */
export const DEFAULT_SPEED_KMH = 40;

/** `max(0.5, 1 - 0.45 d / 15)`, rounded to two decimals: contract 2.4. */
export function distanceConfidence(distanceKm: number): number {
  return Math.round(Math.max(0.5, 1 - (0.45 * distanceKm) / 15) * 100) / 100;
}

const typeRank: Record<string, number> = { basica: 0, basic: 0, bls: 0, intermedia: 1, intermediate: 1, avanzada: 2, advanced: 2, als: 2, uci: 3, icu: 3, mobile_icu: 3 };

/** Whether the unit is of the type the severity asks for; null when its type is not said or not known. */
export function typeFits(unitType: string | null, severity: number): boolean | null {
  const rank = unitType === null ? undefined : typeRank[unitType.toLowerCase()];
  return rank === undefined ? null : rank >= typeRank[severityRule(severity).unitType]!;
}

/**
 * How good an assignment is, 0 to 1, from the four weights of the contract:
 *
 *     0.40 · max(0, 1 − d/30) + 0.30 · crew share + 0.20 · type (fits 1, otherwise 0.7) + 0.10 · max(0, 1 − ETA/30)
 *
 * with d in km, ETA = d at 40 km/h in minutes, and crew share = people found / people asked for. It judges what is known at
 * the decision, unlike the uniform noise that the old system stored under this name.
 */
export function optimizationScore(input: { distanceKm: number; crewShare: number; typeFits: boolean | null }): number {
  const etaMinutes = (input.distanceKm / DEFAULT_SPEED_KMH) * 60;
  const score =
    0.4 * Math.max(0, 1 - input.distanceKm / 30) + 0.3 * input.crewShare + 0.2 * (input.typeFits === true ? 1 : 0.7) + 0.1 * Math.max(0, 1 - etaMinutes / 30);
  return Math.round(score * 10_000) / 10_000;
}

/** The nearest available unit and the crew of domain 3. Null when no available ambulance has a position. */
export function assign(input: AssignmentInput): Assignment | null {
  const available = input.ambulances.filter((ambulance) => ambulance.status === "available");
  const placed = available.filter((ambulance): ambulance is Assignment["ambulance"] => ambulance.latitude !== null && ambulance.longitude !== null);
  const crew = chooseCrew(input);
  const asked = crew.paramedicIds.length + (crew.nurseId === null ? 0 : 1) + crew.shortfall.length;
  const crewShare = asked === 0 ? 1 : (asked - crew.shortfall.length) / asked;
  // A stable sort: of two equally near units the one named first is taken.
  const ranked = placed
    .map((ambulance) => {
      const distanceKm = haversineKm(input.latitude, input.longitude, ambulance.latitude, ambulance.longitude);
      const fits = typeFits(ambulance.unitType, input.severity);
      return { ambulance, distanceKm, fits, score: optimizationScore({ distanceKm, crewShare, typeFits: fits }) };
    })
    .sort((a, b) => a.distanceKm - b.distanceKm);
  const best = ranked[0];
  if (!best) return null;
  return {
    ambulance: best.ambulance,
    distanceKm: best.distanceKm,
    confidence: distanceConfidence(best.distanceKm),
    optimizationScore: best.score,
    crew,
    candidates: ranked.slice(0, 10).map(({ ambulance, distanceKm, fits, score }) => ({
      id: ambulance.id,
      distanceKm,
      etaMinutes: (distanceKm / DEFAULT_SPEED_KMH) * 60,
      unitType: ambulance.unitType,
      typeFits: fits,
      score,
    })),
    skippedAmbulanceIds: available.filter((ambulance) => ambulance.latitude === null || ambulance.longitude === null).map(({ id }) => id),
  };
}

const isFree = (person: { status: string | null }): boolean => person.status === null || person.status === "available";

/** Seniors and juniors as the severity asks, in the order given; a missing level is filled by the other. */
export function chooseCrew({ severity, paramedics, nurses }: Pick<AssignmentInput, "severity" | "paramedics" | "nurses">): Crew {
  const rule = severityRule(severity);
  const free = paramedics.filter(isFree);
  const taken: Paramedic[] = [];
  const shortfall: string[] = [];
  let substitutions = 0;
  const need = (level: "senior" | "junior", count: number): void => {
    for (let i = 0; i < count; i++) {
      const fits = free.find((person) => !taken.includes(person) && (level === "senior" ? person.level === "senior" : person.level !== "senior"));
      const found = fits ?? free.find((person) => !taken.includes(person));
      if (!found) shortfall.push(level);
      else {
        if (!fits) substitutions++;
        taken.push(found);
      }
    }
  };
  need("senior", rule.seniorParamedics);
  need("junior", rule.juniorParamedics);
  const nurse = rule.nurse ? nurses.find(isFree) : undefined;
  if (rule.nurse && !nurse) shortfall.push("nurse");
  return {
    paramedicIds: taken.map(({ id }) => id),
    paramedicLevels: taken.map(({ level }) => level),
    nurseId: nurse?.id ?? null,
    shortfall,
    substitutions,
  };
}

type RuleCode = "distance-unknown" | "severity-unknown" | "over-target" | "crew-incomplete" | "within-target";
type Rule = { prediction: 0 | 1; confidence: number; code: RuleCode; etaMinutes: number | null; targetMinutes: number | null; reason: string };

/** What the rules say of a request that names no candidates: from the features alone, never an invented fleet. */
export function judgeFeatures(features: Readonly<Record<string, number | null | undefined>>): Rule {
  const distanceKm = known(features.nearest_ambulance_distance_km);
  const severity = known(features.severity_level);
  // The rule knows nothing about a unit whose distance nobody sent: its lowest confidence, and a person decides.
  if (distanceKm === null) return { prediction: 0, confidence: 0.5, code: "distance-unknown", etaMinutes: null, targetMinutes: null, reason: "distance not known" };
  const confidence = distanceConfidence(distanceKm);
  const etaMinutes = (distanceKm / DEFAULT_SPEED_KMH) * 60;
  if (severity === null || !(severity >= 1 && severity <= 5)) return { prediction: 0, confidence, code: "severity-unknown", etaMinutes, targetMinutes: null, reason: "severity not known" };
  const rule = severityRule(Math.round(severity));
  const judged = { confidence, etaMinutes, targetMinutes: rule.targetMinutes };
  if (etaMinutes > rule.targetMinutes) return { prediction: 0, ...judged, code: "over-target", reason: `${etaMinutes.toFixed(1)} min is over the target of ${rule.targetMinutes}` };
  const seniors = known(features.paramedics_senior_count) ?? 0;
  const juniors = known(features.paramedics_junior_count) ?? 0;
  const nurses = known(features.nurses_available_count) ?? 0;
  const staffed = seniors >= rule.seniorParamedics && juniors >= rule.juniorParamedics && (!rule.nurse || nurses >= 1);
  return staffed ? { prediction: 1, ...judged, code: "within-target", reason: "within target and staffed" } : { prediction: 0, ...judged, code: "crew-incomplete", reason: "crew not complete" };
}

function known(value: number | null | undefined): number | null {
  return value === undefined || value === null || Number.isNaN(value) ? null : value;
}
