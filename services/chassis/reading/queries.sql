-- open_notifications --
-- What waits for a signature or a ruling, by time left, then level; the next page starts after ($3, $4, $5). Without desks: at all of the unit's
-- (each has a counter), so that an index finds them whatever is asked.
select id, desk, incident, number, kind, colour, status, event_name, version, material_version, state, delivered_at, ack_due, signed_version,
       acknowledged_at, signed_by, returned_at, returned, withdrawn_at, withdrawn, arbitration_of, has_sealed, message, left_key, colour_rank
from (
    select n.*, coalesce((extract(epoch from ack_due) * 1000)::bigint, 9000000000000000) as left_key,
           array_position(array['red', 'orange', 'yellow', 'blue'], colour) as colour_rank
    from notifications as n
    where message is not null and desk = any (coalesce($1::text[], array(select c.desk from desk_counters as c))) and state in ('open', 'returned')
) as o
where $3::bigint is null or (left_key, colour_rank, id) > ($3::bigint, $4::integer, $5::text)
order by left_key, colour_rank, id
limit $2;

-- all_notifications --
-- Everything the desks were told, newest first; $4: only what is done with.
select id, desk, incident, number, kind, colour, status, event_name, version, material_version, state, delivered_at, ack_due, signed_version,
       acknowledged_at, signed_by, returned_at, returned, withdrawn_at, withdrawn, arbitration_of, has_sealed, message
from notifications
where message is not null and desk = any (coalesce($1::text[], array(select c.desk from desk_counters as c))) and ($3::text is null or id < $3)
      and (not $4::boolean or state not in ('open', 'returned'))
order by id desc
limit $2;

-- count_notifications --
-- The numbers above the list: waiting, nearly due (less than $2 of the time given is left at $3), overdue, signed with work left.
select count(*) filter (where state = 'open') as waiting,
       count(*) filter (where state = 'open' and ack_due >= $3 and ack_due - $3 < $2::float8 * (ack_due - delivered_at)) as near,
       count(*) filter (where state = 'open' and ack_due < $3) as overdue,
       count(*) filter (where state = 'acknowledged' and exists (
           select 1 from tasks as t where t.incident = notifications.incident and t.desk = notifications.desk
           and t.takes_part and t.closed_at is null and t.progress is distinct from 'done')) as working,
       max(delivered_at) as last_delivered
from notifications
where message is not null and desk = any (coalesce($1::text[], array(select c.desk from desk_counters as c)));

-- notification --
-- One notification that the person may see: of an own desk, or with sealed rows that the person may open ($3).
select id, desk, incident, number, kind, colour, status, event_name, version, material_version, state, delivered_at, delivered_version_at,
       ack_due, signed_version, acknowledged_at, signed_by, returned_at, returned, ruled, withdrawn_at, withdrawn, arbitration_of,
       has_sealed, returnable, message
from notifications
where id = $1 and message is not null and ($2::text[] is null or desk = any ($2) or ($3::boolean and has_sealed));

-- duties_of --
-- The dues of a notification or of a desk's share in a task.
select duty, due, pending_calendar, derivation, calendar_version from duties where owner = $1 and desk = $2 order by due nulls last, duty;

-- versions_of --
-- When each version arrived.
select version, material, change, delivered_at from notification_versions where notification = $1 order by version;

-- answers_of --
-- What was answered about an object at a desk.
select act, version, at, person, document from answers where object = $1 and desk = $2 order by at;

-- updates_of --
-- What others did about an incident, as this person's desks were told.
select distinct on (at, source, id) name, at, desk, message from updates
where incident = any ($1::text[]) and ($2::text[] is null or desk = any ($2))
order by at, source, id
limit 500;

-- platform_words --
-- What the bus told these desks that belongs to no notification of theirs, newest first.
select distinct on (at, source, id) name, at, desk, message from updates
where desk = any ($1::text[]) and name = any ($2::text[])
order by at desc, source, id
limit $3;

-- task_at_desk --
-- The desk's share in the incident's task.
select id, desk, incident, number, status, leads, takes_part, message, opened_at, progress, close_asked_at, refused, closed_at, closed, paused
from tasks where incident = $1 and desk = $2;

-- task --
-- The shares in a task that the person may see.
select id, desk, incident, number, status, leads, takes_part, message, opened_at, progress, close_asked_at, refused, closed_at, closed, paused
from tasks
where id = $1 and ($2::text[] is null or desk = any ($2)) and ($3::text is null or desk = $3)
order by leads desc, desk
limit 1;

-- open_tasks --
-- Shares in tasks with something left to do.
select t.id, t.desk, t.incident, t.number, t.status, t.leads, t.takes_part, t.message, t.opened_at, t.progress, t.close_asked_at, t.refused,
       t.closed_at, t.closed, t.paused,
       (select min(d.due) from duties as d where d.owner = t.id and d.desk = t.desk) as due
from tasks as t
where t.closed_at is null and t.desk = any (coalesce($1::text[], array(select c.desk from desk_counters as c))) and (t.leads or (t.takes_part and t.progress is distinct from 'done'))
order by due nulls last, t.id
limit $2;

-- to_rate --
-- Closed tasks whose other side these desks have not rated yet, whoever is left of it, the newest close first.
select t.id, t.desk, t.incident, t.number, t.message ->> 'title' as title, t.leads, t.closed_at, o.desks as of_desks
from tasks as t
cross join lateral (
    select array_agg(p ->> 'desk' order by p ->> 'desk') as desks
    from jsonb_array_elements(t.closed -> 'parts') as p
    where p ->> 'state' <> 'excused' and (p ->> 'lead')::boolean <> t.leads and split_part(p ->> 'desk', '@', 2) <> t.unit
      and not exists (
          select from answers as a
          where a.object = t.id and a.act = 'rate' and a.desk = t.desk and a.document ->> 'of_desk' = p ->> 'desk'
      )
) as o
where t.closed ->> 'rating' = 'true' and t.closed_at is not null and t.takes_part
  and t.desk = any (coalesce($1::text[], array(select c.desk from desk_counters as c))) and o.desks is not null
order by t.closed_at desc, t.id, t.desk
limit $2;

-- open_escalations --
-- Missed duties of others that these desks were told of and that are not over.
select id, desk, incident, number, status, late_desk, duty, message, raised_at, cleared_at, cleared_why
from escalations
where cleared_at is null and desk = any (coalesce($1::text[], array(select c.desk from desk_counters as c)))
order by id desc
limit $2;

-- escalation --
-- One escalation that the person may see.
select id, desk, incident, number, status, late_desk, duty, message, raised_at, cleared_at, cleared_why
from escalations
where id = $1 and ($2::text[] is null or desk = any ($2));

-- events --
-- What the person's desks stated, newest first.
select id, desk, name, subject, status, revision, published_at, envelope, data, person, incident, number, decision, parked
from events
where ($1::text[] is null or desk = any ($1)) and ($3::text is null or id < $3)
order by id desc
limit $2;

-- event --
-- One own event that the person may see.
select id, desk, name, subject, status, revision, published_at, envelope, data, person, incident, number, decision, parked
from events
where id = $1 and ($2::text[] is null or desk = any ($2));

-- desk_seqs --
-- The newest change number of each desk, and how business time runs.
select array(select coalesce(c.seq, 0) from unnest($1::text[]) with ordinality as d (desk, n) left join desk_counters as c using (desk) order by n) as seqs,
       bus.business_now() as now, coalesce((select speed from bus.business_time), 1) as speed;

-- changes_after --
-- What changed at the desks after the numbers a stream has seen.
select c.desk, c.kind, c.object, c.seq, c.ring
from unnest($1::text[], $2::bigint[]) as d (desk, seen)
join desk_changes as c on c.desk = d.desk and c.seq > d.seen
order by c.seq
limit $3;

-- sealed_row --
-- A sealed row of a notification.
select sealed from vault where owner = $1 and row = $2;

-- keep_opening --
-- Who opens which sealed row, and what for; written before the data leaves.
insert into openings (unit, notification, row, desk, person, purpose, at) values ($1, $2, $3, $4, $5, $6, $7);

-- purge_changes --
-- Change numbers that no stream asks for any more.
delete from desk_changes where at < $1;
