-- now --
-- Business time.
select bus.business_now() as now;

-- documents --
-- The Directory's documents.
select document from routing.directory_units order by unit;

-- activated --
-- The files of the packs that were activated, in order.
select files from routing.packs order by number;

-- intake --
-- Events in an agency's own store since a business time (run inside its schema).
select envelope ->> 'source' as source, id, name, subject, status, revision, decision is not null as is_decided, parked is not null as is_parked
from events where published_at >= $1;

-- decided --
-- Decisions of the incidents opened since a business time, in their order.
select e.source, e.id, e.incident::text, i.root::text, e.revision, e.outcome, e.decided_at
from routing.incident_events as e join routing.incidents as i on i.id = e.incident
where i.opened_at >= $1
order by e.decided_at;

-- notices --
-- Notifications of those incidents.
select n.id::text, n.incident::text, n.root::text, i.family, n.desk, n.body ->> 'kind' as kind, (n.body ->> 'round')::int as round,
       (n.body ->> 'version')::int as version, n.state, array(select jsonb_array_elements_text(n.body -> 'mandates')) as mandates,
       n.delivered_at, n.acknowledged_at, n.body ->> 'arbitration_of' as arbitration_of, n.body ->> 'act' as act
from routing.notifications as n join routing.incidents as i on i.id = n.incident join routing.incidents as r on r.id = n.root
where r.opened_at >= $1;

-- clocked --
-- Duties of those incidents.
select d.body ->> 'owner' as owner, d.incident::text, d.desk, d.kind, d.state, d.due, (d.body ->> 'met_at')::timestamptz as met_at,
       (d.body ->> 'missed_at')::timestamptz as missed_at, coalesce((d.body ->> 'voided')::boolean, false) as is_voided,
       (select count(*) from jsonb_array_elements(d.body -> 'told') as t where t ->> 'jumped' = '')::int as told,
       (d.body ->> 'start')::timestamptz as start, array(select jsonb_array_elements_text(d.body -> 'forms')) as forms
from routing.duties as d join routing.incidents as r on r.id = d.root
where r.opened_at >= $1;

-- joints --
-- Joint tasks of those incidents.
select t.id::text, t.incident::text, t.closed_at, t.body ->> 'lead' as lead,
       array(select p ->> 'desk' from jsonb_array_elements(t.body -> 'parts') as p where p ->> 'state' <> 'excused') as members,
       array(select p ->> 'desk' from jsonb_array_elements(t.body -> 'parts') as p where p ->> 'state' = 'excused') as excused,
       t.body -> 'ratings' as ratings, t.body -> 'waits' as waits, t.body -> 'follow_ups' as follow_ups
from routing.tasks as t join routing.incidents as r on r.id = t.root
where r.opened_at >= $1;

-- words --
-- What desks were told since a business time of others' words about a task or a handover (run inside the schema of a service).
select desk, name, coalesce(message ->> 'task', message ->> 'notification') as about, message ->> 'desk' as by, message ->> 'of_desk' as of,
       coalesce(message ->> 'rated_at', message ->> 'recorded_at', message ->> 'paused_at', message ->> 'resumed_at',
                message ->> 'refused_at')::timestamptz as at,
       message ->> 'refused' as refused
from updates
where name in ('bus.task.rated', 'bus.task.followed-up', 'bus.task.paused', 'bus.task.resumed', 'bus.handover.refused') and arrived_at >= $1;

-- kept --
-- What the desks of a service said since a business time of a task or a handover (run inside its schema).
select desk, act, object, document ->> 'of_desk' as of, at
from answers
where act in ('rate', 'follow-up', 'pause', 'resume', 'handover-refuse') and at >= $1;

-- gaps --
-- Gaps at guard posts that the bus opened since a business time, without those that it took back itself.
select id::text, p ->> 'kind' as kind, p ->> 'school_id' as school, p ->> 'gate_id' as gate, p ->> 'date' as date, p ->> 'peak' as peak,
       p ->> 'slot' as slot, (p ->> 'required')::int as required, (p ->> 'opened_at')::timestamptz as opened_at,
       body ->> 'county' as county
from routing.incidents cross join lateral (select body -> 'picture' as p) as picture
where family = 'guard-gap' and opened_at >= $1 and body ->> 'withdrawn_at' is null;

-- on_desk --
-- Notifications that came since a business time, as the desks of a service hold them (run inside its schema).
select id, desk, version, state from notifications where delivered_at >= $1;

-- sent --
-- The outbox of a schema (run inside it).
select seq, topic, convert_from(key, 'UTF8') as key, headers ->> 'ce_source' as source, headers ->> 'ce_id' as id, sent_partition, sent_offset
from outbox where created_at >= $1 and topic not like 'dlq.%' order by seq;

-- taken --
-- What the consumers of a schema took in (run inside it).
select source, id from inbox where seen_at >= $1;

-- parked --
-- What lies with the dead letters of a schema (run inside it).
select source, event_id as id from dead_letters where event_id is not null;
