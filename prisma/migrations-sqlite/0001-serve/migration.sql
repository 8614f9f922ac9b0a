CREATE TABLE "assignment_history" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "dispatch_id" INTEGER NOT NULL,
    "request_timestamp" DATETIME NOT NULL,
    "emergency_latitude" REAL NOT NULL,
    "emergency_longitude" REAL NOT NULL,
    "emergency_type" TEXT NOT NULL,
    "emergency_description" TEXT,
    "severity_level" INTEGER NOT NULL CONSTRAINT "ck_assignment_history_severity_level" CHECK ("severity_level" BETWEEN 1 AND 5),
    "hour_of_day" INTEGER NOT NULL CONSTRAINT "ck_assignment_history_hour_of_day" CHECK ("hour_of_day" BETWEEN 0 AND 23),
    "day_of_week" INTEGER NOT NULL CONSTRAINT "ck_assignment_history_day_of_week" CHECK ("day_of_week" BETWEEN 0 AND 6),
    "is_weekend" BOOLEAN NOT NULL,
    "latitude" REAL NOT NULL,
    "longitude" REAL NOT NULL,
    "zone_code" TEXT,
    "available_ambulances_count" INTEGER NOT NULL,
    "nearest_ambulance_distance_km" REAL,
    "available_ambulances_json" TEXT,
    "paramedics_available_count" INTEGER NOT NULL,
    "paramedics_senior_count" INTEGER,
    "paramedics_junior_count" INTEGER,
    "nurses_available_count" INTEGER,
    "specialists_available" TEXT,
    "active_dispatches_count" INTEGER,
    "ambulances_busy_percentage" REAL,
    "average_response_time_minutes" REAL,
    "assigned_ambulance_id" INTEGER NOT NULL,
    "assigned_paramedic_ids" TEXT,
    "assigned_paramedic_levels" TEXT,
    "actual_response_time_minutes" REAL,
    "actual_travel_distance_km" REAL,
    "patient_outcome" TEXT,
    "hospital_destination_id" INTEGER,
    "was_optimal" BOOLEAN,
    "optimization_score" REAL,
    "paramedic_satisfaction_rating" INTEGER,
    "patient_satisfaction_rating" INTEGER,
    "created_at" DATETIME,
    "updated_at" DATETIME,
    "created_by" TEXT,
    "model_version" TEXT,
    "phase_used" INTEGER,
    "assigned_nurse_id" INTEGER
);

CREATE INDEX "idx_assignment_dispatch_id" ON "assignment_history"("dispatch_id");

CREATE INDEX "idx_assignment_created_at" ON "assignment_history"("created_at");

CREATE INDEX "idx_assignment_severity" ON "assignment_history"("severity_level");

CREATE INDEX "idx_assignment_ambulance" ON "assignment_history"("assigned_ambulance_id", "created_at");

CREATE INDEX "idx_assignment_optimal" ON "assignment_history"("was_optimal");

CREATE TABLE "predictions_log" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "prediction_id" TEXT NOT NULL,
    "dispatch_id" INTEGER NOT NULL,
    "requested_at" DATETIME NOT NULL,
    "hour_of_week" INTEGER NOT NULL,
    "phase" INTEGER NOT NULL CONSTRAINT "ck_predictions_log_phase" CHECK ("phase" IN (1, 2)),
    "prediction" INTEGER,
    "confidence" REAL,
    "recommendation" TEXT,
    "used_fallback" BOOLEAN NOT NULL,
    "fallback_reason" TEXT,
    "source" TEXT NOT NULL,
    "model_name" TEXT,
    "model_version" TEXT,
    "model_sha256" TEXT,
    "raw_score" REAL,
    "probability" REAL,
    "threshold" REAL,
    "severity_level" INTEGER,
    "arm" INTEGER,
    "arm_probability" REAL,
    "phase_reason" TEXT,
    "config_version" INTEGER,
    "features_json" TEXT NOT NULL,
    "feature_schema_hash" TEXT,
    "ignored_json" TEXT,
    "latency_ms" REAL NOT NULL,
    "trace_id" TEXT NOT NULL,
    "client_key_id" TEXT,
    "created_at" DATETIME NOT NULL,
    "outcome_status" TEXT,
    "outcome_revision" INTEGER NOT NULL DEFAULT 0,
    "outcome_at" DATETIME,
    "actual_response_time_minutes" REAL,
    "was_optimal" BOOLEAN
);

CREATE UNIQUE INDEX "uk_predictions_prediction_id" ON "predictions_log"("prediction_id");

CREATE INDEX "idx_predictions_dispatch_id" ON "predictions_log"("dispatch_id");

CREATE TABLE "prediction_outcomes" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "subject" TEXT NOT NULL,
    "prediction_id" TEXT,
    "dispatch_id" INTEGER,
    "revision" INTEGER NOT NULL,
    "status" TEXT NOT NULL CONSTRAINT "ck_prediction_outcomes_status" CHECK ("status" IN ('joined', 'censored', 'quarantined', 'expired')),
    "content_hash" TEXT NOT NULL,
    "actual_response_time_minutes" REAL,
    "actual_travel_distance_km" REAL,
    "patient_outcome" TEXT,
    "hospital_destination_id" INTEGER,
    "was_optimal" BOOLEAN,
    "paramedic_satisfaction_rating" INTEGER,
    "patient_satisfaction_rating" INTEGER,
    "arrived_at" DATETIME,
    "cancelled" BOOLEAN,
    "received_at" DATETIME NOT NULL,
    "client_key_id" TEXT
);

CREATE INDEX "idx_outcome_prediction_id" ON "prediction_outcomes"("prediction_id");

CREATE INDEX "idx_outcome_status" ON "prediction_outcomes"("status", "received_at");

CREATE INDEX "idx_outcome_dispatch_id" ON "prediction_outcomes"("dispatch_id");

CREATE UNIQUE INDEX "uk_outcome_revision" ON "prediction_outcomes"("subject", "revision");

CREATE TABLE "idempotency_keys" (
    "key_hash" TEXT NOT NULL,
    "body_hash" TEXT NOT NULL,
    "status" INTEGER NOT NULL,
    "response" TEXT NOT NULL,
    "expires_at" DATETIME NOT NULL,
    CONSTRAINT "idempotency_keys_pkey" PRIMARY KEY ("key_hash")
);

CREATE INDEX "idx_idempotency_expires_at" ON "idempotency_keys"("expires_at");

CREATE TABLE "api_keys" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "secret_sha256" TEXT NOT NULL,
    "scopes" TEXT NOT NULL,
    "created_by" TEXT NOT NULL,
    "created_at" DATETIME NOT NULL,
    "expires_at" DATETIME,
    "revoked_at" DATETIME,
    "last_used_at" DATETIME,
    "last_used_from" TEXT,
    "rate_per_second" REAL,
    "burst" INTEGER,
    "replaces_id" TEXT,
    CONSTRAINT "api_keys_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "idx_api_keys_revoked_at" ON "api_keys"("revoked_at");

CREATE TABLE "model_aliases" (
    "alias" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "revision" INTEGER NOT NULL,
    "changed_by" TEXT NOT NULL,
    "changed_at" DATETIME NOT NULL,
    "reason" TEXT,
    "allow_leaks" BOOLEAN NOT NULL,
    CONSTRAINT "model_aliases_pkey" PRIMARY KEY ("alias")
);

CREATE TABLE "change_events" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "kind" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "created_at" DATETIME NOT NULL
);

CREATE INDEX "idx_change_events_created_at" ON "change_events"("created_at");

CREATE TABLE "log_writers" (
    "writer_id" TEXT NOT NULL,
    "last_group" INTEGER NOT NULL,
    "started_at" DATETIME NOT NULL,
    CONSTRAINT "log_writers_pkey" PRIMARY KEY ("writer_id")
);
