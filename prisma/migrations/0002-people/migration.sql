BEGIN TRY

BEGIN TRAN;

IF NOT EXISTS (SELECT * FROM sys.schemas WHERE name = N'ml') EXEC sp_executesql N'CREATE SCHEMA [ml];';

CREATE TABLE [ml].[people] (
    [id] NVARCHAR(36) NOT NULL,
    [username] NVARCHAR(80) NOT NULL,
    [name] NVARCHAR(100) NOT NULL,
    [role] NVARCHAR(10) NOT NULL CONSTRAINT [ck_people_role] CHECK ([role] IN ('viewer', 'operator', 'admin')),
    [password_hash] NVARCHAR(200),
    [external_subject] NVARCHAR(300),
    [disabled_at] DATETIME2,
    [created_at] DATETIME2 NOT NULL,
    [last_seen_at] DATETIME2,
    [profile_json] NVARCHAR(1000) NOT NULL,
    [version] INT NOT NULL,
    CONSTRAINT [people_pkey] PRIMARY KEY CLUSTERED ([id]),
    CONSTRAINT [uk_people_username] UNIQUE NONCLUSTERED ([username])
);

EXEC sp_executesql N'CREATE NONCLUSTERED INDEX [idx_people_external_subject] ON [ml].[people]([external_subject]);';

CREATE TABLE [ml].[sessions] (
    [id] NVARCHAR(36) NOT NULL,
    [person_id] NVARCHAR(36) NOT NULL,
    [created_at] DATETIME2 NOT NULL,
    [expires_at] DATETIME2 NOT NULL,
    [ended_at] DATETIME2,
    [address_prefix] NVARCHAR(60),
    CONSTRAINT [sessions_pkey] PRIMARY KEY CLUSTERED ([id])
);

EXEC sp_executesql N'CREATE NONCLUSTERED INDEX [idx_sessions_person_id] ON [ml].[sessions]([person_id]);';

EXEC sp_executesql N'CREATE NONCLUSTERED INDEX [idx_sessions_expires_at] ON [ml].[sessions]([expires_at]);';

CREATE TABLE [ml].[sign_in_attempts] (
    [subject] NVARCHAR(64) NOT NULL,
    [attempts] INT NOT NULL,
    [last_at] DATETIME2 NOT NULL,
    CONSTRAINT [sign_in_attempts_pkey] PRIMARY KEY CLUSTERED ([subject])
);

EXEC sp_executesql N'CREATE NONCLUSTERED INDEX [idx_sign_in_attempts_last_at] ON [ml].[sign_in_attempts]([last_at]);';

CREATE TABLE [ml].[audit_log] (
    [id] INT NOT NULL,
    [at] DATETIME2 NOT NULL,
    [actor_kind] NVARCHAR(10) NOT NULL CONSTRAINT [ck_audit_log_actor_kind] CHECK ([actor_kind] IN ('person', 'key', 'system')),
    [actor_id] NVARCHAR(40) NOT NULL,
    [actor] NVARCHAR(100) NOT NULL,
    [action] NVARCHAR(60) NOT NULL,
    [subject_type] NVARCHAR(40) NOT NULL,
    [subject_id] NVARCHAR(100) NOT NULL,
    [before_json] NVARCHAR(Max),
    [after_json] NVARCHAR(Max),
    [reason] NVARCHAR(500),
    [request_id] NVARCHAR(64),
    [address_prefix] NVARCHAR(60),
    [prev_hash] NVARCHAR(64) NOT NULL,
    [hash] NVARCHAR(64) NOT NULL,
    CONSTRAINT [audit_log_pkey] PRIMARY KEY CLUSTERED ([id])
);

EXEC sp_executesql N'CREATE NONCLUSTERED INDEX [idx_audit_log_at] ON [ml].[audit_log]([at]);';

CREATE TABLE [ml].[audit_head] (
    [id] INT NOT NULL,
    [last_id] INT NOT NULL,
    [hash] NVARCHAR(64) NOT NULL,
    CONSTRAINT [audit_head_pkey] PRIMARY KEY CLUSTERED ([id])
);

CREATE TABLE [ml].[shift_notes] (
    [id] INT NOT NULL IDENTITY(1,1),
    [text] NVARCHAR(2000) NOT NULL,
    [author_id] NVARCHAR(40) NOT NULL,
    [author] NVARCHAR(100) NOT NULL,
    [at] DATETIME2 NOT NULL,
    CONSTRAINT [shift_notes_pkey] PRIMARY KEY CLUSTERED ([id])
);

EXEC sp_executesql N'CREATE NONCLUSTERED INDEX [idx_shift_notes_at] ON [ml].[shift_notes]([at]);';

CREATE TABLE [ml].[saved_views] (
    [id] NVARCHAR(36) NOT NULL,
    [screen] NVARCHAR(40) NOT NULL,
    [name] NVARCHAR(80) NOT NULL,
    [query] NVARCHAR(2000) NOT NULL,
    [shared] BIT NOT NULL,
    [owner_id] NVARCHAR(50) NOT NULL,
    [owner] NVARCHAR(100) NOT NULL,
    [created_at] DATETIME2 NOT NULL,
    CONSTRAINT [saved_views_pkey] PRIMARY KEY CLUSTERED ([id]),
    CONSTRAINT [uk_saved_views_name] UNIQUE NONCLUSTERED ([owner_id], [screen], [name])
);

EXEC sp_executesql N'CREATE NONCLUSTERED INDEX [idx_saved_views_screen] ON [ml].[saved_views]([screen]);';

COMMIT TRAN;

END TRY
BEGIN CATCH

IF @@TRANCOUNT > 0
BEGIN
    ROLLBACK TRAN;
END;
THROW

END CATCH
