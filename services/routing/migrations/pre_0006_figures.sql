-- What figures of whole months are counted from, beside the bodies it stands in; and the publisher's deadline of each event.

-- A time of a body, which always names its offset: what it means depends on no setting.
create function instant(text) returns timestamptz language plpgsql immutable strict parallel safe as 'begin return $1::timestamptz; end';

alter table incidents
    add column subject text generated always as (case when id = root then body ->> 'head_type' else 'bus.' || family end) stored,
    add column withdrawn_at timestamptz generated always as (instant(body ->> 'withdrawn_at')) stored;
create index incidents_figures on incidents (id) include (subject, status);
create index incidents_withdrawn on incidents (withdrawn_at) where withdrawn_at is not null;

alter table notifications
    add column kind text generated always as (body ->> 'kind') stored,
    add column published_at timestamptz generated always as (instant(body ->> 'published_at')) stored,
    add column publish_due timestamptz generated always as (instant(body ->> 'publish_due')) stored;
create index notifications_figures on notifications (delivered_at) include (kind, desk, incident, published_at, publish_due)
    where delivered_at is not null;
create index notifications_gone on notifications (delivered_at) where state in ('superseded', 'withdrawn', 'redirected');

alter table duties
    add column owner uuid generated always as ((body ->> 'owner')::uuid) stored,
    add column version integer generated always as ((body ->> 'version')::integer) stored,
    add column started timestamptz generated always as (instant(body ->> 'start')) stored,
    add column met_at timestamptz generated always as (instant(body ->> 'met_at')) stored,
    add column missed_at timestamptz generated always as (instant(body ->> 'missed_at')) stored,
    add column voided boolean generated always as ((body ->> 'voided')::boolean) stored,
    add column reached integer generated always as (greatest((body ->> 'next_step')::integer - 1, 0)) stored;
create index duties_figures on duties (started)
    include (kind, owner, version, desk, incident, state, due, met_at, missed_at, voided, reached);
create index duties_renewed on duties (started) include (owner) where kind = 'ack' and version > 1;

alter table incident_events add column publisher text, add column publish_due timestamptz;
create index incident_events_figures on incident_events (published_at) include (publisher, publish_due, type, incident, outcome)
    where publish_due is not null;

-- 履职月报: what was told of a month to whom leads the agencies of a county, as it was told.
create table sla_reports (
    county text not null,
    month text not null,
    incident uuid not null references incidents (id) deferrable initially deferred,
    published_at timestamptz not null,
    figures jsonb not null,
    primary key (county, month)
);
grant select on sla_reports to {service}, xt_console;
grant select, insert on sla_reports to xt_clock;
