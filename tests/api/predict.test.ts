import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as contract from "@/lib/dispatch/contract";
import { syntheticFeatures, syntheticId } from "@/lib/models/synthetic";
import { aRequest, anAssignment, expectProblem, leakyId, narrowId, openApi, type Api } from "../api-server";

let api: Api;
beforeAll(async () => {
  api = await openApi();
});
afterAll(() => api.stop());

const body = (field: string) => ({ part: "body", field });
const refuse = async (sent: unknown, code: string, field: string, status = 400): Promise<void> => {
  expectProblem(await api.send("POST", contract.predict.path, { body: sent }), status, code, body(field));
};

describe("predict", () => {
  it("answers with the champion and records the row", async () => {
    const reply = await api.ok(contract.predict, { key: api.keys.predict, body: aRequest({ dispatch_id: 7 }) });
    expect(reply).toMatchObject({ dispatch_id: 7, phase: 2, model: syntheticId, fallback: false, fallback_reason: null, recorded: true, out_of_range: [], ignored_fields: [], unknown_fields: [] });
    expect(reply.prediction_id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(reply.probabilities!.optimal + reply.probabilities!.not_optimal).toBeCloseTo(1, 3);
    expect(reply.confidence).toBe(Math.max(reply.probabilities!.optimal, reply.probabilities!.not_optimal));
    expect(reply.recommendation).toMatch(reply.prediction === 1 ? /^ASSIGN .*%\)$/ : /^REVIEW .*%\)$/);
  });

  it("answers -1 for a dispatch without an id", async () => {
    expect(await api.ok(contract.predict, { body: aRequest() })).toMatchObject({ dispatch_id: -1 });
  });

  it("gives the same figures to the same features", async () => {
    const [a, b] = [await api.ok(contract.predict, { body: aRequest() }), await api.ok(contract.predict, { body: aRequest() })];
    expect(a.probabilities).toEqual(b.probabilities);
    expect(a.prediction_id).not.toBe(b.prediction_id);
  });

  it("takes the eighteen fields and says which it never scores", async () => {
    const after = { actual_response_time_minutes: 24, actual_travel_distance_km: 3, optimization_score: 0.5, paramedic_satisfaction_rating: null, patient_satisfaction_rating: 1 };
    const [plain, all] = [await api.ok(contract.predict, { body: aRequest() }), await api.ok(contract.predict, { body: aRequest(after) })];
    expect([...all.ignored_fields].sort()).toEqual(Object.keys(after).sort());
    expect(all.probabilities).toEqual(plain.probabilities);
    await refuse(aRequest({ patient_satisfaction_rating: 6 }), "invalid-request", "patient_satisfaction_rating");
    await refuse(aRequest({ optimization_score: "good" }), "invalid-request", "optimization_score");
  });

  it("reports members that it does not know", async () => {
    expect((await api.ok(contract.predict, { body: aRequest({ weather: "rain", patient_age: 60 }) })).unknown_fields.sort()).toEqual(["patient_age", "weather"]);
  });

  it("takes a yes or no where the feature is one, and null where the model was trained with it", async () => {
    expect(await api.ok(contract.predict, { body: aRequest({ is_weekend: true, average_response_time_minutes: null }) })).toMatchObject({ phase: 2 });
    await refuse(aRequest({ model: narrowId, average_response_time_minutes: null }), "invalid-request", "average_response_time_minutes");
  });

  it("names every absent feature, in their order", async () => {
    const answer = await api.send("POST", contract.predict.path, { body: {} });
    expectProblem(answer, 400, "invalid-request", body("severity_level"));
    expect(answer.body.error).toBe(`missing features: ${syntheticFeatures.map(({ name }) => name).join(", ")}`);
  });

  it.each([
    ["text", { severity_level: "4" }, "severity_level"],
    ["a list", { hour_of_day: [1] }, "hour_of_day"],
    ["a fraction of a count", { available_ambulances_count: 1.5 }, "available_ambulances_count"],
    ["below the range", { day_of_week: -1 }, "day_of_week"],
    ["above the range", { hour_of_day: 24 }, "hour_of_day"],
    ["a percentage for a share", { ambulances_busy_percentage: 40 }, "ambulances_busy_percentage"],
    ["a yes for a count", { nurses_available_count: true }, "nurses_available_count"],
    ["an id that is text", { dispatch_id: "7" }, "dispatch_id"],
    ["a negative id", { dispatch_id: -7 }, "dispatch_id"],
    ["a model that is no name", { model: "Bench" }, "model"],
    ["candidates that are no list", { available_ambulances: {} }, "available_ambulances"],
    ["a latitude out of the world", { patient_latitude: 91 }, "patient_latitude"],
    ["explain that is text", { explain: "yes" }, "explain"],
  ])("refuses %s by name", async (_, change, field) => {
    await refuse(aRequest(change), "invalid-request", field);
  });

  it("refuses a number that no float holds", async () => {
    const raw = JSON.stringify(aRequest()).replace('"nearest_ambulance_distance_km":1', '"nearest_ambulance_distance_km":1e999');
    expectProblem(await api.send("POST", contract.predict.path, { raw, headers: { "content-type": "application/json" } }), 400, "invalid-request", body("nearest_ambulance_distance_km"));
  });

  it("refuses models that are not there or may not serve", async () => {
    await refuse(aRequest({ model: "nobody@1" }), "unknown-model", "model");
    await refuse(aRequest({ model: leakyId }), "model-leaks", "model");
  });

  it("names values outside the training, and lets the rules answer far outside", async () => {
    expect(await api.ok(contract.predict, { body: aRequest({ model: narrowId, active_dispatches_count: 15 }) })).toMatchObject({ model: narrowId, phase: 2, fallback: false, out_of_range: ["active_dispatches_count"] });
    const far = await api.ok(contract.predict, { body: aRequest({ model: narrowId, active_dispatches_count: 21, nearest_ambulance_distance_km: 2 }) });
    expect(far).toMatchObject({ phase: 1, fallback: true, fallback_reason: "out_of_range", probabilities: null, confidence: 0.94, out_of_range: ["active_dispatches_count"], rule: { distance_km: 2, ambulance_id: null } });
  });

  it("judges the request's own candidates when the rules answer", async () => {
    const candidates = anAssignment();
    const reply = await api.ok(contract.predict, { body: aRequest({ ...candidates, model: narrowId, active_dispatches_count: 21, emergency_description: undefined }) });
    expect(reply).toMatchObject({ phase: 1, confidence: 0.98, rule: { ambulance_id: 22, distance_km: 0.78 } });
  });
});

describe("explain", () => {
  it("says what each feature adds, and the parts sum to the score", async () => {
    const { explanation, probabilities } = await api.ok(contract.predict, { body: aRequest({ explain: true }) });
    expect(explanation!.space).toBe("log_odds");
    expect(explanation!.contributions.map(({ feature }) => feature).sort()).toEqual(syntheticFeatures.map(({ name }) => name).sort());
    const sizes = explanation!.contributions.map(({ contribution }) => Math.abs(contribution));
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
    expect(explanation!.contributions.reduce((sum, each) => sum + each.contribution, explanation!.bias)).toBeCloseTo(explanation!.score, 6);
    expect(1 / (1 + Math.exp(-explanation!.score))).toBeCloseTo(probabilities!.optimal, 3);
  });

  it("is left out unless it is asked for, and where the rules answer", async () => {
    expect((await api.ok(contract.predict, { body: aRequest({ explain: false }) })).explanation).toBeUndefined();
    expect((await api.ok(contract.predict, { body: aRequest({ explain: true, model: narrowId, active_dispatches_count: 21 }) })).explanation).toBeUndefined();
  });
});

describe("predict/batch", () => {
  const path = contract.predictBatch.path;

  it("gives each row its own result, in order", async () => {
    const dispatches = [aRequest({ dispatch_id: 1 }), aRequest({ dispatch_id: 2, severity_level: 99 }), {}, "x", aRequest({ dispatch_id: "x" }), aRequest({ dispatch_id: 3, patient_satisfaction_rating: 5, colour: 1 }), null];
    const reply = await api.ok(contract.predictBatch, { key: api.keys.predict, body: { dispatches, modle: "x" } });
    expect(reply).toMatchObject({ success: false, total: 7, successful: 2, failed: 5, phase: 2, recorded: true, unknown_fields: ["modle"] });
    expect(reply.predictions.map((each) => each.success)).toEqual([true, false, false, false, false, true, false]);
    expect(reply.predictions.map((each) => each.dispatch_id)).toEqual([1, 2, -1, -1, -1, 3, -1]);
    expect(reply.predictions[1]).toMatchObject({ fields: [{ part: "body", field: "dispatches[1].severity_level" }] });
    expect(reply.predictions[3]).toMatchObject({ fields: [{ field: "dispatches[3]" }] });
    expect(reply.predictions[5]).toMatchObject({ ignored_fields: ["patient_satisfaction_rating"], unknown_fields: ["colour"] });
  });

  it("answers as the single call does", async () => {
    const single = await api.ok(contract.predict, { body: aRequest({ dispatch_id: 5 }) });
    const { predictions } = await api.ok(contract.predictBatch, { body: { dispatches: [aRequest({ dispatch_id: 5 })] } });
    expect(predictions[0]).toMatchObject({ confidence: single.confidence, prediction: single.prediction, model: single.model });
    expect(predictions[0]).not.toHaveProperty("probabilities");
  });

  it("takes a thousand rows and refuses one more", async () => {
    const row = aRequest();
    expect(await api.ok(contract.predictBatch, { body: { dispatches: Array.from({ length: 1_000 }, () => row) } })).toMatchObject({ success: true, total: 1_000, successful: 1_000 });
    expectProblem(await api.send("POST", path, { body: { dispatches: Array.from({ length: 1_001 }, () => row) } }), 413, "body-too-large", body("dispatches"));
  });

  it("lets the rules answer the rows far outside, and only those", async () => {
    const dispatches = [aRequest({ active_dispatches_count: 21 }), aRequest({ active_dispatches_count: 5 })];
    const { predictions } = await api.ok(contract.predictBatch, { body: { dispatches, model: narrowId } });
    expect(predictions).toMatchObject([{ phase: 1, fallback: true, fallback_reason: "out_of_range" }, { phase: 2, fallback: false }]);
  });

  it.each([
    ["no list", {}, "invalid-request", "dispatches"],
    ["an empty list", { dispatches: [] }, "invalid-request", "dispatches"],
    ["an object for the list", { dispatches: { 0: {} } }, "invalid-request", "dispatches"],
    ["an unknown model", { dispatches: [{}], model: "nobody@1" }, "unknown-model", "model"],
    ["a model that is a number", { dispatches: [{}], model: 1 }, "invalid-request", "model"],
    ["a leaking model", { dispatches: [{}], model: leakyId }, "model-leaks", "model"],
  ])("refuses %s", async (_, sent, code, field) => {
    expectProblem(await api.send("POST", path, { body: sent }), 400, code, body(field));
  });
});

describe("the model", () => {
  it("is described from its manifest", async () => {
    const { model } = await api.ok(contract.modelInfo, { key: api.keys.read });
    expect(model).toMatchObject({ id: syntheticId, type: "XGBoost", phase: 2, features: 13, feature_names: syntheticFeatures.map(({ name }) => name), leaks: [] });
    expect((await api.ok(contract.modelInfo, { query: `model=${leakyId}` })).model.leaks).toEqual(["severity_level"]);
    expectProblem(await api.send("GET", contract.modelInfo.path, { query: "model=nobody@1" }), 400, "unknown-model", { part: "query", field: "model" });
  });

  it("has its importance from the trees", async () => {
    const reply = await api.ok(contract.featureImportance);
    expect(reply.ranking.map(({ feature }) => feature).sort()).toEqual(syntheticFeatures.map(({ name }) => name).sort());
    expect(reply.ranking.reduce((sum, { importance }) => sum + importance, 0)).toBeCloseTo(1, 2);
    expect(reply.feature_importance[reply.ranking[0]!.feature]).toBe(reply.ranking[0]!.importance);
    expectProblem(await api.send("GET", contract.featureImportance.path, { query: "model=../x@1" }), 400, "invalid-request", { part: "query", field: "model" });
  });

  it("is loaded", async () => {
    expect(await api.ok(contract.healthV2, { key: api.keys.operate })).toMatchObject({ status: "healthy", service: "dispatch_assignment_ml", ml_status: "loaded", model: syntheticId });
  });
});
