-- find_notification --
-- The notification as it stands, locked: one writer at a time.
select version, material_version, state, delivered_at, desk, ack_due from notifications where id = $1 for update;

-- find_version --
-- When a version arrived here.
select delivered_at from notification_versions where notification = $1 and version = $2;

-- put_notification --
-- The notification at its newest version, and the version's own arrival.
with v as (
    insert into notification_versions (notification, version, unit, material, change, delivered_at)
    values ($1, $11, $2, $17, $18, $16)
    on conflict (notification, version) do nothing
)
insert into notifications as n (
    id, unit, desk, incident, number, kind, colour, status, county, event_name, version, material_version, message, state, returnable,
    delivered_at, delivered_version_at, cause, arbitration_of, has_sealed
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $16, $19, $20, $21)
on conflict (id) do update set
    number = excluded.number, kind = excluded.kind, colour = excluded.colour, event_name = excluded.event_name,
    version = excluded.version, material_version = excluded.material_version, message = excluded.message, state = excluded.state,
    returnable = n.returnable and excluded.returnable, delivered_version_at = excluded.delivered_version_at, cause = excluded.cause,
    has_sealed = excluded.has_sealed, withdrawn_at = null, withdrawn = null, ack_due = case when $22 then null else n.ack_due end;

-- empty_vault --
-- The sealed rows of an owner are replaced or hidden.
delete from vault where owner = $1;

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

-- put_duties --
-- Deadlines as routing computed them; an older computation changes nothing.
insert into duties as d (owner, desk, duty, unit, version, due, pending_calendar, derivation, calendar_version)
select $1, $2, t ->> 'duty', $3, $4, (t ->> 'due')::timestamptz, t ->> 'pending_calendar', t ->> 'derivation', t ->> 'calendar_version'
from jsonb_array_elements($5::jsonb) as t
on conflict (owner, desk, duty) do update set
    version = excluded.version, due = excluded.due, pending_calendar = excluded.pending_calendar,
    derivation = excluded.derivation, calendar_version = excluded.calendar_version
where d.version <= excluded.version;

-- time_notification --
-- The due that the list is ordered by.
update notifications set ack_due = (select due from duties where owner = $1 and desk = notifications.desk and duty in ('ack', 'ruling') order by due limit 1)
where id = $1;

-- reopen_notification --
-- A return was not upheld: the duty stands, and is not returned again.
update notifications set state = case when state = 'returned' and $3 then 'open' else state end, returnable = false, ruled = $2
where id = $1 and desk = $4;

-- put_task --
-- The joint task as one desk sees it; an older version changes nothing.
insert into tasks as t (id, desk, unit, incident, number, status, county, version, leads, takes_part, message, opened_at, cause)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
on conflict (id, desk) do update set
    version = excluded.version, leads = excluded.leads, takes_part = excluded.takes_part, message = excluded.message,
    number = excluded.number, cause = excluded.cause, paused = case when t.leads = excluded.leads then t.paused end
where t.version < excluded.version
returning (xmax = 0) as fresh;

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

-- put_update --
-- What another desk did, as it was handed on to this one.
insert into updates (source, id, desk, unit, incident, name, at, arrived_at, message)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
on conflict (source, id, desk) do nothing;

-- put_decision --
-- What the mandates made of an own event; a later duplicate does not replace it.
update events set
    decision = case when decision is null or $3::jsonb ->> 'outcome' <> 'duplicate' then $3::jsonb else decision end,
    incident = coalesce($4, incident), number = coalesce($5, number), next_send_at = null
where id = $1 and envelope ->> 'source' = $2
returning desk, unit;

-- put_parked --
-- An own event lies with the dead letters of a reader: it is not sent again by itself.
update events set parked = $3, next_send_at = null where id = $1 and envelope ->> 'source' = $2 returning desk, unit;

-- put_unit --
-- The newest document of a unit.
insert into directory as d (id, version, document) values ($1, $2, $3)
on conflict (id) do update set version = excluded.version, document = excluded.document where d.version <= excluded.version;

-- mark_changes --
-- Number the changes of each desk under the lock of its counter and wake the desk's streams.
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
select pg_notify('desk_' || current_schema(), desk) from counters;
