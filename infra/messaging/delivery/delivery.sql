-- arrive --
-- Mark events as seen (sorted, so that two consumers never wait for each other), note how far each log is read, tell which events are new.
with come as (
    select * from unnest($2::text[], $3::text[]) with ordinality as e (source, id, n)
), fresh as (
    insert into inbox (consumer, source, id)
    select $1, source, id from come order by source, id
    on conflict do nothing
    returning source, id
), place as (
    select * from unnest($4::text[], $5::integer[], $6::bigint[], $7::bigint[], $8::bigint[])
        as p (topic, partition, first_offset, next_offset, first_ms)
), hole as (
    select place.topic, place.partition, ledger.next_offset as since, place.first_offset as until
    from place
    join ledger on ledger.consumer = $1 and ledger.topic = place.topic and ledger.partition = place.partition
    where place.first_offset > ledger.next_offset
), noted as (
    insert into ledger as l (consumer, topic, partition, next_offset, first_offset, first_ms)
    select $1, topic, partition, next_offset, first_offset, first_ms from place order by topic, partition
    on conflict (consumer, topic, partition) do update
    set next_offset = greatest(l.next_offset, excluded.next_offset),
        first_offset = coalesce(l.first_offset, excluded.first_offset),
        first_ms = coalesce(l.first_ms, excluded.first_ms)
)
select bus.business_now() as now,
       array(select come.n from come join fresh using (source, id)) as fresh,
       (select jsonb_agg(to_jsonb(hole)) from hole) as holes;

-- park --
-- Keep a message that can never succeed; nothing comes back if it lies here already.
insert into dead_letters (
    consumer, source, event_id, type, topic, partition, "offset", timestamp_ms, key, header_names, header_values, value, reason, detail
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
on conflict do nothing
returning id;
