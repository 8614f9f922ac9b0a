CREATE TABLE "ab_test_log" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "dispatch_id" INTEGER NOT NULL,
    "phase_used" INTEGER NOT NULL CONSTRAINT "ck_ab_test_log_phase_used" CHECK ("phase_used" IN (1, 2)),
    "strategy" TEXT NOT NULL,
    "phase1_result_json" TEXT,
    "phase2_result_json" TEXT,
    "created_at" DATETIME NOT NULL,
    "experiment_key" TEXT NOT NULL,
    "dispatch_key" TEXT NOT NULL,
    "arm" INTEGER,
    "share" REAL NOT NULL,
    "config_version" INTEGER NOT NULL,
    "turn" INTEGER,
    "seq" INTEGER NOT NULL,
    "last_seq" INTEGER NOT NULL,
    "anonymous" BOOLEAN NOT NULL,
    "deterministic" BOOLEAN NOT NULL,
    "degraded" BOOLEAN NOT NULL,
    "reason" TEXT NOT NULL,
    "decided_at" DATETIME NOT NULL,
    "local_hour" INTEGER NOT NULL,
    "executed_at" DATETIME,
    "crossover" BOOLEAN NOT NULL,
    "optimal" BOOLEAN,
    "on_time" BOOLEAN,
    "arrival_minutes" REAL,
    "fallback" BOOLEAN,
    "error" BOOLEAN,
    "deadline_missed" BOOLEAN,
    "latency_ms" REAL,
    "confidence" REAL,
    "known_json" TEXT
);

CREATE INDEX "idx_ab_test_log_last_seq" ON "ab_test_log"("experiment_key", "last_seq");

CREATE INDEX "idx_ab_test_log_dispatch_id" ON "ab_test_log"("dispatch_id");

CREATE INDEX "idx_ab_test_log_created_at" ON "ab_test_log"("created_at");

CREATE UNIQUE INDEX "uk_ab_test_log_dispatch" ON "ab_test_log"("dispatch_key", "experiment_key");

CREATE TABLE "ab_turns" (
    "experiment_key" TEXT NOT NULL,
    "turn" INTEGER NOT NULL,
    "seq" INTEGER NOT NULL,
    "guard_json" TEXT,
    "created_at" DATETIME NOT NULL,
    CONSTRAINT "ab_turns_pkey" PRIMARY KEY ("experiment_key")
);

CREATE TABLE "ab_config" (
    "version" INTEGER NOT NULL,
    "experiment_key" TEXT NOT NULL,
    "strategy" TEXT NOT NULL,
    "settings_json" TEXT NOT NULL,
    "origin" TEXT NOT NULL,
    "changed_by" TEXT NOT NULL,
    "changed_at" DATETIME NOT NULL,
    "reason" TEXT NOT NULL,
    CONSTRAINT "ab_config_pkey" PRIMARY KEY ("version")
);

CREATE INDEX "idx_ab_config_experiment" ON "ab_config"("experiment_key");

CREATE TABLE "ab_ramp" (
    "name" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "status" TEXT NOT NULL,
    "ramp_json" TEXT NOT NULL,
    "step_version" INTEGER NOT NULL,
    "updated_at" DATETIME NOT NULL,
    CONSTRAINT "ab_ramp_pkey" PRIMARY KEY ("name")
);

CREATE TABLE "ab_state" (
    "experiment_key" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "cursor_seq" INTEGER NOT NULL,
    "closed_seq_immediate" INTEGER NOT NULL,
    "closed_seq_late" INTEGER NOT NULL,
    "as_of" DATETIME NOT NULL,
    "state_json" TEXT NOT NULL,
    "lease_by" TEXT,
    "lease_until" DATETIME,
    CONSTRAINT "ab_state_pkey" PRIMARY KEY ("experiment_key")
);

CREATE TABLE "system_alerts" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "alert_type" TEXT NOT NULL,
    "severity" TEXT NOT NULL CONSTRAINT "ck_system_alerts_severity" CHECK ("severity" IN ('CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'INFO')),
    "title" TEXT NOT NULL,
    "description" TEXT,
    "details_json" TEXT,
    "resolution_steps_json" TEXT,
    "status" TEXT NOT NULL CONSTRAINT "ck_system_alerts_status" CHECK ("status" IN ('OPEN', 'RESOLVED')),
    "created_at" DATETIME NOT NULL,
    "resolved_at" DATETIME,
    "resolution_notes" TEXT,
    "fingerprint" TEXT NOT NULL,
    "active_key" TEXT NOT NULL,
    "check_name" TEXT NOT NULL,
    "occurrences" INTEGER NOT NULL,
    "first_seen_at" DATETIME NOT NULL,
    "last_seen_at" DATETIME NOT NULL,
    "version" INTEGER NOT NULL
);

CREATE UNIQUE INDEX "uk_system_alerts_active_key" ON "system_alerts"("active_key");

CREATE INDEX "idx_system_alerts_status" ON "system_alerts"("status");

CREATE INDEX "idx_system_alerts_severity" ON "system_alerts"("severity");

CREATE INDEX "idx_system_alerts_created_at" ON "system_alerts"("created_at");

CREATE INDEX "idx_system_alerts_fingerprint" ON "system_alerts"("fingerprint");
