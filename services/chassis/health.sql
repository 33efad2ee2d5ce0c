-- relay_stands --
-- Whether messages have waited for Kafka for ten seconds or more (machine time).
select exists (select 1 from outbox where sent_at is null and created_at < clock_timestamp() - interval '10 seconds');
