import { Problem } from "@/lib/http/problem";
import { route, type Route } from "@/lib/http/route";
import type { LoadedModel } from "@/lib/models/server/runtime";
import { services } from "@/lib/services";
import * as api from "../contract";
import { phaseStatistics, predictionStatistics } from "../prediction-statistics";
import { assignMany, assignOne } from "./assign";
import { predictMany, predictOne } from "./predict";
import { recordOutcomes } from "./record-outcomes";
import * as store from "./store";

const HOUR_MS = 3_600_000;
const since = (now: Date, hours: number): Date => new Date(now.getTime() - hours * HOUR_MS);
const round = (value: number | null, digits: number): number | null => (value === null ? null : Math.round(value * 10 ** digits) / 10 ** digits);

function performance(summary: store.AssignmentSummary): api.Performance {
  return {
    total_assignments: summary.total,
    optimal_assignments: summary.optimal,
    optimal_rate: summary.labelled === 0 ? null : round((summary.optimal / summary.labelled) * 100, 2),
    avg_response_time: round(summary.meanResponseMinutes, 2),
    avg_optimization_score: round(summary.meanOptimizationScore, 4),
    avg_patient_satisfaction: round(summary.meanPatientSatisfaction, 2),
    labelled_assignments: summary.labelled,
  };
}

const notFound = (field: string, value: number, message: string): Problem =>
  new Problem("not-found", message, { fields: [{ part: "path", field, message: `${value}: nothing found` }] });

async function describedModel(id: string | undefined): Promise<LoadedModel> {
  const { models } = services();
  if (id === undefined) {
    if (!models.champion) throw new Problem("unavailable", "No model is loaded; the rules answer.", { headers: { "retry-after": "30" } });
    return models.champion;
  }
  const model = await models.get(id).catch(() => null);
  if (!model) throw new Problem("unknown-model", `model: there is no ${id}`, { fields: [{ part: "query", field: "model", message: "no such model" }] });
  return model;
}

export const dispatchRoutes: Route[] = [
  route(api.healthV1).to(({ now }) => ({ status: "healthy", service: "dispatch_assignment", phase: 1, version: "1.0.0", timestamp: now.toISOString(), message: "The rules answer." })),
  route(api.testV1).to(() => ({
    status: "ok",
    message: "Paths of the rules API",
    endpoints: [api.healthV1.path, api.testV1.path, api.assign.path],
  })),
  route(api.assign).to(assignOne),
  route(api.assignBatch).to(assignMany),
  route(api.historyRecent).to(async ({ query, now }) => {
    const assignments = await store.recentAssignments(since(now, query.hours), query.limit);
    return { success: true, count: assignments.length, limit: query.limit, hours: query.hours, assignments };
  }),
  route(api.history).to(async ({ params }) => {
    const assignment = await store.latestAssignment(params.dispatch_id);
    if (!assignment) throw notFound("dispatch_id", params.dispatch_id, `No assignment of dispatch ${params.dispatch_id}.`);
    return { success: true, dispatch_id: params.dispatch_id, assignment };
  }),
  route(api.historyAmbulance).to(async ({ params }) => {
    const assignments = await store.assignmentsOfAmbulance(params.id, 50);
    return { success: true, ambulance_id: params.id, total_assignments: assignments.length, assignments };
  }),
  route(api.severityDistribution).to(async ({ query, now }) => {
    const counts = await store.countBySeverity(since(now, query.hours));
    const distribution = Object.fromEntries([1, 2, 3, 4, 5].map((severity) => [String(severity), counts.get(severity) ?? 0]));
    return { success: true, period_hours: query.hours, distribution };
  }),
  route(api.statisticsV1).to(async ({ query, now }) => {
    const from = since(now, query.hours);
    const summary = await store.summarizeAssignments(from);
    if (summary.total === 0)
      throw new Problem("not-found", `No assignments in the last ${query.hours} hours.`, { fields: [{ part: "query", field: "hours", message: "no data" }] });
    return { success: true, period_hours: query.hours, statistics: { ...performance(summary), unique_ambulances: await store.countAmbulances(from) } };
  }),
  route(api.statisticsAmbulance).to(async ({ params, query, now }) => ({
    success: true,
    ambulance_id: params.id,
    period_hours: query.hours,
    performance: performance(await store.summarizeAssignments(since(now, query.hours), params.id)),
  })),

  route(api.predict).to(predictOne),
  route(api.predictBatch).to(predictMany),
  route(api.healthV2).to(({ now }) => {
    const { champion, championError } = services().models;
    return {
      status: champion ? "healthy" : "degraded",
      service: "dispatch_assignment_ml",
      phase: 2,
      version: "2.0.0",
      ml_status: champion ? "loaded" : "failed",
      model: champion?.id ?? null,
      timestamp: now.toISOString(),
      message: champion ? "The model answers." : `The rules answer: ${championError ?? "no model"}.`,
    };
  }),
  route(api.modelInfo).to(async ({ query }) => {
    const { id, manifest } = await describedModel(query.model);
    const metrics = manifest.metrics?.values ?? {};
    const performanceNames = ["accuracy", "precision", "recall", "f1_score", "specificity", "auc", "brier", "mae"];
    const figures = Object.fromEntries(performanceNames.flatMap((name) => (metrics[name] ? [[name === "auc" ? "auc_roc" : name, metrics[name].value]] : [])));
    return {
      success: true,
      model: {
        id,
        type: "XGBoost",
        phase: 2,
        status: manifest.metrics ? "trained" : "imported",
        performance: figures,
        metrics,
        features: manifest.features.length,
        feature_names: manifest.features.map((feature) => feature.name),
        target: manifest.target.name,
        leaks: manifest.leaks,
        name: manifest.name,
        version: manifest.version,
        description: manifest.description,
        task: manifest.task,
        feature_details: manifest.features,
        held_out: manifest.metrics ? { split: manifest.metrics.split, rows: manifest.metrics.rows, from: manifest.metrics.from, to: manifest.metrics.to, baselines: manifest.metrics.baselines } : null,
        engine: manifest.engine,
        data: manifest.data,
        trees: manifest.trees,
        gates: manifest.gates,
        sha256: manifest.files.onnx.sha256,
      },
    };
  }),
  route(api.featureImportance).to(async ({ query }) => {
    const model = await describedModel(query.model);
    const ranking = model.importance.map(({ name, share }) => ({ feature: name, importance: Math.round(share * 10_000) / 10_000 }));
    return { success: true, feature_importance: Object.fromEntries(ranking.map((each) => [each.feature, each.importance])), ranking, method: "gain", model: model.id, phase: 2 };
  }),
  route(api.outcomes).to(recordOutcomes),
  route(api.statistics).to(async ({ query, now }) => {
    const [name, version] = query.model?.split("@") ?? [];
    const groups = await store.groupPredictions(since(now, query.hours), name && version ? { name, version } : null);
    const { state } = services().log;
    return {
      success: true,
      statistics: { ...predictionStatistics(groups, query.hours), quarantined_outcomes: await store.countQuarantined() },
      phase_comparison: { period_hours: query.hours, phase1: phaseStatistics(groups, 1), phase2: phaseStatistics(groups, 2) },
      writer: { away: state.away, spool_bytes: state.spoolBytes, waiting_rows: state.waitingRows, dropped_rows: state.droppedRows },
    };
  }),
];
