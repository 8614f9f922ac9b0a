BEGIN TRY

BEGIN TRAN;

IF NOT EXISTS (SELECT * FROM sys.schemas WHERE name = N'ml') EXEC sp_executesql N'CREATE SCHEMA [ml];';

CREATE TABLE [ml].[assignment_history] (
    [id] INT NOT NULL IDENTITY(1,1),
    [dispatch_id] INT NOT NULL,
    [request_timestamp] DATETIME2 NOT NULL,
    [emergency_latitude] FLOAT(53) NOT NULL,
    [emergency_longitude] FLOAT(53) NOT NULL,
    [emergency_type] NVARCHAR(100) NOT NULL,
    [emergency_description] NVARCHAR(500),
    [severity_level] INT NOT NULL CONSTRAINT [ck_assignment_history_severity_level] CHECK ([severity_level] BETWEEN 1 AND 5),
    [hour_of_day] INT NOT NULL CONSTRAINT [ck_assignment_history_hour_of_day] CHECK ([hour_of_day] BETWEEN 0 AND 23),
    [day_of_week] INT NOT NULL CONSTRAINT [ck_assignment_history_day_of_week] CHECK ([day_of_week] BETWEEN 0 AND 6),
    [is_weekend] BIT NOT NULL,
    [latitude] FLOAT(53) NOT NULL,
    [longitude] FLOAT(53) NOT NULL,
    [zone_code] NVARCHAR(50),
    [available_ambulances_count] INT NOT NULL,
    [nearest_ambulance_distance_km] FLOAT(53),
    [available_ambulances_json] NVARCHAR(Max),
    [paramedics_available_count] INT NOT NULL,
    [paramedics_senior_count] INT,
    [paramedics_junior_count] INT,
    [nurses_available_count] INT,
    [specialists_available] NVARCHAR(500),
    [active_dispatches_count] INT,
    [ambulances_busy_percentage] FLOAT(53),
    [average_response_time_minutes] FLOAT(53),
    [assigned_ambulance_id] INT NOT NULL,
    [assigned_paramedic_ids] NVARCHAR(Max),
    [assigned_paramedic_levels] NVARCHAR(200),
    [actual_response_time_minutes] FLOAT(53),
    [actual_travel_distance_km] FLOAT(53),
    [patient_outcome] NVARCHAR(100),
    [hospital_destination_id] INT,
    [was_optimal] BIT,
    [optimization_score] FLOAT(53),
    [paramedic_satisfaction_rating] INT,
    [patient_satisfaction_rating] INT,
    [created_at] DATETIME2,
    [updated_at] DATETIME2,
    [created_by] NVARCHAR(100),
    [model_version] NVARCHAR(81),
    [phase_used] INT,
    [assigned_nurse_id] INT,
    CONSTRAINT [assignment_history_pkey] PRIMARY KEY CLUSTERED ([id])
);

EXEC sp_executesql N'CREATE NONCLUSTERED INDEX [idx_assignment_dispatch_id] ON [ml].[assignment_history]([dispatch_id]);';

EXEC sp_executesql N'CREATE NONCLUSTERED INDEX [idx_assignment_created_at] ON [ml].[assignment_history]([created_at]);';

EXEC sp_executesql N'CREATE NONCLUSTERED INDEX [idx_assignment_severity] ON [ml].[assignment_history]([severity_level]);';

EXEC sp_executesql N'CREATE NONCLUSTERED INDEX [idx_assignment_ambulance] ON [ml].[assignment_history]([assigned_ambulance_id], [created_at]);';

EXEC sp_executesql N'CREATE NONCLUSTERED INDEX [idx_assignment_optimal] ON [ml].[assignment_history]([was_optimal]);';

CREATE TABLE [ml].[predictions_log] (
    [id] INT NOT NULL IDENTITY(1,1),
    [prediction_id] NVARCHAR(36) NOT NULL,
    [dispatch_id] INT NOT NULL,
    [requested_at] DATETIME2 NOT NULL,
    [hour_of_week] INT NOT NULL,
    [phase] INT NOT NULL CONSTRAINT [ck_predictions_log_phase] CHECK ([phase] IN (1, 2)),
    [prediction] INT,
    [confidence] FLOAT(53),
    [recommendation] NVARCHAR(255),
    [used_fallback] BIT NOT NULL,
    [fallback_reason] NVARCHAR(40),
    [source] NVARCHAR(20) NOT NULL,
    [model_name] NVARCHAR(40),
    [model_version] NVARCHAR(40),
    [model_sha256] NVARCHAR(64),
    [raw_score] FLOAT(53),
    [probability] FLOAT(53),
    [threshold] FLOAT(53),
    [severity_level] INT,
    [arm] INT,
    [arm_probability] FLOAT(53),
    [phase_reason] NVARCHAR(60),
    [config_version] INT,
    [features_json] NVARCHAR(Max) NOT NULL,
    [feature_schema_hash] NVARCHAR(16),
    [ignored_json] NVARCHAR(Max),
    [latency_ms] FLOAT(53) NOT NULL,
    [trace_id] NVARCHAR(64) NOT NULL,
    [client_key_id] NVARCHAR(40),
    [created_at] DATETIME2 NOT NULL,
    [outcome_status] NVARCHAR(12),
    [outcome_revision] INT NOT NULL CONSTRAINT [predictions_log_outcome_revision_df] DEFAULT 0,
    [outcome_at] DATETIME2,
    [actual_response_time_minutes] FLOAT(53),
    [was_optimal] BIT,
    CONSTRAINT [predictions_log_pkey] PRIMARY KEY CLUSTERED ([id]),
    CONSTRAINT [uk_predictions_prediction_id] UNIQUE NONCLUSTERED ([prediction_id])
);

EXEC sp_executesql N'CREATE NONCLUSTERED INDEX [idx_predictions_dispatch_id] ON [ml].[predictions_log]([dispatch_id]);';

CREATE TABLE [ml].[prediction_outcomes] (
    [id] INT NOT NULL IDENTITY(1,1),
    [subject] NVARCHAR(50) NOT NULL,
    [prediction_id] NVARCHAR(36),
    [dispatch_id] INT,
    [revision] INT NOT NULL,
    [status] NVARCHAR(12) NOT NULL CONSTRAINT [ck_prediction_outcomes_status] CHECK ([status] IN ('joined', 'censored', 'quarantined', 'expired')),
    [content_hash] NVARCHAR(64) NOT NULL,
    [actual_response_time_minutes] FLOAT(53),
    [actual_travel_distance_km] FLOAT(53),
    [patient_outcome] NVARCHAR(100),
    [hospital_destination_id] INT,
    [was_optimal] BIT,
    [paramedic_satisfaction_rating] INT,
    [patient_satisfaction_rating] INT,
    [arrived_at] DATETIME2,
    [cancelled] BIT,
    [received_at] DATETIME2 NOT NULL,
    [client_key_id] NVARCHAR(40),
    CONSTRAINT [prediction_outcomes_pkey] PRIMARY KEY CLUSTERED ([id]),
    CONSTRAINT [uk_outcome_revision] UNIQUE NONCLUSTERED ([subject], [revision])
);

EXEC sp_executesql N'CREATE NONCLUSTERED INDEX [idx_outcome_prediction_id] ON [ml].[prediction_outcomes]([prediction_id]);';

EXEC sp_executesql N'CREATE NONCLUSTERED INDEX [idx_outcome_status] ON [ml].[prediction_outcomes]([status], [received_at]);';

EXEC sp_executesql N'CREATE NONCLUSTERED INDEX [idx_outcome_dispatch_id] ON [ml].[prediction_outcomes]([dispatch_id]);';

CREATE TABLE [ml].[idempotency_keys] (
    [key_hash] NVARCHAR(64) NOT NULL,
    [body_hash] NVARCHAR(64) NOT NULL,
    [status] INT NOT NULL,
    [response] NVARCHAR(Max) NOT NULL,
    [expires_at] DATETIME2 NOT NULL,
    CONSTRAINT [idempotency_keys_pkey] PRIMARY KEY CLUSTERED ([key_hash])
);

EXEC sp_executesql N'CREATE NONCLUSTERED INDEX [idx_idempotency_expires_at] ON [ml].[idempotency_keys]([expires_at]);';

CREATE TABLE [ml].[api_keys] (
    [id] NVARCHAR(8) NOT NULL,
    [name] NVARCHAR(100) NOT NULL,
    [secret_sha256] NVARCHAR(64) NOT NULL,
    [scopes] NVARCHAR(200) NOT NULL,
    [created_by] NVARCHAR(100) NOT NULL,
    [created_at] DATETIME2 NOT NULL,
    [expires_at] DATETIME2,
    [revoked_at] DATETIME2,
    [last_used_at] DATETIME2,
    [last_used_from] NVARCHAR(60),
    [rate_per_second] FLOAT(53),
    [burst] INT,
    [replaces_id] NVARCHAR(8),
    CONSTRAINT [api_keys_pkey] PRIMARY KEY CLUSTERED ([id])
);

EXEC sp_executesql N'CREATE NONCLUSTERED INDEX [idx_api_keys_revoked_at] ON [ml].[api_keys]([revoked_at]);';

CREATE TABLE [ml].[model_aliases] (
    [alias] NVARCHAR(20) NOT NULL,
    [name] NVARCHAR(40) NOT NULL,
    [version] NVARCHAR(40) NOT NULL,
    [revision] INT NOT NULL,
    [changed_by] NVARCHAR(100) NOT NULL,
    [changed_at] DATETIME2 NOT NULL,
    [reason] NVARCHAR(500),
    [allow_leaks] BIT NOT NULL,
    CONSTRAINT [model_aliases_pkey] PRIMARY KEY CLUSTERED ([alias])
);

CREATE TABLE [ml].[change_events] (
    [id] INT NOT NULL IDENTITY(1,1),
    [kind] NVARCHAR(40) NOT NULL,
    [subject] NVARCHAR(100) NOT NULL,
    [version] INT NOT NULL,
    [created_at] DATETIME2 NOT NULL,
    CONSTRAINT [change_events_pkey] PRIMARY KEY CLUSTERED ([id])
);

EXEC sp_executesql N'CREATE NONCLUSTERED INDEX [idx_change_events_created_at] ON [ml].[change_events]([created_at]);';

CREATE TABLE [ml].[log_writers] (
    [writer_id] NVARCHAR(36) NOT NULL,
    [last_group] INT NOT NULL,
    [started_at] DATETIME2 NOT NULL,
    CONSTRAINT [log_writers_pkey] PRIMARY KEY CLUSTERED ([writer_id])
);

COMMIT TRAN;

END TRY
BEGIN CATCH

IF @@TRANCOUNT > 0
BEGIN
    ROLLBACK TRAN;
END;
THROW

END CATCH
