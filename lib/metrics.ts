import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from "prom-client";

/** One registry per process. Names, units and buckets as in the Prometheus naming practice; never an id in a label. */
export const registry = new Registry();
collectDefaultMetrics({ register: registry, prefix: "dispatch_ml_" });

/**
 * A counter's child that costs an addition: the registry's own looks its labels up at each increment. `settle` hands over what
 * came together; the registry calls it through the counter's `collect`.
 */
export type Tally = { add: (by?: number) => void };

function tallies<L extends string>(): { of: (counter: Counter<L>, ...labels: string[]) => Tally; settle: () => void } {
  const kept = new Map<string, { pending: number; inc: (by: number) => void }>();
  return {
    of(counter, ...labels) {
      const name = labels.join("\n");
      let tally = kept.get(name);
      if (!tally) {
        const child = counter.labels(...labels);
        kept.set(name, (tally = { pending: 0, inc: (by) => child.inc(by) }));
      }
      const own = tally;
      return {
        add: (by = 1) => {
          own.pending += by;
        },
      };
    },
    settle() {
      for (const tally of kept.values()) {
        if (tally.pending === 0) continue;
        tally.inc(tally.pending);
        tally.pending = 0;
      }
    },
  };
}

const predictionTallies = tallies<"model" | "version" | "source" | "outcome">();
const predictionsTotal = new Counter({
  name: "dispatch_ml_predictions_total",
  help: "Answers of the prediction API",
  labelNames: ["model", "version", "source", "outcome"] as const,
  collect: predictionTallies.settle,
  registers: [registry],
});
export const countPredictions = (model: string, version: string, source: "model" | "fallback"): Tally => predictionTallies.of(predictionsTotal, model, version, source, "ok");

export const predictionSeconds = new Histogram({
  name: "dispatch_ml_prediction_duration_seconds",
  help: "From the request's first byte to its answer, the durable log row included",
  labelNames: ["model", "version"] as const,
  buckets: [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
  registers: [registry],
});

export const fallbackTotal = new Counter({
  name: "dispatch_ml_fallback_total",
  help: "Answers that the rules gave in place of the model",
  labelNames: ["reason"] as const,
  registers: [registry],
});

const rowTallies = tallies<"recorded">();
const logRowsTotal = new Counter({
  name: "dispatch_ml_log_rows_total",
  help: "Rows of the decision log by what became of them",
  labelNames: ["recorded"] as const,
  collect: rowTallies.settle,
  registers: [registry],
});
export const countLogRows = { committed: rowTallies.of(logRowsTotal, "committed"), spooled: rowTallies.of(logRowsTotal, "spooled"), dropped: rowTallies.of(logRowsTotal, "dropped") };

export const spoolBytes = new Gauge({ name: "dispatch_ml_spool_bytes", help: "Rows on disk that wait for the database", registers: [registry] });

export const modelInfo = new Gauge({
  name: "dispatch_ml_model_info",
  help: "1 for the model that serves",
  labelNames: ["model", "version", "sha256", "alias"] as const,
  registers: [registry],
});
