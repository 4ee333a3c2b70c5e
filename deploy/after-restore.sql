-- After pg_restore, before the service starts: what RabbitMQ had in hand when the dump was made is published again.
-- The dump says that it went out, and not what came of it. What has had its effect already does nothing.
UPDATE outbox SET published_at = NULL
WHERE published_at IS NOT NULL AND dead_at IS NULL AND NOT EXISTS (
    SELECT 1 FROM processed_messages AS done WHERE done.consumer = outbox.queue AND done.message_id = outbox.message_id
);
