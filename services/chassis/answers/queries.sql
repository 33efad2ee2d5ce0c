-- hold_notification --
-- The notification to be answered, locked; $2: the desks whose rows the person sees (null: all of the unit).
select id, desk, incident, number, status, county, kind, version, material_version, state, returnable, arbitration_of, cause,
       ack_due, signed_version, acknowledged_at, signed_by, returned_at, returned, ruled, withdrawn,
       message -> 'payload' ->> 'returned_desk' as returned_desk, message -> 'bases' @> '[{"mandate": "GOV-01"}]' as triages,
       (select u.message from updates as u
        where u.incident = notifications.incident and u.desk = notifications.desk and u.name = 'bus.handover.offered'
        order by u.at desc, u.id limit 1) as offered
from notifications
where id = $1 and message is not null and ($2::text[] is null or desk = any ($2))
for update;

-- hold_event --
-- An own event, locked, so that what is said of its incident is said once at a time; $2: the desks whose rows the person sees.
select id, desk, name, incident, number, status, envelope ->> 'county' as county, id as cause
from events
where id = $1 and ($2::text[] is null or desk = any ($2))
for update;

-- version_at --
-- When a version of a notification was delivered.
select delivered_at from notification_versions where notification = $1 and version = $2;

-- sign --
-- The signature of a person for a version.
update notifications set state = $2, signed_version = $3, acknowledged_at = $4, signed_by = $5 where id = $1;

-- give_back --
-- The return of a notification.
update notifications set state = 'returned', returned_at = $2, returned = $3 where id = $1;

-- rule --
-- The ruling of an arbitration, which signs it too.
update notifications set state = 'acknowledged', signed_version = version, acknowledged_at = coalesce(acknowledged_at, $2), signed_by = coalesce(signed_by, $3), ruled = $4
where id = $1;

-- keep_answer --
-- What was answered, by whom, about what.
insert into answers (id, unit, desk, incident, object, act, version, at, person, document) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10);

-- hold_task --
-- A desk's share in a task, locked.
select id, desk, incident, number, status, county, leads, takes_part, closed_at, closed, close_asked_at, cause, paused,
       message -> 'pauses' as pauses
from tasks
where id = $1 and ($2::text[] is null or desk = any ($2)) and ($3::text is null or desk = $3)
order by leads desc, desk
for update;

-- task_of_desk --
-- The task that a desk has a share in, by its incident.
select id from tasks where incident = $1 and desk = $2 and closed_at is null limit 1;

-- set_progress --
-- How far a desk says its part is.
update tasks set progress = $3 where id = $1 and desk = $2;

-- ask_close --
-- The lead asks routing to close the task.
update tasks set close_asked_at = $3, refused = null where id = $1 and desk = $2;

-- last_answer --
-- The last answer of a kind about an object.
select at, person from answers where object = $1 and act = $2 and desk = $3 order by at desc limit 1;

-- standing_triage --
-- The last triage from a notification, unless routing refused it, or something newer than its own outcome arrived since.
select a.at, a.person from answers as a
where a.object = $1 and a.act = 'triage' and a.desk = $2
  and not exists (
    select from updates as u
    where u.incident = a.incident and u.desk = a.desk and u.name = 'bus.incident.triaged' and u.message ->> 'refused' is not null
      and (u.message ->> 'triaged_at')::timestamptz = a.at
  )
  and not exists (
    select from notification_versions as v where v.notification = $1 and v.delivered_at > a.at and v.change not like 'triaged%'
  )
order by a.at desc limit 1;

-- rated --
-- The desk's word about another one after a task.
select at, person from answers where object = $1 and act = 'rate' and desk = $2 and document ->> 'of_desk' = $3;

-- set_paused --
-- What the close of a task waits for, as its lead says; null: nothing any more.
update tasks set paused = $3 where id = $1 and desk = $2;
