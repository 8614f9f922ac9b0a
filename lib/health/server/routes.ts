import { Reply, route, type Route } from "@/lib/http/route";
import { registry, spoolBytes } from "@/lib/metrics";
import { services } from "@/lib/services";
import * as api from "../contract";

export const healthRoutes: Route[] = [
  route(api.live).to(() => ({ status: "pass" })),
  route(api.ready).to(() => {
    const { models, log } = services();
    const { champion, championError } = models;
    // Without the database the service still answers and keeps every row: that is a warning, not unreadiness.
    if (champion) return { status: log.state.away ? "warn" : "pass", model: champion.id, ...(log.state.away ? { output: "the database is away; rows are spooled" } : {}) };
    return new Reply(JSON.stringify({ status: "fail", model: null, output: championError ?? "no model" }), 503, { "retry-after": "5" });
  }),
  route(api.metrics).to(async () => {
    spoolBytes.set(services().log.state.spoolBytes);
    return new Reply(await registry.metrics(), 200, { "content-type": registry.contentType });
  }),
];
