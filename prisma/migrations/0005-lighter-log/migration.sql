BEGIN TRY

BEGIN TRAN;

DROP INDEX [idx_predictions_explorer] ON [ml].[predictions_log];

-- Wider rollups come with this: whoever rolls up makes them all anew from the first row of the log.
DELETE FROM [ml].[prediction_rollups];

UPDATE [ml].[rollup_cursors] SET [last_id] = 0, [owner] = NULL, [lease_until] = NULL;

COMMIT TRAN;

END TRY
BEGIN CATCH

IF @@TRANCOUNT > 0
BEGIN
    ROLLBACK TRAN;
END;
THROW

END CATCH
