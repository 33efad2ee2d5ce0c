-- 事由关联: which incidents are suspected or said to be one happening, who said so, and which to look at for more of it.
-- A row of a pair is written under the locks of both its roots.

create table incident_links (
    id uuid primary key,
    low uuid not null references incidents (id),
    high uuid not null references incidents (id),
    state text not null check (state in ('suggested', 'linked', 'merged', 'dismissed', 'unlinked')),
    revision integer not null,
    changed_at timestamptz not null,
    body jsonb not null,
    unique (low, high),
    check (low < high)
);
create index incident_links_by_high on incident_links (high);

create table incident_link_decisions (
    link uuid not null references incident_links (id),
    revision integer not null,
    unit text not null,
    desk text not null,
    state text not null,
    at timestamptz not null,
    body jsonb not null,
    primary key (link, revision)
);

create table link_looks (
    incident uuid primary key references incidents (id),
    since timestamptz not null
);
create index incidents_to_compare on incidents (county, opened_at) where closed_at is null and id = root;

alter table incident_link_decisions enable row level security, force row level security;
create policy routing_works on incident_link_decisions to {service}, xt_clock using (true) with check (true);
create policy own_unit on incident_link_decisions for select to {desk}, xt_console
    using (unit = any (string_to_array(current_setting('xietong.unit', true), ',')));

grant select, insert, update on incident_links to {service}, xt_clock;
grant select, insert on incident_link_decisions to {service};
grant select, insert, update on link_looks to {service}, xt_clock;
grant delete on link_looks to xt_clock;
grant select (id, low, high, state, revision, changed_at) on incident_links to xt_console;
grant select on incident_link_decisions to xt_console;
