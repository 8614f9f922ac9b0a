import { haversineKm } from "@/lib/dispatch/haversine";
import type { Random } from "./random";

/** Santa Cruz de la Sierra as the demonstration knows it. Positions and populations are approximate; rates are assumed. */
export type Place = { latitude: number; longitude: number };

/** America/La_Paz is four hours behind UTC all year. */
export const UTC_OFFSET_MS = -4 * 3_600_000;
export const TIME_ZONE = "America/La_Paz";

export const box = { south: -17.9, north: -17.68, west: -63.27, east: -63.05 };

/** `day` multiplies the weight from 08 to 19 h; `road` is how slow its streets are. */
export type District = Place & { code: string; population: number; day: number; road: number };
const district = (code: string, population: number, latitude: number, longitude: number, road: number, day = 1): District => ({ code, population, latitude, longitude, road, day });

export const districts: readonly District[] = [
  district("DM1", 112_000, -17.7664, -63.2004, 0.95),
  district("DM2", 83_000, -17.7706, -63.1605, 0.97),
  district("DM3", 85_000, -17.7922, -63.1549, 0.98),
  district("DM4", 74_000, -17.8117, -63.1956, 1),
  district("DM5", 130_000, -17.7258, -63.163, 0.97),
  district("DM6", 240_000, -17.7552, -63.1052, 1.08),
  district("DM7", 245_000, -17.7949, -63.1052, 1.1),
  district("DM8", 315_000, -17.8397, -63.1125, 1.14),
  district("DM9", 150_000, -17.841, -63.196, 1.02),
  district("DM10", 120_000, -17.8247, -63.2172, 1.05),
  district("DM11", 60_000, -17.7865, -63.1793, 1.06, 3),
  district("DM12", 115_000, -17.8801, -63.163, 1.12),
  district("DM13", 45_000, -17.8757, -63.1144, 1.15),
  district("DI", 10_000, -17.7403, -63.1286, 0.95, 4),
];

/** Level 2, 3 or 4 of the public system; private clinics count as 3. */
export type Hospital = Place & { id: number; name: string; level: number };
const hospital = (id: number, name: string, level: number, latitude: number, longitude: number): Hospital => ({ id, name, level, latitude, longitude });

export const hospitals: readonly Hospital[] = [
  hospital(1, "Hospital San Juan de Dios", 3, -17.7787, -63.1861),
  hospital(2, "Hospital Universitario Japonés", 3, -17.7733, -63.155),
  hospital(3, "Hospital de la Mujer Dr. Percy Boland", 3, -17.7785, -63.1871),
  hospital(4, "Hospital de Niños Dr. Mario Ortiz", 3, -17.7807, -63.1867),
  hospital(5, "Instituto Oncológico del Oriente", 4, -17.763, -63.1942),
  hospital(6, "Hospital Municipal Francés", 2, -17.8547, -63.1897),
  hospital(7, "Hospital Municipal Bajío del Oriente", 2, -17.8322, -63.2093),
  hospital(8, "Hospital Municipal Plan Tres Mil", 2, -17.8392, -63.1092),
  hospital(9, "Hospital Municipal Villa 1ro de Mayo", 2, -17.7995, -63.1179),
  hospital(10, "Clínica Foianini", 3, -17.7915, -63.1801),
  hospital(11, "Clínica Incor", 3, -17.7881, -63.1952),
];

const baseDistricts = ["DM1", "DM3", "DM5", "DM6", "DM7", "DM8", "DM8", "DM9", "DM10", "DM11", "DM12", "DI"];

const KM_PER_DEGREE = 111.195;

export function moved(from: Place, eastKm: number, northKm: number): Place {
  return { latitude: from.latitude + northKm / KM_PER_DEGREE, longitude: from.longitude + eastKm / (KM_PER_DEGREE * Math.cos((from.latitude * Math.PI) / 180)) };
}

export function inBox({ latitude, longitude }: Place): boolean {
  return latitude >= box.south && latitude <= box.north && longitude >= box.west && longitude <= box.east;
}

export const distanceKm = (a: Place, b: Place): number => haversineKm(a.latitude, a.longitude, b.latitude, b.longitude);

/** Twelve invented bases, 200 to 600 m from a district's centre. */
export function makeBases(random: Random): Place[] {
  return baseDistricts.map((code) => {
    const centre = districts.find((each) => each.code === code)!;
    const angle = 2 * Math.PI * random.uniform();
    const km = 0.2 + 0.4 * random.uniform();
    return moved(centre, km * Math.cos(angle), km * Math.sin(angle));
  });
}

export type HotSpot = Place & { district: number; sigmaKm: number; weight: number };

/** Markets, terminals, crossings: small and busy. */
export function makeHotSpots(random: Random): HotSpot[] {
  const weights = districts.map((each) => each.population * (1 + each.day) * 0.5);
  return Array.from({ length: 12 }, () => {
    const at = random.pick(weights);
    const place = moved(districts[at]!, 1.2 * random.normal(), 1.2 * random.normal());
    return { ...(inBox(place) ? place : moved(districts[at]!, 0, 0)), district: at, sigmaKm: 0.15 + 0.15 * random.uniform(), weight: 0.6 + 0.8 * random.uniform() };
  });
}

export type LocalInstant = { hour: number; /** 0 = Monday. */ day: number; month: number; /** Days since 1970-01-01, local. */ date: number; dayOfMonth: number };

/** The zone has no daylight saving, so its calendar is arithmetic. */
export function localInstant(ms: number): LocalInstant {
  const shifted = ms + UTC_OFFSET_MS;
  const date = Math.floor(shifted / 86_400_000);
  const calendar = new Date(shifted);
  return { hour: Math.floor((shifted - date * 86_400_000) / 3_600_000), day: (((date + 3) % 7) + 7) % 7, month: calendar.getUTCMonth(), date, dayOfMonth: calendar.getUTCDate() };
}
