import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { z } from "zod";
import type { TestServer } from "./server";

/** What the browser tests find when they begin. */
export const roles = ["viewer", "operator", "admin"] as const;
export type Role = (typeof roles)[number];

export const Shared = z.object({ people: z.record(z.enum(roles), z.object({ username: z.string(), password: z.string() })), key: z.string() });
export type Shared = z.infer<typeof Shared>;

/** How the server process tells the tests the passwords it made. */
export const sharedFile = (port: number): string => join(tmpdir(), `ml-despacho-e2e-${port}.json`);

const root = resolve(import.meta.dirname, "..");
export const names: Record<Role, string> = { viewer: "Vera Ibáñez", operator: "Óscar Peña", admin: "Ada Quispe" };

export function makePeople(dataDir: string): Shared["people"] {
  const make = (role: Role): { username: string; password: string } => {
    const output = execFileSync(process.execPath, ["--import", "tsx", "lib/cli/person-create.ts", "--username", role, "--name", names[role], "--role", role], { cwd: root, env: { ...process.env, DATA_DIR: dataDir }, encoding: "utf8" });
    return { username: role, password: output.trim().split("\n").at(-1)! };
  };
  return { viewer: make("viewer"), operator: make("operator"), admin: make("admin") };
}

const DISPATCHES = 130;

/** The inputs of one call, different from call to call and the same in every run. */
export function features(index: number): Record<string, number> {
  return {
    severity_level: (index % 5) + 1,
    hour_of_day: (index * 7) % 24,
    day_of_week: index % 7,
    is_weekend: index % 7 > 4 ? 1 : 0,
    available_ambulances_count: (index % 9) + 1,
    nearest_ambulance_distance_km: ((index * 37) % 120) / 10 + 0.2,
    paramedics_available_count: (index % 12) + 1,
    paramedics_senior_count: (index % 5) + 1,
    paramedics_junior_count: index % 7,
    nurses_available_count: index % 4,
    active_dispatches_count: index % 10,
    ambulances_busy_percentage: ((index * 13) % 90) / 100,
    average_response_time_minutes: 6 + (index % 8),
  };
}

const types = ["trauma", "cardiac", "respiratory", "obstetric"];

export function aCall(dispatch_id: number): Record<string, unknown> {
  const near = (step: number): number => -17.78 + ((dispatch_id * 13 + step * 7) % 50) / 1_000;
  return {
    dispatch_id,
    patient_latitude: near(0),
    patient_longitude: -63.18,
    emergency_type: types[dispatch_id % types.length],
    severity_level: (dispatch_id % 5) + 1,
    zone_code: `ZONA_${(dispatch_id % 4) + 1}`,
    available_ambulances: [21, 22, 23].map((id, step) => ({ id, latitude: near(step + 1), longitude: -63.17, status: "available", unit_type: step === 0 ? "basica" : "avanzada" })),
    available_paramedics: [
      { id: 41, level: "senior", status: "available" },
      { id: 47, level: "junior", status: "available" },
    ],
    available_nurses: [{ id: 9, status: "available" }],
  };
}

/** Calls, predictions and outcomes over HTTP, as the dispatch centre's own service sends them. */
export async function seedTraffic(server: TestServer): Promise<void> {
  for (let index = 0; index < DISPATCHES; index++) {
    const dispatch_id = 10_200 + index;
    const assigned = await server.post("/api/v1/dispatch/assign", aCall(dispatch_id));
    const predicted = await server.post("/api/v2/dispatch/predict", { dispatch_id, ...features(index) });
    if (assigned.status !== 200 || predicted.status !== 200) throw new Error(`traffic: ${JSON.stringify([assigned.body, predicted.body])}`);
    if (index % 3 === 0) continue;
    const outcome = index % 11 === 1 ? { cancelled: true } : { actual_response_time_minutes: 5 + (index % 9), actual_travel_distance_km: 1 + (index % 5), was_optimal: index % 4 !== 0 };
    await server.post("/api/v2/dispatch/outcomes", { dispatch_id, ...outcome });
  }
}
