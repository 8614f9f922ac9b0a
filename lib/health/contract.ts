import { z } from "zod";
import { endpoint } from "../http/endpoint";

export const live = endpoint({
  method: "GET",
  path: "/api/health/live",
  summary: "Whether the process can answer at all; asks neither database nor model",
  access: "public",
  response: z.object({ status: z.literal("pass") }),
  examples: [{ name: "plain", status: 200 }],
});

export const ready = endpoint({
  method: "GET",
  path: "/api/health/ready",
  summary: "Whether predictions can be answered: 503 until the model is loaded and its golden rows were replayed",
  access: "public",
  response: z.object({ status: z.enum(["pass", "warn"]), model: z.string().nullable(), output: z.string().optional() }),
  examples: [{ name: "plain", status: 200 }],
});

export const metrics = endpoint({
  method: "GET",
  path: "/metrics",
  summary: "Metrics in the Prometheus text form",
  access: ["read"],
  response: z.string(),
  produces: "text/plain; version=0.0.4; charset=utf-8",
  examples: [{ name: "plain", status: 200 }],
});
