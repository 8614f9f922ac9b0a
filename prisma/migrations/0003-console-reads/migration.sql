BEGIN TRY

BEGIN TRAN;

IF NOT EXISTS (SELECT * FROM sys.schemas WHERE name = N'ml') EXEC sp_executesql N'CREATE SCHEMA [ml];';

EXEC sp_executesql N'ALTER TABLE [ml].[assignment_history] ADD [outcome_status] NVARCHAR(12);';

EXEC sp_executesql N'CREATE NONCLUSTERED INDEX [idx_assignment_board] ON [ml].[assignment_history]([outcome_status], [severity_level], [request_timestamp]);';

EXEC sp_executesql N'CREATE NONCLUSTERED INDEX [idx_assignment_requested_at] ON [ml].[assignment_history]([request_timestamp]);';

EXEC sp_executesql N'CREATE NONCLUSTERED INDEX [idx_predictions_explorer] ON [ml].[predictions_log]([prediction_id], [phase], [used_fallback], [severity_level], [confidence], [outcome_status], [model_name], [model_version]);';

CREATE TABLE [ml].[prediction_rollups] (
    [width_minutes] INT NOT NULL,
    [bucket_minute] INT NOT NULL,
    [phase] INT NOT NULL,
    [model_id] NVARCHAR(81) NOT NULL,
    [used_fallback] BIT NOT NULL,
    [decisions] INT NOT NULL,
    [fallbacks] INT NOT NULL,
    [confidence_sum] FLOAT(53) NOT NULL,
    [confidence_count] INT NOT NULL,
    [latency_sum_ms] FLOAT(53) NOT NULL,
    [latency_sketch] NVARCHAR(Max) NOT NULL,
    [joined] INT NOT NULL,
    [censored] INT NOT NULL,
    [labelled] INT NOT NULL,
    [optimal] INT NOT NULL,
    [response_sum] FLOAT(53) NOT NULL,
    [response_count] INT NOT NULL,
    [response_sketch] NVARCHAR(Max) NOT NULL,
    CONSTRAINT [prediction_rollups_pkey] PRIMARY KEY CLUSTERED ([width_minutes], [phase], [bucket_minute], [model_id], [used_fallback])
);

CREATE TABLE [ml].[rollup_cursors] (
    [name] NVARCHAR(20) NOT NULL,
    [last_id] INT NOT NULL,
    [owner] NVARCHAR(36),
    [lease_until] DATETIME2,
    CONSTRAINT [rollup_cursors_pkey] PRIMARY KEY CLUSTERED ([name])
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
