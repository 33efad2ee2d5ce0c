-- First actions that are statements of the unit's own, and the bound that the law sets to whoever states an event.
alter table notifications add column acted_at timestamptz generated always as (instant(body ->> 'acted_at')) stored;
create index notifications_await_act on notifications (id)
    where body ->> 'act' is not null and acted_at is null and state not in ('redirected', 'superseded', 'withdrawn', 'suspended');
create index incident_events_by_type on incident_events (type, published_at);

alter table incident_events add column law_due timestamptz;
