import { afterAll, beforeAll, expect, it } from "vitest";
import * as contract from "@/lib/dispatch/contract";
import { aRequest, anAssignment, expectProblem, openApi, type Api } from "../api-server";

let api: Api;
beforeAll(async () => {
  api = await openApi({ DEFAULT_MODEL: "gone@1", LOG_LEVEL: "silent" });
});
afterAll(() => api.stop());

it("is not ready, and says so where it is asked", async () => {
  const ready = await api.send("GET", "/api/health/ready", { key: null });
  expect(ready).toMatchObject({ status: 503, body: { status: "fail", model: null } });
  expect(await api.ok(contract.healthV2)).toMatchObject({ status: "degraded", ml_status: "failed", model: null });
  for (const path of [contract.modelInfo.path, contract.featureImportance.path]) {
    const answer = await api.send("GET", path);
    expect(answer).toMatchObject({ status: 503, body: { type: "/problems/unavailable", success: false } });
    expect(answer.headers.get("retry-after")).not.toBeNull();
  }
});

it("lets the rules answer, from the features or the candidates, and records it", async () => {
  expect(await api.ok(contract.predict, { body: aRequest({ nearest_ambulance_distance_km: 2 }) })).toMatchObject({ phase: 1, fallback: true, fallback_reason: "model_unavailable", model: null, confidence: 0.94, recorded: true });
  expect(await api.ok(contract.predict, { body: anAssignment() })).toMatchObject({ phase: 1, rule: { ambulance_id: 22 }, recorded: true });
  const { predictions } = await api.ok(contract.predictBatch, { body: { dispatches: [aRequest()] } });
  expect(predictions).toMatchObject([{ phase: 1, fallback: true, fallback_reason: "model_unavailable" }]);
});

it("checks the published fields all the same", async () => {
  for (const [field, value] of [["nearest_ambulance_distance_km", -5], ["severity_level", "4"], ["severity_level", 9]] as const) {
    expectProblem(await api.send("POST", contract.predict.path, { body: aRequest({ [field]: value }) }), 400, "invalid-request", { part: "body", field });
    const { predictions } = await api.ok(contract.predictBatch, { body: { dispatches: [aRequest({ [field]: value })] } });
    expect(predictions[0]).toMatchObject({ success: false, fields: [{ field: `dispatches[0].${field}` }] });
  }
});

it("still serves a model that a request names", async () => {
  expect(await api.ok(contract.predict, { body: aRequest({ model: "bench@1" }) })).toMatchObject({ phase: 2, model: "bench@1" });
});
