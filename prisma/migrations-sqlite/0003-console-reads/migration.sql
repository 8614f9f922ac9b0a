ALTER TABLE "assignment_history" ADD COLUMN "outcome_status" TEXT;

CREATE INDEX "idx_assignment_board" ON "assignment_history"("outcome_status", "severity_level", "request_timestamp");

CREATE INDEX "idx_assignment_requested_at" ON "assignment_history"("request_timestamp");

CREATE INDEX "idx_predictions_explorer" ON "predictions_log"("prediction_id", "phase", "used_fallback", "severity_level", "confidence", "outcome_status", "model_name", "model_version");

CREATE TABLE "prediction_rollups" (
    "width_minutes" INTEGER NOT NULL,
    "bucket_minute" INTEGER NOT NULL,
    "phase" INTEGER NOT NULL,
    "model_id" TEXT NOT NULL,
    "used_fallback" BOOLEAN NOT NULL,
    "decisions" INTEGER NOT NULL,
    "fallbacks" INTEGER NOT NULL,
    "confidence_sum" REAL NOT NULL,
    "confidence_count" INTEGER NOT NULL,
    "latency_sum_ms" REAL NOT NULL,
    "latency_sketch" TEXT NOT NULL,
    "joined" INTEGER NOT NULL,
    "censored" INTEGER NOT NULL,
    "labelled" INTEGER NOT NULL,
    "optimal" INTEGER NOT NULL,
    "response_sum" REAL NOT NULL,
    "response_count" INTEGER NOT NULL,
    "response_sketch" TEXT NOT NULL,
    CONSTRAINT "prediction_rollups_pkey" PRIMARY KEY ("width_minutes", "phase", "bucket_minute", "model_id", "used_fallback")
);

CREATE TABLE "rollup_cursors" (
    "name" TEXT NOT NULL,
    "last_id" INTEGER NOT NULL,
    "owner" TEXT,
    "lease_until" DATETIME,
    CONSTRAINT "rollup_cursors_pkey" PRIMARY KEY ("name")
);
