import type { Target } from "../http/call";
import type * as console_ from "./contract";
import type * as explorer from "./predictions-contract";
import type * as settings from "./settings-contract";

/** Where the console's endpoints are, for the browser. Each line is held to its contract by the compiler. */

export const overview: Target<typeof console_.overview> = { method: "GET", path: "/api/console/overview" };
export const dispatches: Target<typeof console_.dispatches> = { method: "GET", path: "/api/console/dispatches" };
export const dispatch: Target<typeof console_.dispatch> = { method: "GET", path: "/api/console/dispatches/{history_id}" };
export const models: Target<typeof console_.models> = { method: "GET", path: "/api/console/models" };
export const model: Target<typeof console_.model> = { method: "GET", path: "/api/console/models/{id}" };

export const predictions: Target<typeof explorer.predictions> = { method: "GET", path: "/api/console/predictions" };
export const predictionHistogram: Target<typeof explorer.predictionHistogram> = { method: "GET", path: "/api/console/predictions/histogram" };
export const predictionExport: Target<typeof explorer.predictionExport> = { method: "GET", path: "/api/console/predictions/export" };
export const prediction: Target<typeof explorer.prediction> = { method: "GET", path: "/api/console/predictions/{id}" };
export const tryPrediction: Target<typeof explorer.tryPrediction> = { method: "POST", path: "/api/console/predictions/{id}/try" };

export const me: Target<typeof settings.me> = { method: "GET", path: "/api/console/me" };
export const extendSession: Target<typeof settings.extendSession> = { method: "POST", path: "/api/console/me/extend" };
export const changePassword: Target<typeof settings.changePassword> = { method: "POST", path: "/api/console/me/password" };
export const people: Target<typeof settings.people> = { method: "GET", path: "/api/console/people" };
export const addPerson: Target<typeof settings.addPerson> = { method: "POST", path: "/api/console/people" };
export const changePerson: Target<typeof settings.changePerson> = { method: "PATCH", path: "/api/console/people/{id}" };
export const resetPassword: Target<typeof settings.resetPassword> = { method: "POST", path: "/api/console/people/{id}/password" };
export const endSessions: Target<typeof settings.endSessions> = { method: "POST", path: "/api/console/people/{id}/sessions/end" };
export const keys: Target<typeof settings.keys> = { method: "GET", path: "/api/console/keys" };
export const addKey: Target<typeof settings.addKey> = { method: "POST", path: "/api/console/keys" };
export const rotateKey: Target<typeof settings.rotateKey> = { method: "POST", path: "/api/console/keys/{id}/rotate" };
export const revokeKey: Target<typeof settings.revokeKey> = { method: "POST", path: "/api/console/keys/{id}/revoke" };
export const audit: Target<typeof settings.audit> = { method: "GET", path: "/api/console/audit" };
export const auditExport: Target<typeof settings.auditExport> = { method: "GET", path: "/api/console/audit/export" };
export const verifyAudit: Target<typeof settings.verifyAudit> = { method: "GET", path: "/api/console/audit/verify" };
export const shiftNote: Target<typeof settings.shiftNote> = { method: "GET", path: "/api/console/shift-note" };
export const writeShiftNote: Target<typeof settings.writeShiftNote> = { method: "PUT", path: "/api/console/shift-note" };
export const views: Target<typeof settings.views> = { method: "GET", path: "/api/console/views" };
export const saveView: Target<typeof settings.saveView> = { method: "POST", path: "/api/console/views" };
export const deleteView: Target<typeof settings.deleteView> = { method: "DELETE", path: "/api/console/views/{id}" };
export const stream: Target<typeof settings.stream> = { method: "GET", path: "/api/v4/monitoring/stream" };
