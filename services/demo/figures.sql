-- cases --
-- The incidents opened since a business time, with what was told, signed and escalated; linked incidents count with their root. Rosters and
-- check-ins are no cases.
with roots as (
    select id, body ->> 'number' as number, key, opened_at, closed_at from routing.incidents
    where opened_at >= $1 and id = root and family not in ('guard-roster', 'guard-checkins')
), told as (
    select n.root,
           count(*) as told,
           count(*) filter (where n.delivered_at is not null) as delivered,
           count(*) filter (where n.body ->> 'kind' <> 'inform') as to_sign,
           count(*) filter (where n.body ->> 'kind' <> 'inform' and n.acknowledged_at is not null) as signed,
           count(*) filter (where n.body ->> 'returned_at' is not null) as returned
    from routing.notifications as n join roots as r on r.id = n.root group by n.root
), climbed as (
    select d.root, count(distinct t ->> 'escalation') as escalated
    from routing.duties as d join roots as r on r.id = d.root, jsonb_array_elements(d.body -> 'told') as t
    where t ->> 'jumped' = '' group by d.root
), stated as (
    select r.id as root, count(*) as events, max(e.outcome) filter (where e.outcome <> 'routed') as outcome
    from routing.incident_events as e join routing.incidents as i on i.id = e.incident join roots as r on r.id = i.root group by r.id
), tasks as (
    select root, bool_and(closed_at is not null) as closed from routing.tasks group by root
)
select r.id::text as incident, r.number, r.key, r.opened_at, r.closed_at is not null as is_closed, coalesce(k.closed, false) as task_closed,
       coalesce(t.told, 0) as told, coalesce(t.delivered, 0) as delivered, coalesce(t.to_sign, 0) as to_sign, coalesce(t.signed, 0) as signed,
       coalesce(t.returned, 0) as returned, coalesce(c.escalated, 0) as escalated, coalesce(s.events, 0) as events, coalesce(s.outcome, 'routed') as outcome
from roots as r
left join told as t on t.root = r.id
left join climbed as c on c.root = r.id
left join stated as s on s.root = r.id
left join tasks as k on k.root = r.id
order by r.opened_at, r.number;

-- stated_at --
-- When each event of a service was stored, by the machine's clock (run inside the service's schema).
select headers ->> 'ce_id' as id, created_at from outbox where created_at >= $1 and headers ->> 'ce_type' not like 'xietong.bus.%';

-- issued --
-- Which event caused each version of a notification to be issued.
select convert_from(value, 'UTF8')::jsonb ->> 'notification' as notification, (convert_from(value, 'UTF8')::jsonb ->> 'version')::int as version,
       headers ->> 'ce_causationid' as cause
from routing.outbox
where created_at >= $1 and headers ->> 'ce_type' = 'xietong.bus.notification.issued.v1';

-- delivered_at --
-- When each version of a notification stood on its desk, by the machine's clock (run inside the desk's schema).
select convert_from(value, 'UTF8')::jsonb ->> 'notification' as notification, (convert_from(value, 'UTF8')::jsonb ->> 'version')::int as version,
       min(created_at) as created_at
from outbox
where created_at >= $1 and headers ->> 'ce_type' = 'xietong.bus.notification.delivered.v1'
group by 1, 2;

-- clock_is_late --
-- Whether a duty or a guard post waits for the clock to look at it.
select exists (select from routing.duties where next_at <= bus.business_now())
    or exists (select from routing.guard_posts where changed or look_at <= bus.business_now()) as late;

-- is_unsent --
-- Whether an outbox holds what is not sent yet.
select exists (select from {schema}.outbox where sent_at is null) as unsent;
