-- What the clock does in rounds: weekly digests of schools, the nightly check of the duty net, closed tasks for the
-- platform of the province.

create table digest_items (
    rule text not null,
    incident uuid not null references incidents (id),
    unit text not null,
    desk text not null,
    county text not null,
    stated_at timestamptz not null,
    entry jsonb not null,
    waits boolean not null,
    told jsonb,
    next_at timestamptz,
    primary key (unit, rule, incident)
);
create index digest_items_due on digest_items (next_at) where waits;
create index digest_items_of_incidents on digest_items (incident);

create table digests (
    unit text not null,
    at timestamptz not null,
    incident uuid not null references incidents (id) deferrable initially deferred,
    primary key (unit, at)
);

create table export_days (
    day date primary key,
    gathered boolean not null default false,
    written_at timestamptz
);

create table task_exports (
    task uuid primary key references tasks (id),
    day date not null references export_days (day),
    closed_at timestamptz not null,
    line jsonb not null
);
create index task_exports_of_days on task_exports (day, closed_at, task);
create index tasks_closed on tasks (closed_at, id) where closed_at is not null;

create table net_checks (
    day date primary key,
    incident uuid not null references incidents (id) deferrable initially deferred,
    checked_at timestamptz not null
);

do $$
declare
    tab text;
begin
    foreach tab in array array['digest_items', 'digests'] loop
        execute format('alter table %I enable row level security', tab);
        execute format('alter table %I force row level security', tab);
        execute format('create policy routing_works on %I to {service}, xt_clock using (true) with check (true)', tab);
        execute format(
            'create policy own_unit on %I for select to {desk} using (unit = any (string_to_array(current_setting(''xietong.unit'', true), '','')))',
            tab
        );
    end loop;
end $$;

grant select, insert, update, delete on digest_items to {service}, xt_clock;
grant select, insert on digests to {service}, xt_clock;
grant select, insert on net_checks, task_exports to xt_clock;
grant select, insert, update on export_days to xt_clock;
