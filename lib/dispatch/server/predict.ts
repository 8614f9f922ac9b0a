import { Problem, type FieldProblem } from "@/lib/http/problem";
import { Reply, type Context } from "@/lib/http/route";
import { once, type Keeper } from "@/lib/http/server/idempotency";
import { logger } from "@/lib/log";
import { countLogRows, countPredictions, fallbackTotal, predictionSeconds, type Tally } from "@/lib/metrics";
import { scaleInto, servedScore } from "@/lib/models/score";
import { explainMargin } from "@/lib/models/tree-shap";
import { DeadlineExceeded } from "@/lib/models/server/micro-batch";
import type { LoadedModel } from "@/lib/models/server/runtime";
import { services } from "@/lib/services";
import { closedBreaker, failed, mayTry, succeeded, type Breaker } from "../circuit-breaker";
import { MAX_BATCH, predictMembers, type PredictReply, type PredictRequest } from "../contract";
import { dispatchFeatures } from "../features";
import { assign, judgeFeatures } from "../phase1";
import { oneByteJson } from "../one-byte";
import { featureReader, type ReadFeatures } from "../read-features";
import { RowPacker, type PredictionRow } from "./log/row";
import { predictionId } from "./prediction-id";

export type FallbackReason = "deadline" | "model_error" | "circuit_open" | "model_unavailable" | "invalid_score" | "out_of_range";

const memberNames: ReadonlySet<string> = new Set(Object.keys(predictMembers));

/** What belongs to one model and is made once. */
type Serving = {
  model: LoadedModel;
  read: ReturnType<typeof featureReader>;
  width: number;
  /** What stands before each value in the features as JSON. */
  jsonNames: string[];
  /** How a result of this model ends, apart from what only few have. */
  resultEnd: string;
  severityAt: number;
  /** Room for the features of single requests; never used twice. */
  slab: Float64Array;
  slabAt: number;
  breaker: Breaker;
  count: { model: Tally; fallback: Tally };
  seconds: { observe(value: number): void };
};
const servings = new WeakMap<LoadedModel, Serving>();

function serve(model: LoadedModel): Serving {
  let serving = servings.get(model);
  if (!serving) {
    const { name: label, version, features } = model.manifest;
    serving = {
      model,
      read: featureReader(model.manifest, memberNames),
      width: features.length,
      jsonNames: features.map(({ name }, at) => `${at === 0 ? "{" : ","}${JSON.stringify(name)}:`),
      resultEnd: resultEnd(2, model.id, null),
      severityAt: features.findIndex(({ name }) => name === "severity_level"),
      slab: new Float64Array(0),
      slabAt: 0,
      breaker: closedBreaker,
      count: {
        model: countPredictions(label, version, "model"),
        fallback: countPredictions(label, version, "fallback"),
      },
      seconds: predictionSeconds.labels(label, version),
    };
    servings.set(model, serving);
  }
  return serving;
}

const SLAB_ROWS = 256;

/** An array this small of its own costs an allocation outside the heap, and its collection; a share of a large one is free. */
function readOne(serving: Serving, body: Record<string, unknown>): ReadFeatures {
  const { width } = serving;
  if (serving.slabAt + width > serving.slab.length) {
    serving.slab = new Float64Array(SLAB_ROWS * width);
    serving.slabAt = 0;
  }
  const at = serving.slabAt;
  serving.slabAt += width;
  return serving.read(body, serving.slab, at);
}

/** The model of a request: the one it names, or the champion. Null when there is no champion. */
function findModel(wanted: string | null | undefined): LoadedModel | null | Promise<LoadedModel | null> {
  const { models } = services();
  if (wanted === undefined || wanted === null) return models.champion;
  const model = models.peek(wanted);
  return model ? allowed(wanted, model) : loadModel(wanted);
}

async function loadModel(wanted: string): Promise<LoadedModel | null> {
  const model = await services().models.get(wanted).catch((error: unknown) => {
    throw new Problem("unavailable", `The model ${wanted} does not load.`, { cause: error, headers: { "retry-after": "30" } });
  });
  return allowed(wanted, model);
}

function allowed(wanted: string, model: LoadedModel | null): LoadedModel {
  const { models } = services();
  if (!model) throw new Problem("unknown-model", `model: there is no ${wanted}`, { fields: [{ part: "body", field: "model", message: `no such model; there are ${models.available().join(", ") || "none"}` }] });
  if (model.manifest.leaks.length > 0 && model !== models.champion && !models.allowsLeaks(wanted))
    throw new Problem("model-leaks", `model: ${wanted} uses ${model.manifest.leaks.join(", ")}, known only after the outcome`, { fields: [{ part: "body", field: "model", message: "leaks; an administrator has not allowed it" }] });
  return model;
}

/** A judged dispatch, before it is written. */
type Judged = {
  phase: 1 | 2;
  prediction: 0 | 1 | null;
  confidence: number | null;
  probability: number | null;
  rawScore: number | null;
  value: number | undefined;
  quantiles: Record<string, number> | undefined;
  fallbackReason: FallbackReason | null;
  rule: { reason: string; ambulance_id: number | null; distance_km: number | null } | undefined;
};

const round4 = (value: number): number => Math.round(value * 10_000) / 10_000;

type Words = { short: string; long: string; json: string };
const assignWords: Words[] = [];
const reviewWords: Words[] = [];

/** What is said of a decision; the percentage agrees with the confidence as `round4` says it. There are 20,002, made once. */
function wordsOf(prediction: number | null, confidence: number | null): Words {
  const of10000 = Math.round((confidence ?? 0) * 10_000);
  const known = prediction === 1 ? assignWords : reviewWords;
  const found = known[of10000];
  if (found) return found;
  const percent = `(${(of10000 / 100).toFixed(2)}%)`;
  const short = prediction === 1 ? `ASSIGN ${percent}` : `REVIEW ${percent}`;
  const long = prediction === 1 ? `ASSIGN – likely optimal ${percent}` : `REVIEW – likely not optimal ${percent}`;
  return (known[of10000] = { short, long, json: `,"confidence":${of10000 / 10_000},"recommendation":"${short}"` });
}

function byModel(model: LoadedModel, rawScore: number): Judged | null {
  const { manifest } = model;
  const score = servedScore(rawScore, manifest);
  if (manifest.task === "binary") {
    if (!(score >= 0 && score <= 1)) return null;
    return {
      phase: 2,
      prediction: score > manifest.threshold ? 1 : 0,
      confidence: Math.max(score, 1 - score),
      probability: score,
      rawScore,
      value: undefined,
      quantiles: undefined,
      fallbackReason: null,
      rule: undefined,
    };
  }
  if (!Number.isFinite(score)) return null;
  const quantiles = Object.fromEntries(
    manifest.quantiles.map(({ level, offset }) => [`p${Math.round(level * 100)}`, round4(manifest.targetTransform === "log" ? Math.exp(rawScore + offset) : rawScore + offset)]),
  );
  return { phase: 2, prediction: null, confidence: null, probability: score, rawScore, value: round4(score), quantiles, fallbackReason: null, rule: undefined };
}

/** The rules in place of the model: on the candidates of the request, else on its features. */
function byRules(reason: FallbackReason | null, body: PredictRequest, features: Record<string, number | null>): Judged {
  if (reason !== null) fallbackTotal.labels(reason).inc();
  const common = { phase: 1, probability: null, rawScore: null, value: undefined, quantiles: undefined, fallbackReason: reason } as const;
  const severity = features.severity_level ?? body.severity_level;
  if (body.available_ambulances && typeof body.patient_latitude === "number" && typeof body.patient_longitude === "number" && typeof severity === "number" && severity >= 1 && severity <= 5) {
    const chosen = assign({
      latitude: body.patient_latitude,
      longitude: body.patient_longitude,
      severity: Math.round(severity),
      ambulances: body.available_ambulances.map((each) => ({ id: each.id, latitude: each.latitude ?? null, longitude: each.longitude ?? null, status: each.status, crewLevel: each.crew_level ?? null, unitType: each.unit_type ?? null })),
      paramedics: (body.available_paramedics ?? []).map((each) => ({ id: each.id, level: each.level ?? null, status: each.status ?? null })),
      nurses: (body.available_nurses ?? []).map((each) => ({ id: each.id, status: each.status ?? null })),
    });
    if (chosen) {
      const judged = judgeFeatures({ ...features, severity_level: severity, nearest_ambulance_distance_km: chosen.distanceKm });
      const prediction = judged.code === "crew-incomplete" && chosen.crew.shortfall.length === 0 ? 1 : judged.prediction;
      return { ...common, prediction, confidence: chosen.confidence, rule: { reason: "nearest of the candidates", ambulance_id: chosen.ambulance.id, distance_km: Math.round(chosen.distanceKm * 100) / 100 } };
    }
  }
  const judged = judgeFeatures(features);
  return { ...common, prediction: judged.prediction, confidence: judged.confidence, rule: { reason: judged.reason, ambulance_id: null, distance_km: features.nearest_ambulance_distance_km ?? null } };
}

/** Scores of many rows at once; a failure names its reason and counts towards the circuit. */
async function score(serving: Serving, inputs: Float64Array, count: number, from = 0): Promise<Float32Array | FallbackReason> {
  const now = performance.now();
  const asked = mayTry(serving.breaker, now);
  serving.breaker = asked.breaker;
  if (!asked.allowed) return "circuit_open";
  try {
    const scores = await serving.model.score(inputs, count, from);
    serving.breaker = succeeded(serving.breaker);
    return scores;
  } catch (error) {
    serving.breaker = failed(serving.breaker, performance.now());
    if (error instanceof DeadlineExceeded) return "deadline";
    logger().error({ err: error, model: serving.model.id }, "the model failed: the rules answer");
    return "model_error";
  }
}

function featureProblem(problems: readonly FieldProblem[]): Problem {
  const missing = problems.filter((each) => each.code === "missing").map((each) => each.field);
  const wrong = problems.filter((each) => each.code !== "missing").map((each) => `${each.field}: ${each.message}`);
  const absent = missing.length > 0 ? [`missing features: ${missing.join(", ")}`] : [];
  return new Problem("invalid-request", [...wrong.slice(0, 5), ...absent].join("; "), { fields: problems.slice(0, 100) });
}

function recommend(judged: Judged, short: boolean): string {
  if (judged.value !== undefined) return `ESTIMATE ${judged.value}`;
  const words = wordsOf(judged.prediction, judged.confidence);
  return short ? words.short : words.long;
}

/** A row of this request with what does not depend on the dispatch; `judge` fills in the rest. */
function rowOf(context: Pick<Context<unknown, unknown, unknown>, "caller" | "traceId" | "now">, serving: Serving | null): PredictionRow {
  const nowMs = context.now.getTime();
  const model = serving?.model ?? null;
  return {
    predictionId: "",
    dispatchId: -1,
    requestedAtMs: nowMs,
    hourOfWeek: services().localTime(nowMs).hourOfWeek,
    phase: 1,
    prediction: null,
    confidence: null,
    recommendation: null,
    usedFallback: false,
    fallbackReason: null,
    source: "rules",
    modelName: model?.manifest.name ?? null,
    modelVersion: model?.manifest.version ?? null,
    modelSha256: model?.manifest.files.onnx.sha256 ?? null,
    rawScore: null,
    probability: null,
    threshold: model?.manifest.task === "binary" ? model.manifest.threshold : null,
    severityLevel: null,
    arm: null,
    armProbability: null,
    phaseReason: null,
    configVersion: null,
    featuresJson: "",
    featureSchemaHash: model?.featureSchemaHash ?? null,
    ignoredJson: null,
    latencyMs: 0,
    traceId: context.traceId,
    clientKeyId: context.caller.id === "" ? null : context.caller.id,
    createdAtMs: nowMs,
  };
}

/** Writes one judged dispatch into the row and returns the id it gets. */
function fillRow(row: PredictionRow, serving: Serving | null, dispatchId: number, read: ReadFeatures, body: Record<string, unknown>, judged: Judged, recommendation: string, latencyMs: number): string {
  const named = serving ? null : namedFeatures(null, read, body);
  const severity = serving ? (serving.severityAt >= 0 ? read.values[read.at + serving.severityAt]! : Number.NaN) : (named?.severity_level ?? Number.NaN);
  row.predictionId = predictionId(row.requestedAtMs);
  row.dispatchId = dispatchId;
  row.phase = judged.phase;
  row.prediction = judged.prediction;
  row.confidence = judged.confidence;
  row.recommendation = recommendation;
  row.usedFallback = judged.fallbackReason !== null;
  row.fallbackReason = judged.fallbackReason;
  row.source = judged.phase === 2 ? "model" : "rules";
  row.rawScore = judged.rawScore;
  row.probability = judged.probability;
  row.severityLevel = Number.isNaN(severity) ? null : severity;
  row.featuresJson = serving ? featuresJson(serving, read) : JSON.stringify(named);
  row.ignoredJson = read.ignored ? JSON.stringify(read.ignored) : null;
  row.latencyMs = latencyMs;
  return row.predictionId;
}

/** The unscaled values, exactly as they were scaled and rounded: a replay from the log takes the same branches. */
function featuresJson({ jsonNames }: Serving, { values, at }: ReadFeatures): string {
  let text = "";
  for (let i = 0; i < jsonNames.length; i++) {
    const value = values[at + i]!;
    // One piece after the other: a text of texts is copied slower.
    text = text + jsonNames[i]!;
    text = text + (Number.isNaN(value) ? "null" : String(value));
  }
  return `${text}}`;
}

const published = dispatchFeatures.filter((feature) => feature.availableAt !== "after_outcome");
const anyRange = { min: null, max: null };
const readPublishedAll = featureReader({ features: published.map((feature) => ({ ...feature, trainedRange: anyRange, allowMissing: true })) }, memberNames);

/** Without a model there is no manifest: the published fields are checked where they are sent, and none has to be. */
function readPublished(body: Record<string, unknown>): ReadFeatures {
  const read = readPublishedAll(body);
  return { ...read, problems: read.problems.filter(({ code }) => code !== "missing") };
}

function namedFeatures(serving: Serving | null, read: ReadFeatures, body: Record<string, unknown>): Record<string, number | null> {
  if (serving) {
    const named: Record<string, number | null> = {};
    serving.model.manifest.features.forEach(({ name }, index) => {
      const value = read.values[read.at + index]!;
      named[name] = Number.isNaN(value) ? null : value;
    });
    return named;
  }
  return Object.fromEntries(published.flatMap(({ name }) => (typeof body[name] === "number" || typeof body[name] === "boolean" ? [[name, Number(body[name])]] : [])));
}

/** What each feature adds to the raw score, largest first; they and the bias sum to the score. */
function explain({ manifest, ensemble }: LoadedModel, { values: all, at: from }: ReadFeatures): NonNullable<PredictReply["explanation"]> {
  const values = all.subarray(from, from + manifest.features.length);
  const scaled = new Float32Array(values.length);
  scaleInto(scaled, 0, values, manifest.scaler);
  const { contributions, bias } = explainMargin(ensemble, scaled);
  const named = manifest.features.map(({ name }, at) => ({ feature: name, value: Number.isNaN(values[at]!) ? null : values[at]!, contribution: contributions[at]! }));
  return {
    space: manifest.task === "binary" ? "log_odds" : "raw",
    bias,
    score: contributions.reduce((sum, each) => sum + each, bias),
    contributions: named.sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution)),
  };
}

/** The arm that the A/B test gave a dispatch: rules that answer because they were assigned are no fallback. */
export type Assigned = { phase: 1 | 2; share: number; reason: string; configVersion: number };
export type Answered = { reply: Record<string, unknown>; text: string; confidence: number | null; fallbackReason: FallbackReason | null };

/** One prediction: read, score or fall back, write, answer. */
export function predictOne(context: Context<unknown, unknown, PredictRequest>): Promise<Reply> {
  return once(context, "predict", services().log, async (keep) => new Reply((await answerOne(context, keep, null)).text));
}

/** The same, without a look at the Idempotency-Key. */
export async function answerOne(context: Context<unknown, unknown, PredictRequest>, keep: Keeper | undefined, assigned: Assigned | null): Promise<Answered> {
  const { log } = services();
  const body = context.body;
  const found = findModel(body.model);
  const model = found instanceof Promise ? await found : found;
  const serving = model ? serve(model) : null;
  const read = serving ? readOne(serving, body) : readPublished(body);
  if (read.problems.length > 0) throw featureProblem(read.problems);
  let judged: Judged | null = null;
  let reason: FallbackReason | null = assigned?.phase === 1 ? null : "model_unavailable";
  if (serving && reason !== null) {
    if (read.farOutOfRange) reason = "out_of_range";
    else {
      const scores = await score(serving, read.values, 1, read.at);
      if (typeof scores === "string") reason = scores;
      else {
        judged = byModel(serving.model, scores[0]!);
        if (!judged) reason = "invalid_score";
      }
    }
  }
  judged ??= byRules(reason, body, namedFeatures(serving, read, body));
  const recommendation = recommend(judged, false);
  const dispatchId = body.dispatch_id ?? -1;
  const row = rowOf(context, serving);
  const id = fillRow(row, serving, dispatchId, read, body, judged, recommendation, performance.now() - context.startedMs);
  if (assigned) Object.assign(row, { arm: assigned.phase, armProbability: assigned.share, phaseReason: assigned.reason.slice(0, 60), configVersion: assigned.configVersion });
  const reply = {
    success: true,
    dispatch_id: dispatchId,
    prediction_id: id,
    prediction: judged.prediction,
    confidence: judged.confidence === null ? null : round4(judged.confidence),
    probabilities: judged.phase === 2 && judged.prediction !== null ? { not_optimal: round4(1 - judged.probability!), optimal: round4(judged.probability!) } : null,
    ...(judged.value === undefined ? {} : { value: judged.value, quantiles: judged.quantiles }),
    recommendation,
    phase: judged.phase,
    target: serving?.model.manifest.target.name ?? null,
    model: serving?.model.id ?? null,
    fallback: judged.fallbackReason !== null,
    fallback_reason: judged.fallbackReason,
    ...(judged.rule ? { rule: judged.rule } : {}),
    ...(body.explain === true && serving && judged.phase === 2 ? { explanation: explain(serving.model, read) } : {}),
    recorded: true,
    out_of_range: read.outOfRange,
    ignored_fields: read.ignored ? Object.keys(read.ignored) : [],
    unknown_fields: read.unknown,
    timestamp: context.now.toISOString(),
  };
  const text = oneByteJson(reply);
  const recorded = await log.append(row, keep?.(text));
  countLogRows[recorded].add();
  const kind = judged.phase === 2 ? "model" : "fallback";
  if (serving) {
    serving.count[kind].add();
    serving.seconds.observe((performance.now() - context.startedMs) / 1000);
  } else countPredictions("none", "none", "fallback").add();
  const { confidence, fallbackReason } = judged;
  return recorded === "dropped" ? { reply: { ...reply, recorded: false }, text: JSON.stringify({ ...reply, recorded: false }), confidence, fallbackReason } : { reply, text, confidence, fallbackReason };
}

type Failed = { success: false; dispatch_id: number; error: string; fields: readonly FieldProblem[] };
type Item = { dispatchId: number; body: Record<string, unknown>; read: ReadFeatures; at: number };

/** Many predictions: one run of the model, one transaction, a result for each row. */
export async function predictMany(context: Context<unknown, unknown, { dispatches: unknown[]; model?: string | null | undefined }>): Promise<Reply> {
  const { dispatches } = context.body;
  if (dispatches.length > MAX_BATCH)
    throw new Problem("body-too-large", `dispatches: at most ${MAX_BATCH}, are ${dispatches.length}`, { fields: [{ part: "body", field: "dispatches", message: `at most ${MAX_BATCH}` }] });
  const { log } = services();
  return await once(context, "predict/batch", log, async (keep) => {
    const model = await findModel(context.body.model);
    const serving = model ? serve(model) : null;
    const results = new Array<string>(dispatches.length);
    const items: Item[] = [];
    const width = serving?.width ?? 0;
    const values = new Float64Array(dispatches.length * width);
    for (let at = 0; at < dispatches.length; at++) {
      const item = readItem(dispatches[at], serving, at, values);
      if ("success" in item) results[at] = JSON.stringify(item);
      else items.push(item);
    }
    const scored = serving ? items.filter((item) => !item.read.farOutOfRange) : [];
    let scores: Float32Array | FallbackReason = "model_unavailable";
    if (serving && scored.length > 0) scores = await score(serving, scored.length === dispatches.length ? values : only(scored, values, width), scored.length);
    const row = rowOf(context, serving);
    const packer = new RowPacker(items.length);
    const latencyMs = performance.now() - context.startedMs;
    let next = 0;
    for (const item of items) {
      const judged = judgeItem(serving, item, serving && !item.read.farOutOfRange ? (typeof scores === "string" ? scores : scores[next++]!) : serving ? "out_of_range" : "model_unavailable");
      const recommendation = recommend(judged, true);
      const id = fillRow(row, serving, item.dispatchId, item.read, item.body, judged, recommendation, latencyMs);
      packer.add(row);
      results[item.at] = resultText(serving, item, judged, recommendation, id);
      if (serving) serving.count[judged.phase === 2 ? "model" : "fallback"].add();
    }
    const successful = items.length;
    const text = `{"success":${successful === dispatches.length},"total":${dispatches.length},"successful":${successful},"failed":${dispatches.length - successful},"phase":2,"recorded":true,"predictions":[${results.join()}],"unknown_fields":${JSON.stringify(context.unknownFields())}}`;
    const recorded = successful === 0 ? "committed" : await log.appendMany(packer.packed(), keep?.(text));
    countLogRows[recorded].add(successful);
    if (recorded !== "dropped") return new Reply(text);
    const reply = JSON.parse(text) as { predictions: Record<string, unknown>[] };
    return new Reply(JSON.stringify({ ...reply, recorded: false, predictions: reply.predictions.map((each) => ({ ...each, recorded: false })) }));
  });
}

function resultEnd(phase: 1 | 2, model: string | null, reason: FallbackReason | null): string {
  return `,"phase":${phase},"model":${JSON.stringify(model)},"fallback":${reason !== null},"fallback_reason":${JSON.stringify(reason)},"recorded":true`;
}

/** One result as JSON: a batch has a thousand, and an object each costs more than its text. */
function resultText(serving: Serving | null, { dispatchId, read }: Item, judged: Judged, recommendation: string, id: string): string {
  const { prediction, confidence, value, fallbackReason } = judged;
  let text = `{"success":true,"dispatch_id":${dispatchId},"prediction_id":"${id}","prediction":${prediction}`;
  if (value !== undefined) text += `,"confidence":null,"value":${value},"quantiles":${JSON.stringify(judged.quantiles)},"recommendation":"${recommendation}"`;
  else if (confidence === null) text += `,"confidence":null,"recommendation":"${recommendation}"`;
  else text = text + wordsOf(prediction, confidence).json;
  text = text + (serving && fallbackReason === null ? serving.resultEnd : resultEnd(judged.phase, serving?.model.id ?? null, fallbackReason));
  if (read.outOfRange.length > 0) text += `,"out_of_range":${JSON.stringify(read.outOfRange)}`;
  if (read.ignored) text += `,"ignored_fields":${JSON.stringify(Object.keys(read.ignored))}`;
  if (read.unknown.length > 0) text += `,"unknown_fields":${JSON.stringify(read.unknown)}`;
  return `${text}}`;
}

/** The rows of these items, one after the other. */
function only(items: readonly Item[], values: Float64Array, width: number): Float64Array {
  const own = new Float64Array(items.length * width);
  items.forEach(({ read: { at } }, index) => {
    own.set(values.subarray(at, at + width), index * width);
  });
  return own;
}

function readItem(raw: unknown, serving: Serving | null, at: number, values: Float64Array): Item | Failed {
  const fail = (dispatchId: number, error: string, fields: readonly FieldProblem[]): Failed => ({ success: false, dispatch_id: dispatchId, error, fields });
  if (typeof raw !== "object" || raw === null || Array.isArray(raw))
    return fail(-1, `dispatches[${at}]: must be an object`, [{ part: "body", field: `dispatches[${at}]`, message: "must be an object", code: "invalid_type" }]);
  const body = raw as Record<string, unknown>;
  const given = body.dispatch_id;
  const valid = given === undefined || given === null || (typeof given === "number" && Number.isInteger(given) && given >= 0 && given <= 2_147_483_647);
  if (!valid) return fail(-1, `dispatches[${at}].dispatch_id: must be a whole number from 0`, [{ part: "body", field: `dispatches[${at}].dispatch_id`, message: "must be a whole number from 0", code: "invalid_type" }]);
  const dispatchId = typeof given === "number" ? given : -1;
  const read = serving ? serving.read(body, values, at * serving.width) : readPublished(body);
  if (read.problems.length > 0) {
    const fields = read.problems.map((each) => ({ ...each, field: `dispatches[${at}].${each.field}` }));
    return fail(dispatchId, featureProblem(read.problems).message, fields);
  }
  return { dispatchId, body, read, at };
}

function judgeItem(serving: Serving | null, item: Item, outcome: number | FallbackReason): Judged {
  if (serving && typeof outcome === "number") {
    const judged = byModel(serving.model, outcome);
    if (judged) return judged;
  }
  return byRules(typeof outcome === "string" ? outcome : "invalid_score", {}, namedFeatures(serving, item.read, item.body));
}
