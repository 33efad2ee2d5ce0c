-- hold_items --
-- What waits or was told of some incidents ($1), held in one order.
select rule, incident::text, unit, desk, county, stated_at, entry, waits, told from digest_items
where incident = any ($1::uuid[])
order by unit, rule, incident
for update;

-- keep_items --
-- Items as they stand after a statement or a digest; what waits has a time at which it is looked at.
insert into digest_items (rule, incident, unit, desk, county, stated_at, entry, waits, told, next_at)
select i.rule, i.incident, i.unit, i.desk, i.county, i.stated_at, i.entry, i.waits, nullif(i.told, 'null'::jsonb), i.next_at
from jsonb_to_recordset($1::jsonb) as i (
    rule text, incident uuid, unit text, desk text, county text, stated_at timestamptz, entry jsonb, waits boolean, told jsonb, next_at timestamptz)
order by i.unit, i.rule, i.incident
on conflict (unit, rule, incident) do update
set desk = excluded.desk, county = excluded.county, stated_at = excluded.stated_at, entry = excluded.entry, waits = excluded.waits,
    told = excluded.told, next_at = excluded.next_at;

-- due_units --
-- Schools with something to tell whose time may have come.
select unit from digest_items where waits and next_at <= bus.business_now() group by unit order by min(next_at), unit limit 100;

-- hold_waiting --
-- What waits for one school's digest, oldest first, held in the order of everybody.
select rule, incident::text, unit, desk, county, stated_at, entry, waits, told from digest_items
where unit = $1 and waits
order by unit, rule, incident
for update;

-- last_digest --
-- When a school had its last digest.
select max(at) from digests where unit = $1;

-- drop_items --
-- Items of a school that is no more: its successor's now, or nobody's.
delete from digest_items where unit = $1 and waits;

-- claim_digest --
-- Keep that a digest was told; nothing when it was before.
insert into digests (unit, at, incident) values ($1, $2, $3::uuid) on conflict (unit, at) do nothing returning unit;

-- next_digest --
-- When something is looked at next.
select min(next_at) from digest_items where waits;
