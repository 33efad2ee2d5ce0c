-- put_link --
-- A link at its newest revision; an older one changes nothing. Why it was suggested is kept when it goes on.
insert into links as l (id, desk, unit, incident, linked, status, county, revision, state, message, fits, cause, told_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::jsonb, $11::jsonb, $12, $13)
on conflict (id, desk) do update set
    incident = excluded.incident, linked = excluded.linked, revision = excluded.revision, state = excluded.state, message = excluded.message,
    fits = case when excluded.fits = '{}' then l.fits else excluded.fits end, cause = excluded.cause, told_at = excluded.told_at,
    asked_at = null, asked_by = null, refused = null
where l.revision < excluded.revision
returning l.id;

-- refuse_link --
-- Routing did not do what this desk said: it may say it anew.
update links set refused = $4, asked_at = null, asked_by = null
where desk = $1 and ((incident = $2 and linked = $3) or (incident = $3 and linked = $2));

-- links_of --
-- The links of some incidents at the person's desks. What a correction or a ruling took from a desk takes its links along.
select l.id, l.desk, l.incident, l.linked, l.status, l.revision, l.state, l.message, l.fits, l.told_at, l.asked_at, l.asked_by, l.refused
from links as l
where (l.incident = any ($1::text[]) or l.linked = any ($1)) and ($2::text[] is null or l.desk = any ($2)) and not exists (
    select from notifications as n
    where n.desk = l.desk and n.state = 'withdrawn' and (n.withdrawn ->> 'hide')::boolean
      and (n.incident = l.incident or (n.incident = l.linked and not (l.message ->> 'decidable')::boolean))
      and not exists (select from notifications as s where s.desk = n.desk and s.incident = n.incident and s.state <> 'withdrawn')
      and not exists (select from events as e where e.desk = n.desk and e.incident = n.incident)
)
order by l.told_at, l.id, l.desk;

-- open_suggestions --
-- What the person's desks may decide and nobody did, the newest first.
select l.id, l.desk, l.incident, l.linked, l.status, l.revision, l.state, l.message, l.fits, l.told_at, l.asked_at, l.asked_by, l.refused
from links as l
where l.state = 'suggested' and (l.message ->> 'decidable')::boolean and ($1::text[] is null or l.desk = any ($1)) and not exists (
    select from notifications as n
    where n.desk = l.desk and n.incident = l.incident and n.state = 'withdrawn' and (n.withdrawn ->> 'hide')::boolean
      and not exists (select from notifications as s where s.desk = n.desk and s.incident = n.incident and s.state <> 'withdrawn')
      and not exists (select from events as e where e.desk = n.desk and e.incident = n.incident)
)
order by l.told_at desc, l.id, l.desk
limit $2;

-- ends_of --
-- The incidents of a link at the person's desks.
select incident, linked from links where id = $1 and ($2::text[] is null or desk = any ($2));

-- standing --
-- What the desk itself holds of some incidents: its notification, and what it stated.
select i.incident,
       (select n.id from notifications as n where n.incident = i.incident and n.desk = $2 and n.message is not null
        order by n.delivered_at desc limit 1) as notification,
       (select e.id from events as e where e.incident = i.incident and e.desk = $2 order by e.id limit 1) as event
from unnest($1::text[]) as i (incident);

-- hold_link --
-- A link at one of the person's desks, locked for an answer.
select id, desk, incident, linked, status, county, revision, state, cause, asked_at, asked_by, message ->> 'number' as number,
       (message ->> 'decidable')::boolean as decidable
from links
where id = $1 and ($2::text[] is null or desk = any ($2)) and ($3::text is null or desk = $3)
order by decidable desc, desk
for update;

-- of_number --
-- The incident that a desk knows by a number.
select incident from notifications
where number = $1 and desk = $2 and message is not null and (state <> 'withdrawn' or withdrawn ->> 'why' = 'withdrawn')
union
select incident from events where number = $1 and desk = $2 and incident is not null
limit 1;

-- known_pair --
-- What the desk knows of a pair.
select id, revision, asked_at, asked_by from links
where desk = $1 and ((incident = $2 and linked = $3) or (incident = $3 and linked = $2))
for update;

-- ask_link --
-- The desk has said something of a link; routing answers.
update links set asked_at = $3, asked_by = $4::jsonb, refused = null where id = $1 and desk = $2;
