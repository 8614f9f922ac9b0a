import { abTestingRoutes } from "@/lib/ab-testing/server/routes";
import { readRoutes } from "@/lib/console/server/read-routes";
import { settingsRoutes } from "@/lib/console/server/settings-routes";
import { dispatchRoutes } from "@/lib/dispatch/server/routes";
import { healthRoutes } from "@/lib/health/server/routes";
import type { Route } from "../route";

/** The one table of every endpoint with its workflow. v3 (A/B testing) and v4 (monitoring) join here. */
export const routes: Route[] = [...dispatchRoutes, ...abTestingRoutes, ...healthRoutes, ...settingsRoutes, ...readRoutes];
