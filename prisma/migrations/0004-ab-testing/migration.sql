BEGIN TRY

BEGIN TRAN;

IF NOT EXISTS (SELECT * FROM sys.schemas WHERE name = N'ml') EXEC sp_executesql N'CREATE SCHEMA [ml];';

CREATE TABLE [ml].[ab_test_log] (
    [id] INT NOT NULL IDENTITY(1,1),
    [dispatch_id] INT NOT NULL,
    [phase_used] INT NOT NULL CONSTRAINT [ck_ab_test_log_phase_used] CHECK ([phase_used] IN (1, 2)),
    [strategy] NVARCHAR(50) NOT NULL,
    [phase1_result_json] NVARCHAR(Max),
    [phase2_result_json] NVARCHAR(Max),
    [created_at] DATETIME2 NOT NULL,
    [experiment_key] NVARCHAR(40) NOT NULL,
    [dispatch_key] NVARCHAR(64) NOT NULL,
    [arm] INT,
    [share] FLOAT(53) NOT NULL,
    [config_version] INT NOT NULL,
    [turn] INT,
    [seq] INT NOT NULL,
    [last_seq] INT NOT NULL,
    [anonymous] BIT NOT NULL,
    [deterministic] BIT NOT NULL,
    [degraded] BIT NOT NULL,
    [reason] NVARCHAR(200) NOT NULL,
    [decided_at] DATETIME2 NOT NULL,
    [local_hour] INT NOT NULL,
    [executed_at] DATETIME2,
    [crossover] BIT NOT NULL,
    [optimal] BIT,
    [on_time] BIT,
    [arrival_minutes] FLOAT(53),
    [fallback] BIT,
    [error] BIT,
    [deadline_missed] BIT,
    [latency_ms] FLOAT(53),
    [confidence] FLOAT(53),
    [known_json] NVARCHAR(600),
    CONSTRAINT [ab_test_log_pkey] PRIMARY KEY CLUSTERED ([id]),
    CONSTRAINT [uk_ab_test_log_dispatch] UNIQUE NONCLUSTERED ([dispatch_key], [experiment_key])
);

EXEC sp_executesql N'CREATE NONCLUSTERED INDEX [idx_ab_test_log_last_seq] ON [ml].[ab_test_log]([experiment_key], [last_seq]);';

EXEC sp_executesql N'CREATE NONCLUSTERED INDEX [idx_ab_test_log_dispatch_id] ON [ml].[ab_test_log]([dispatch_id]);';

EXEC sp_executesql N'CREATE NONCLUSTERED INDEX [idx_ab_test_log_created_at] ON [ml].[ab_test_log]([created_at]);';

CREATE TABLE [ml].[ab_turns] (
    [experiment_key] NVARCHAR(40) NOT NULL,
    [turn] INT NOT NULL,
    [seq] INT NOT NULL,
    [guard_json] NVARCHAR(Max),
    [created_at] DATETIME2 NOT NULL,
    CONSTRAINT [ab_turns_pkey] PRIMARY KEY CLUSTERED ([experiment_key])
);

CREATE TABLE [ml].[ab_config] (
    [version] INT NOT NULL,
    [experiment_key] NVARCHAR(40) NOT NULL,
    [strategy] NVARCHAR(50) NOT NULL,
    [settings_json] NVARCHAR(Max) NOT NULL,
    [origin] NVARCHAR(20) NOT NULL,
    [changed_by] NVARCHAR(100) NOT NULL,
    [changed_at] DATETIME2 NOT NULL,
    [reason] NVARCHAR(500) NOT NULL,
    CONSTRAINT [ab_config_pkey] PRIMARY KEY CLUSTERED ([version])
);

EXEC sp_executesql N'CREATE NONCLUSTERED INDEX [idx_ab_config_experiment] ON [ml].[ab_config]([experiment_key]);';

CREATE TABLE [ml].[ab_ramp] (
    [name] NVARCHAR(20) NOT NULL,
    [version] INT NOT NULL,
    [status] NVARCHAR(20) NOT NULL,
    [ramp_json] NVARCHAR(Max) NOT NULL,
    [step_version] INT NOT NULL,
    [updated_at] DATETIME2 NOT NULL,
    CONSTRAINT [ab_ramp_pkey] PRIMARY KEY CLUSTERED ([name])
);

CREATE TABLE [ml].[ab_state] (
    [experiment_key] NVARCHAR(40) NOT NULL,
    [version] INT NOT NULL,
    [cursor_seq] INT NOT NULL,
    [closed_seq_immediate] INT NOT NULL,
    [closed_seq_late] INT NOT NULL,
    [as_of] DATETIME2 NOT NULL,
    [state_json] NVARCHAR(Max) NOT NULL,
    [lease_by] NVARCHAR(36),
    [lease_until] DATETIME2,
    CONSTRAINT [ab_state_pkey] PRIMARY KEY CLUSTERED ([experiment_key])
);

CREATE TABLE [ml].[system_alerts] (
    [id] INT NOT NULL IDENTITY(1,1),
    [alert_type] NVARCHAR(50) NOT NULL,
    [severity] NVARCHAR(20) NOT NULL CONSTRAINT [ck_system_alerts_severity] CHECK ([severity] IN ('CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'INFO')),
    [title] NVARCHAR(255) NOT NULL,
    [description] NVARCHAR(Max),
    [details_json] NVARCHAR(Max),
    [resolution_steps_json] NVARCHAR(Max),
    [status] NVARCHAR(20) NOT NULL CONSTRAINT [ck_system_alerts_status] CHECK ([status] IN ('OPEN', 'RESOLVED')),
    [created_at] DATETIME2 NOT NULL,
    [resolved_at] DATETIME2,
    [resolution_notes] NVARCHAR(Max),
    [fingerprint] NVARCHAR(32) NOT NULL,
    [active_key] NVARCHAR(60) NOT NULL,
    [check_name] NVARCHAR(60) NOT NULL,
    [occurrences] INT NOT NULL,
    [first_seen_at] DATETIME2 NOT NULL,
    [last_seen_at] DATETIME2 NOT NULL,
    [version] INT NOT NULL,
    CONSTRAINT [system_alerts_pkey] PRIMARY KEY CLUSTERED ([id]),
    CONSTRAINT [uk_system_alerts_active_key] UNIQUE NONCLUSTERED ([active_key])
);

EXEC sp_executesql N'CREATE NONCLUSTERED INDEX [idx_system_alerts_status] ON [ml].[system_alerts]([status]);';

EXEC sp_executesql N'CREATE NONCLUSTERED INDEX [idx_system_alerts_severity] ON [ml].[system_alerts]([severity]);';

EXEC sp_executesql N'CREATE NONCLUSTERED INDEX [idx_system_alerts_created_at] ON [ml].[system_alerts]([created_at]);';

EXEC sp_executesql N'CREATE NONCLUSTERED INDEX [idx_system_alerts_fingerprint] ON [ml].[system_alerts]([fingerprint]);';

COMMIT TRAN;

END TRY
BEGIN CATCH

IF @@TRANCOUNT > 0
BEGIN
    ROLLBACK TRAN;
END;
THROW

END CATCH
