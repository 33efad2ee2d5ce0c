-- list --
-- Dead letters, newest first, before a given one.
select id, consumer, source, event_id, type, topic, partition, "offset", timestamp_ms, reason, detail, attempts, parked_at, status,
       requested_at, requested_by, replayed_at
from dead_letters
where id < coalesce($1::bigint, 9223372036854775807) and status = any ($2::text[])
order by id desc
limit $3;

-- show --
-- One dead letter with its record.
select id, consumer, source, event_id, type, topic, partition, "offset", timestamp_ms, reason, detail, attempts, parked_at, status,
       requested_at, requested_by, replayed_at, key, header_names, header_values, value
from dead_letters where id = $1;

-- ask --
-- Ask the owner's process to deliver it once more.
update dead_letters set status = 'requested', requested_at = clock_timestamp(), requested_by = $2 where id = $1 and status = 'parked'
returning id;

-- requested --
-- What people asked to have delivered once more.
select id, topic, partition, "offset", timestamp_ms, key, header_names, header_values, value
from dead_letters where consumer = $1 and status = 'requested' order by id limit $2;

-- replayed --
-- It was handled after all.
update dead_letters set status = 'replayed', replayed_at = clock_timestamp() where id = $1 and status = 'requested' returning id;

-- refused --
-- It failed again, and why.
update dead_letters set status = 'parked', attempts = attempts + 1, reason = $2 where id = $1 and status = 'requested';
