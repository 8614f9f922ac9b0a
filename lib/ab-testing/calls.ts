import type { Target } from "../http/call";
import type * as contract from "./contract";

/** Where the A/B test's endpoints are, for the browser. Each line is held to its contract by the compiler. */

export const comparison: Target<typeof contract.comparison> = { method: "GET", path: "/api/v3/ab-testing/comparison" };
export const status: Target<typeof contract.status> = { method: "GET", path: "/api/v3/ab-testing/status" };
export const config: Target<typeof contract.config> = { method: "GET", path: "/api/v3/ab-testing/config" };
export const putConfig: Target<typeof contract.putConfig> = { method: "PUT", path: "/api/v3/ab-testing/config" };
export const configHistory: Target<typeof contract.configHistory> = { method: "GET", path: "/api/v3/ab-testing/config/history" };
export const exportRows: Target<typeof contract.exportRows> = { method: "GET", path: "/api/v3/ab-testing/export" };
export const ramp: Target<typeof contract.ramp> = { method: "GET", path: "/api/v3/ab-testing/ramp" };
export const planRamp: Target<typeof contract.planRamp> = { method: "POST", path: "/api/v3/ab-testing/ramp" };
export const startRamp: Target<typeof contract.startRamp> = { method: "POST", path: "/api/v3/ab-testing/ramp/start" };
export const holdRamp: Target<typeof contract.holdRamp> = { method: "POST", path: "/api/v3/ab-testing/ramp/hold" };
export const resumeRamp: Target<typeof contract.resumeRamp> = { method: "POST", path: "/api/v3/ab-testing/ramp/resume" };
export const rollbackRamp: Target<typeof contract.rollbackRamp> = { method: "POST", path: "/api/v3/ab-testing/ramp/rollback" };
export const approveRamp: Target<typeof contract.approveRamp> = { method: "POST", path: "/api/v3/ab-testing/ramp/approve" };
