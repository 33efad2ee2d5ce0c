-- What units must state without being asked, what was heard of it, and the cross-checks of one agency's word against another's silence.

create table expected_plans (
    rule text not null,
    part text not null,
    period text not null,
    begins date not null,
    ends date not null,
    owed_from timestamptz not null,
    version bigint not null default -1,
    reached text collate "C" not null default '',
    complete boolean not null default false,
    calendars text not null,
    primary key (rule, part, period)
);

create table expectations (
    id uuid primary key,
    rule text not null,
    part text not null,
    stamp text not null,
    unit text not null,
    desk text not null,
    county text not null,
    area text not null,
    period text not null,
    begins date not null,
    ends date not null,
    state text not null check (state in ('open', 'pending', 'met', 'late', 'missing', 'ended')),
    due timestamptz,
    derivation text not null,
    calendar_version text not null,
    calendars text not null,
    pending text,
    next_at timestamptz,
    sums text,
    confirms boolean not null default false,
    by_bus boolean not null default false,
    subject uuid references incidents (id),
    step integer not null default 0,
    in_a_row integer not null default 1,
    missing text[] not null default '{}',
    met_at timestamptz,
    met_by text,
    incident uuid references incidents (id) deferrable initially deferred,
    unique nulls not distinct (unit, rule, part, period, subject)
);
create index expectations_due on expectations (next_at) where next_at is not null;
create index expectations_pending on expectations (calendars) where pending is not null;
create index expectations_of_counties on expectations (rule, county, due);
create index expectations_of_subjects on expectations (subject) where subject is not null;
create index expectations_to_confirm on expectations (unit) where confirms and state in ('open', 'missing');

create table reports_heard (
    rule text not null,
    part text not null,
    unit text not null,
    source text not null,
    id text not null,
    incident uuid not null references incidents (id),
    at timestamptz not null,
    period text not null,
    dated date not null,
    named boolean not null,
    primary key (rule, part, unit, source, id)
);
create index reports_heard_of_incidents on reports_heard (incident);
create index reports_heard_at on reports_heard (at);

create table cross_checks (
    id uuid primary key,
    rule text not null,
    stamp text not null,
    unit text not null,
    county text not null,
    evidence_source text not null,
    evidence_id text not null,
    evidence_type text not null,
    incident uuid not null references incidents (id),
    since timestamptz not null,
    looks_from timestamptz not null,
    looks_until timestamptz not null,
    acts boolean not null,
    state text not null check (state in ('planned', 'met', 'suspected', 'answered', 'ended')),
    next_at timestamptz,
    item uuid references incidents (id) deferrable initially deferred,
    answered_at timestamptz,
    acted_at timestamptz
);
create index cross_checks_due on cross_checks (next_at) where next_at is not null;
create index cross_checks_open on cross_checks (rule, unit) where state in ('planned', 'suspected');
create index cross_checks_of_incidents on cross_checks (incident);
create index cross_checks_suspected on cross_checks (item) where state = 'suspected';

alter table directory_units add column changed_at timestamptz;
create index directory_units_by_version on directory_units (version, unit collate "C");
create index directory_units_changed on directory_units (changed_at);
create index incidents_of_exercises on incidents (opened_at) where status = 'exercise';

do $$
declare
    tab text;
begin
    foreach tab in array array['expectations', 'reports_heard', 'cross_checks'] loop
        execute format('alter table %I enable row level security', tab);
        execute format('alter table %I force row level security', tab);
        execute format('create policy routing_works on %I to {service}, xt_clock using (true) with check (true)', tab);
    end loop;
end $$;
create policy own_unit on expectations for select to {desk}, xt_console using (unit = any (string_to_array(current_setting('xietong.unit', true), ',')));
create policy own_unit on reports_heard for select to {desk} using (unit = any (string_to_array(current_setting('xietong.unit', true), ',')));
create policy own_unit on cross_checks for select to {desk} using (unit = any (string_to_array(current_setting('xietong.unit', true), ',')));

grant select, insert, update on expected_plans to xt_clock;
grant select, insert, update on expectations, cross_checks to {service}, xt_clock;
grant select, insert, delete on reports_heard to {service}, xt_clock;
grant select on expectations to xt_console;
