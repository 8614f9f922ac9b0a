import { Reply, route, type Route } from "@/lib/http/route";
import * as api from "../contract";
import { configOut } from "../wire";
import { changeConfig } from "./change-config";
import { actOnRamp, planRamp, readRamp, startRamp } from "./change-ramp";
import { decidePhase } from "./decide-phase";
import { dispatch } from "./dispatch";
import { experiment } from "./experiment";
import { exportRows } from "./export-rows";
import * as figures from "./figures";
import { logResult } from "./log-result";
import * as store from "./store";

const strategies = [
  { name: "random_50_50", description: "A fair draw for each dispatch.", use_case: "The cleanest comparison.", deterministic: false },
  { name: "round_robin", description: "Turns in exact alternation, or any share in ten-thousandths.", use_case: "Exact counts; the evidence then rests on arrivals without a rhythm of their own.", deterministic: true },
  { name: "time_based", description: "A draw with one share in peak hours and another outside.", use_case: "More of one phase while the load is high.", deterministic: false },
  { name: "weight_based", description: "A draw with a share from 0 to 1.", use_case: "Ramps, and the kill switch at 0.", deterministic: false },
  { name: "balanced_blocks", description: "Pairs in drawn order: never more than one apart.", use_case: "Exact counts and a fair randomisation.", deterministic: false },
  { name: "thompson", description: "A share recomputed each hour from matured outcomes, floor 0.05.", use_case: "Sending more dispatches to what does better while it is learnt.", deterministic: false },
];

export const abTestingRoutes: Route[] = [
  route(api.decidePhase).to(decidePhase),
  route(api.log).to(logResult),
  route(api.dispatch).to(dispatch),
  route(api.status).to(({ now }) => figures.status(now)),
  route(api.dashboard).to(({ now, query }) => figures.dashboard(now, query.hours)),
  route(api.comparison).to(({ now, query }) => figures.comparison(now, query.hours)),
  route(api.recommendation).to(({ now, query }) => figures.recommendation(now, query.hours)),
  route(api.metrics).to(({ now, query }) => figures.metrics(now, query.hours)),
  route(api.strategies).to(() => ({ success: true, strategies })),
  route(api.config).to(() => ({ success: true, config: configOut(experiment().config) })),
  route(api.putConfig).to(changeConfig),
  route(api.configHistory).to(async ({ query }) => ({ success: true, versions: (await store.configHistory(query.limit, query.before)).map((each) => ({ ...configOut(each), origin: each.origin })) })),
  route(api.ramp).to(readRamp),
  route(api.planRamp).to(planRamp),
  route(api.startRamp).to(startRamp),
  route(api.holdRamp).to((context) => actOnRamp(context, "hold")),
  route(api.resumeRamp).to((context) => actOnRamp(context, "resume")),
  route(api.rollbackRamp).to((context) => actOnRamp(context, "rollback")),
  route(api.approveRamp).to((context) => actOnRamp(context, "approve")),
  route(api.exportRows).to(({ query }) => new Reply(exportRows(query.format, query.experiment), 200, { "content-type": query.format === "csv" ? "text/csv; charset=utf-8" : "application/x-ndjson" })),
];
