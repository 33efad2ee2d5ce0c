-- unsent --
-- The next messages to send, in order, without the topics that do not take any at the moment.
select seq, topic, key, headers, value from outbox where sent_at is null and topic <> all ($1::text[]) order by seq limit $2;

-- last_offsets --
-- The last known offset of every partition that was sent to.
select topic, partition, last_offset from relayed;

-- mark_sent --
-- Note where messages lie, if the lease is still ours; brings the seconds from written to sent, or null when the lease is lost. Nobody waits
-- for the disk: a mark that a crash loses is made again when the message was sent once more, and its readers know that they have it.
with unhurried as (
    select set_config('synchronous_commit', 'off', true)
), mine as (
    update leases set until = greatest(until, clock_timestamp()) where name = $1 and token = $2 returning token
), acked as (
    select * from unnest($3::bigint[], $4::text[], $5::integer[], $6::bigint[]) as a (seq, topic, partition, position)
), marked as (
    update outbox set sent_at = clock_timestamp(), sent_partition = acked.partition, sent_offset = acked.position
    from acked
    where outbox.seq = acked.seq and outbox.sent_at is null and exists (select from mine)
    returning extract(epoch from outbox.sent_at - outbox.created_at)::double precision as seconds
), noted as (
    insert into relayed (topic, partition, last_offset)
    select topic, partition, max(position) from acked where position >= 0 and exists (select from mine) group by topic, partition
    on conflict (topic, partition) do update set last_offset = excluded.last_offset
)
select case when exists (select from mine) then array(select seconds from marked) end from unhurried;

-- send_again --
-- A log was wiped: everything sent in the last days is unsent again, and no offset is known. Null when the lease is lost.
with mine as (
    update leases set until = greatest(until, clock_timestamp()) where name = $1 and token = $2 returning token
), forgotten as (
    delete from relayed where exists (select from mine)
), reopened as (
    update outbox set sent_at = null, sent_partition = null, sent_offset = null
    where sent_at > clock_timestamp() - make_interval(days => $3) and exists (select from mine)
    returning seq
)
select case when exists (select from mine) then (select count(*) from reopened) end;

-- backlog --
-- How many messages wait and for how long the oldest has.
select count(*) as waiting, coalesce(extract(epoch from clock_timestamp() - min(created_at)), 0)::double precision as age
from outbox where sent_at is null;
