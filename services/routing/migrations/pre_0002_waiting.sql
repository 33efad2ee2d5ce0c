-- Follow-ups that came before their head wait for it; what a desk never answers is asked less and less often; the console sees no content.

create table waiting_events (
    source text not null,
    id text not null,
    status text not null,
    family text not null,
    scope text not null,
    key text not null,
    since timestamptz not null,
    until timestamptz not null,
    envelope jsonb not null,
    data jsonb not null,
    primary key (source, id)
);
create index waiting_events_by_key on waiting_events (status, family, scope, key);
create index waiting_events_until on waiting_events (until);

alter table notifications add column reissues integer not null default 0;

grant select, insert, update, delete on waiting_events to {service}, xt_clock;
revoke select on incidents from xt_console;
grant select (id, root, status, family, scope, key, county, opened_at, closed_at) on incidents to xt_console;
