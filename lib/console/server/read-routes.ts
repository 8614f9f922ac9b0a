import { route, type Route } from "@/lib/http/route";
import * as api from "../contract";
import * as explorer from "../predictions-contract";
import * as live from "../settings-contract";
import { dispatches, readDispatch } from "./dispatches";
import { exportPredictions } from "./export";
import { listModels, readModel } from "./models";
import { overview } from "./overview";
import { readPrediction, tryPrediction } from "./prediction";
import { histogram, predictions } from "./predictions";
import { stream } from "./stream";

/** What the screens read. */
export const readRoutes: Route[] = [
  route(api.overview).to(overview),
  route(api.dispatches).to(dispatches),
  route(api.dispatch).to(readDispatch),
  route(api.models).to(listModels),
  route(api.model).to(readModel),
  route(explorer.predictionHistogram).to(histogram),
  route(explorer.predictionExport).to(exportPredictions),
  route(explorer.predictions).to(predictions),
  route(explorer.prediction).to(readPrediction),
  route(explorer.tryPrediction).to(tryPrediction),
  route(live.stream).to(stream),
];
