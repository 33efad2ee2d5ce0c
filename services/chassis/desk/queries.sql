-- find_notifications --
-- Notifications as they stand, locked: one writer at a time.
select id, version, material_version, state from notifications where id = any ($1::text[]) order by id for update;

-- find_version --
-- When a version arrived here.
select delivered_at from notification_versions where notification = $1 and version = $2;

-- put_notifications --
-- Notifications at their newest version, and each version's own arrival at $2.
with given as (
    select * from jsonb_to_recordset($1::jsonb) as g (
        id text, unit text, desk text, incident text, number text, kind text, colour text, status text, county text, event_name text,
        version integer, material_version integer, message jsonb, state text, returnable boolean, material boolean, change text, cause text,
        arbitration_of text, has_sealed boolean, forget_due boolean)
), v as (
    insert into notification_versions (notification, version, unit, material, change, delivered_at)
    select id, version, unit, material, change, $2 from given
    on conflict (notification, version) do nothing
)
insert into notifications as n (
    id, unit, desk, incident, number, kind, colour, status, county, event_name, version, material_version, message, state, returnable,
    delivered_at, delivered_version_at, cause, arbitration_of, has_sealed
)
select id, unit, desk, incident, number, kind, colour, status, county, event_name, version, material_version, message, state, returnable,
       $2, $2, cause, arbitration_of, has_sealed
from given order by id
on conflict (id) do update set
    number = excluded.number, kind = excluded.kind, colour = excluded.colour, event_name = excluded.event_name,
    version = excluded.version, material_version = excluded.material_version, message = excluded.message, state = excluded.state,
    returnable = n.returnable and excluded.returnable, delivered_version_at = excluded.delivered_version_at, cause = excluded.cause,
    has_sealed = excluded.has_sealed, withdrawn_at = null, withdrawn = null, 
    ack_due = case when (select g.forget_due from given as g where g.id = n.id) then null else n.ack_due end;

-- empty_vaults --
-- The sealed rows of owners are replaced or hidden.
delete from vault where owner = any ($1::text[]);

-- fill_vault --
-- Keep sealed rows; they rest here and nowhere else.
insert into vault (owner, row, unit, sealed)
select $1, r ->> 'row', $2, r from jsonb_array_elements($3::jsonb) as r
on conflict (owner, row) do nothing;

-- withdraw_notification --
-- Nothing is owed any more; a withdrawal that overtakes its notification leaves a mark without content.
insert into notifications as n (
    id, unit, desk, incident, number, kind, colour, status, county, event_name, version, material_version, message, state, returnable,
    delivered_at, delivered_version_at, withdrawn_at, withdrawn
)
values ($1, $2, $3, $4, '', 'inform', 'blue', $5, $6, '', $7, 0, null, 'withdrawn', false, $8, $8, $8, $9)
on conflict (id) do update set
    state = 'withdrawn', version = excluded.version, withdrawn_at = excluded.withdrawn_at, withdrawn = excluded.withdrawn,
    message = case when $10 then n.message || jsonb_build_object('payload', '{}'::jsonb, 'hidden', '[]'::jsonb, 'part', '', 'bases', '[]'::jsonb)
              else n.message end,
    has_sealed = n.has_sealed and not $10
where n.version < excluded.version
returning (select o.state from notifications as o where o.id = $1) as was;

-- leave_task --
-- A desk that is no longer told has no share in the task any more; with $3 it no longer sees who has.
update tasks as t
set takes_part = false, leads = false,
    message = case when $3 then t.message || jsonb_build_object('parts', '[]'::jsonb, 'bases', '[]'::jsonb) else t.message end
where t.incident = $1 and t.desk = $2 and t.closed_at is null
    and not exists (select from notifications as n where n.incident = t.incident and n.desk = t.desk and n.state <> 'withdrawn')
returning t.id;

-- put_duties --
-- Deadlines as routing computed them; an older computation changes nothing.
insert into duties as d (owner, desk, duty, unit, version, due, pending_calendar, derivation, calendar_version)
select owner, desk, duty, unit, version, due, pending_calendar, derivation, calendar_version
from jsonb_to_recordset($1::jsonb) as t (
    owner text, desk text, duty text, unit text, version integer, due timestamptz, pending_calendar text, derivation text, calendar_version text)
on conflict (owner, desk, duty) do update set
    version = excluded.version, due = excluded.due, pending_calendar = excluded.pending_calendar,
    derivation = excluded.derivation, calendar_version = excluded.calendar_version
where d.version <= excluded.version;

-- time_notifications --
-- The due that the list is ordered by.
update notifications as n
set ack_due = (select d.due from duties as d where d.owner = n.id and d.desk = n.desk and d.duty in ('ack', 'ruling') order by d.due limit 1)
where id = any ($1::text[]);

-- reopen_notification --
-- A return was not upheld: the duty stands, and is not returned again.
update notifications set state = case when state = 'returned' and $3 then 'open' else state end, returnable = false, ruled = $2
where id = $1 and desk = $4;

-- put_tasks --
-- Joint tasks as each desk sees them; an older version changes nothing.
insert into tasks as t (id, desk, unit, incident, number, status, county, version, leads, takes_part, message, opened_at, cause)
select id, desk, unit, incident, number, status, county, version, leads, takes_part, message, opened_at, cause
from jsonb_to_recordset($1::jsonb) as g (
    id text, desk text, unit text, incident text, number text, status text, county text, version integer, leads boolean, takes_part boolean,
    message jsonb, opened_at timestamptz, cause text)
on conflict (id, desk) do update set
    version = excluded.version, leads = excluded.leads, takes_part = excluded.takes_part, message = excluded.message,
    number = excluded.number, cause = excluded.cause, paused = case when t.leads = excluded.leads then t.paused end
where t.version < excluded.version
returning t.id, t.desk, (xmax = 0) as fresh;

-- close_task --
-- The task is closed for this desk.
update tasks set closed_at = $3, closed = $4, refused = null, paused = null where id = $1 and desk = $2 and closed_at is null;

-- pause_task --
-- What the close of a task waits for; null: nothing any more.
update tasks set paused = $3 where id = $1 and desk = $2;

-- refuse_close --
-- Routing did not accept the close: the lead reads why and asks again later.
update tasks set close_asked_at = null, refused = $3 where id = $1 and desk = $2 and closed_at is null;

-- put_escalation --
-- A missed duty reached this desk, or went a step further; one that was over is open again when another duty is missed.
insert into escalations as e (id, unit, desk, incident, number, status, late_desk, duty, message, raised_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
on conflict (id) do update set
    message = excluded.message, cleared_at = null, cleared_why = null,
    duty = case when e.cleared_at is null then e.duty else excluded.duty end,
    raised_at = case when e.cleared_at is null then e.raised_at else excluded.raised_at end
where e.cleared_at is not null or (e.message ->> 'step')::integer <= (excluded.message ->> 'step')::integer;

-- clear_escalations --
-- The escalation of that number is over; a clearing without one ends a miss that other missed duties outlive, or that was only heard of.
update escalations set cleared_at = $3, cleared_why = $4 where desk = $1 and id = $2 and cleared_at is null returning id;

-- put_updates --
-- What other desks did, as it was handed on to these; all arrived at $9.
insert into updates (source, id, desk, unit, incident, name, at, arrived_at, message)
select source, id, desk, unit, incident, name, at, $9, message
from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::jsonb[])
    as u (source, id, desk, unit, incident, name, at, message)
on conflict (source, id, desk) do nothing;

-- put_decisions --
-- What the mandates made of own events; a later duplicate does not replace it.
update events as e set
    decision = case when e.decision is null or g.decision ->> 'outcome' <> 'duplicate' then g.decision else e.decision end,
    incident = coalesce(g.incident, e.incident), number = coalesce(g.number, e.number), next_send_at = null
from jsonb_to_recordset($1::jsonb) as g (id text, source text, decision jsonb, incident text, number text)
where e.id = g.id and e.envelope ->> 'source' = g.source
returning e.desk, e.id;

-- put_parked --
-- An own event lies with the dead letters of a reader: it is not sent again by itself.
update events set parked = $3, next_send_at = null where id = $1 and envelope ->> 'source' = $2 returning desk, unit;

-- put_unit --
-- The newest document of a unit.
insert into directory as d (id, version, document) values ($1, $2, $3)
on conflict (id) do update set version = excluded.version, document = excluded.document where d.version <= excluded.version;

-- mark_changes --
-- Number the changes of each desk under the lock of its counter; brings the channel and the desks whose streams are to be woken.
with marks as (
    select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[]) with ordinality as m (desk, unit, kind, object, ring, n)
), counters as (
    insert into desk_counters as c (desk, unit, seq)
    select desk, max(unit), count(*) from marks group by desk order by desk
    on conflict (desk) do update set seq = c.seq + excluded.seq
    returning desk, seq
), changes as (
    insert into desk_changes (desk, kind, object, unit, seq, ring, at)
    select m.desk, m.kind, m.object, m.unit,
           c.seq - count(*) over (partition by m.desk) + row_number() over (partition by m.desk order by m.n), m.ring, $6
    from marks as m join counters as c using (desk)
    on conflict (desk, kind, object) do update set seq = excluded.seq, ring = excluded.ring, at = excluded.at
)
select 'desk_' || current_schema() as channel, desk from counters;
