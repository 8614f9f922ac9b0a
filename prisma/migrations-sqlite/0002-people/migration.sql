CREATE TABLE "people" (
    "id" TEXT NOT NULL,
    "username" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "role" TEXT NOT NULL CONSTRAINT "ck_people_role" CHECK ("role" IN ('viewer', 'operator', 'admin')),
    "password_hash" TEXT,
    "external_subject" TEXT,
    "disabled_at" DATETIME,
    "created_at" DATETIME NOT NULL,
    "last_seen_at" DATETIME,
    "profile_json" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    CONSTRAINT "people_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "uk_people_username" ON "people"("username");

CREATE INDEX "idx_people_external_subject" ON "people"("external_subject");

CREATE TABLE "sessions" (
    "id" TEXT NOT NULL,
    "person_id" TEXT NOT NULL,
    "created_at" DATETIME NOT NULL,
    "expires_at" DATETIME NOT NULL,
    "ended_at" DATETIME,
    "address_prefix" TEXT,
    CONSTRAINT "sessions_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "idx_sessions_person_id" ON "sessions"("person_id");

CREATE INDEX "idx_sessions_expires_at" ON "sessions"("expires_at");

CREATE TABLE "sign_in_attempts" (
    "subject" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL,
    "last_at" DATETIME NOT NULL,
    CONSTRAINT "sign_in_attempts_pkey" PRIMARY KEY ("subject")
);

CREATE INDEX "idx_sign_in_attempts_last_at" ON "sign_in_attempts"("last_at");

CREATE TABLE "audit_log" (
    "id" INTEGER NOT NULL,
    "at" DATETIME NOT NULL,
    "actor_kind" TEXT NOT NULL CONSTRAINT "ck_audit_log_actor_kind" CHECK ("actor_kind" IN ('person', 'key', 'system')),
    "actor_id" TEXT NOT NULL,
    "actor" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "subject_type" TEXT NOT NULL,
    "subject_id" TEXT NOT NULL,
    "before_json" TEXT,
    "after_json" TEXT,
    "reason" TEXT,
    "request_id" TEXT,
    "address_prefix" TEXT,
    "prev_hash" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    CONSTRAINT "audit_log_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "idx_audit_log_at" ON "audit_log"("at");

CREATE TABLE "audit_head" (
    "id" INTEGER NOT NULL,
    "last_id" INTEGER NOT NULL,
    "hash" TEXT NOT NULL,
    CONSTRAINT "audit_head_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "shift_notes" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "text" TEXT NOT NULL,
    "author_id" TEXT NOT NULL,
    "author" TEXT NOT NULL,
    "at" DATETIME NOT NULL
);

CREATE INDEX "idx_shift_notes_at" ON "shift_notes"("at");

CREATE TABLE "saved_views" (
    "id" TEXT NOT NULL,
    "screen" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "query" TEXT NOT NULL,
    "shared" BOOLEAN NOT NULL,
    "owner_id" TEXT NOT NULL,
    "owner" TEXT NOT NULL,
    "created_at" DATETIME NOT NULL,
    CONSTRAINT "saved_views_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "idx_saved_views_screen" ON "saved_views"("screen");

CREATE UNIQUE INDEX "uk_saved_views_name" ON "saved_views"("owner_id", "screen", "name");
