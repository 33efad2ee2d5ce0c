-- positions --
-- How far this consumer has read each log, and which first record that log had.
select topic, partition, generation, next_offset, first_offset, first_ms from ledger where consumer = $1;

-- align --
-- Note the log that is read now: a wiped one starts a new generation at its beginning.
insert into ledger as l (consumer, topic, partition, generation, next_offset, first_offset, first_ms)
select $1, a.topic, a.partition, a.generation, a.next_offset, a.first_offset, a.first_ms
from unnest($2::text[], $3::integer[], $4::integer[], $5::bigint[], $6::bigint[], $7::bigint[])
    as a (topic, partition, generation, next_offset, first_offset, first_ms)
order by a.topic, a.partition
on conflict (consumer, topic, partition) do update
set generation = excluded.generation,
    next_offset = case when excluded.generation > l.generation then excluded.next_offset else greatest(l.next_offset, excluded.next_offset) end,
    first_offset = excluded.first_offset,
    first_ms = excluded.first_ms
where excluded.generation >= l.generation;
