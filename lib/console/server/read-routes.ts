import { route, type Route } from "@/lib/http/route";
import * as api from "../contract";
import * as explorer from "../predictions-contract";
import { overview } from "./overview";
import { histogram, predictions } from "./predictions";

/** What the screens read. */
export const readRoutes: Route[] = [
  route(api.overview).to(overview),
  route(explorer.predictionHistogram).to(histogram),
  route(explorer.predictions).to(predictions),
];
