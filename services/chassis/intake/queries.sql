-- last_of_key --
-- The unit's own newest event of a key: its status and incident go on in a follow-up.
select id, status, incident, name from events
where unit = $1 and family = $2 and subject = $3 and name = $4 and ($5::text is null or status = $5)
order by id desc limit 1;

-- told_of_key --
-- What the unit was told of under a number: an event of its own about it goes on from that incident (never from an item of the bus, view L).
-- Of several incidents none is named: routing knows which of them are open, and what it cannot tell apart it gives back.
select (array_agg(id order by delivered_at desc))[1] as id, (array_agg(status order by delivered_at desc))[1] as status,
    case when count(distinct incident) = 1 then min(incident) end as incident, case when count(distinct county) = 1 then min(county) end as county
from notifications
where unit = $1 and event_name = any ($2::text[]) and message -> 'payload' @> $3::jsonb and message ->> 'view' <> 'L'
    and ($4::text is null or status = $4)
having count(*) > 0;

-- next_revision --
-- Draw the next revision of a key (or take the given one) and hold the key until the end: its events leave in this order.
insert into key_revisions as k (family, scope, status, key, revision) values ($1, $2, $3, $4, coalesce($5::integer, 1))
on conflict (family, scope, status, key) do update
set revision = case when $5::integer is null then k.revision + 1 else greatest(k.revision, $5::integer) end
returning coalesce($5::integer, revision);

-- put_event --
-- An own event; it is sent again when routing stays silent (machine time).
insert into events (id, unit, desk, name, family, subject, status, revision, published_at, envelope, data, person, incident, next_send_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, clock_timestamp() + $14::interval);

-- fill_vault --
-- Keep the sealed rows of an own event; they rest here and nowhere else.
insert into vault (owner, row, unit, sealed)
select $1, r ->> 'row', $2, r from jsonb_array_elements($3::jsonb) as r;

-- unanswered --
-- Own events that got neither a decision nor a word that they are parked (machine time); locked, so that one process sends each.
select id, envelope, data, sends from events
where next_send_at <= clock_timestamp()
order by next_send_at limit $1
for update skip locked;

-- sealed_rows --
-- The sealed rows of own events.
select owner, row, sealed from vault where owner = any ($1::text[]);

-- send_later --
-- When to look again (machine time).
update events set sends = sends + 1, next_send_at = clock_timestamp() + $2::interval where id = $1;
