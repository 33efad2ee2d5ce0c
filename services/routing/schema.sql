-- Routing's own tables: incidents, what was told to whom, deadlines, tasks, decisions, the directory.
-- `body` holds the whole record as the core knows it; the columns beside it are what is looked up.

create table incidents (
    id uuid primary key,
    root uuid not null,
    status text not null,
    family text not null,
    scope text not null,
    key text not null,
    county text not null,
    opened_at timestamptz not null,
    closed_at timestamptz,
    body jsonb not null
);
create index incidents_by_root on incidents (root);
create unique index incidents_open_key on incidents (status, family, scope, key) where closed_at is null and id = root;
create index incidents_exercises on incidents (id) where status = 'exercise' and closed_at is null and id = root;
create index incidents_life_risk on incidents (opened_at)
    where status = 'actual' and closed_at is null and id = root and body -> 'picture' ->> 'severity' = 'life-risk';
create index incidents_by_number on incidents (key, family, county) where id = root;

create table incident_events (
    source text not null,
    id text not null,
    incident uuid not null references incidents (id),
    type text not null,
    revision integer not null,
    published_at timestamptz not null,
    known_at timestamptz not null,
    decided_at timestamptz not null,
    outcome text not null,
    content_hash text not null,
    decision jsonb not null,
    primary key (source, id)
);
create index incident_events_by_incident on incident_events (incident, revision);

create table notifications (
    id uuid primary key,
    root uuid not null,
    incident uuid not null references incidents (id),
    unit text not null,
    desk text not null,
    state text not null,
    issued_at timestamptz not null,
    delivered_at timestamptz,
    acknowledged_at timestamptz,
    reissue_after timestamptz,
    body jsonb not null
);
create index notifications_by_root on notifications (root);
create index notifications_undelivered on notifications (reissue_after) where reissue_after is not null;

create table duties (
    id uuid primary key,
    root uuid not null,
    incident uuid not null references incidents (id),
    unit text not null,
    desk text not null,
    kind text not null,
    state text not null,
    due timestamptz,
    next_at timestamptz,
    pending_calendar text,
    body jsonb not null
);
create index duties_by_root on duties (root);
create index duties_due on duties (next_at) where next_at is not null;
create index duties_pending on duties (pending_calendar) where pending_calendar is not null;

create table tasks (
    id uuid primary key,
    root uuid not null,
    incident uuid not null references incidents (id),
    unit text not null,
    closed_at timestamptz,
    body jsonb not null
);
create index tasks_by_root on tasks (root);

create table directory_units (
    unit text primary key,
    version bigint not null,
    document jsonb not null
);

create table reference_versions (
    name text primary key,
    version bigint not null,
    changed_at timestamptz not null
);
insert into reference_versions (name, version, changed_at) values ('directory', 0, bus.business_now());

do $$
declare
    tab text;
begin
    foreach tab in array array['notifications', 'duties', 'tasks', 'directory_units'] loop
        execute format('alter table %I enable row level security', tab);
        execute format('alter table %I force row level security', tab);
        execute format('create policy routing_works on %I to {service}, xt_clock using (true) with check (true)', tab);
        execute format('create policy own_unit on %I for select to {desk}, xt_console using (unit = any (string_to_array(current_setting(''xietong.unit'', true), '','')))', tab);
    end loop;
end $$;

grant select, insert, update on incidents, incident_events, notifications, duties, tasks, directory_units, reference_versions to {service};
grant select on incidents, incident_events, notifications, duties, tasks, directory_units, reference_versions to xt_console;
grant select, insert, update on incidents, notifications, duties, tasks to xt_clock;
grant select, insert on incident_events to xt_clock;
grant select on directory_units, reference_versions to xt_clock;
grant insert on outbox to xt_clock;
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

-- 护学岗: posts of a day, rosters, check-ins and gaps. `unit` is the school whose gate it is; persons are opaque references.

create table guard_days (
    day date primary key,
    basis text not null,
    planned_at timestamptz not null,
    pending text[] not null,
    reported_at timestamptz
);

create table guard_posts (
    day date not null,
    unit text not null,
    gate text not null,
    peak text not null,
    county text not null,
    starts timestamptz not null,
    ends timestamptz not null,
    required jsonb not null,
    rosters_seen boolean not null default false,
    live_seen boolean not null default false,
    dropped boolean not null default false,
    listens boolean not null default false,
    look_at timestamptz,
    changed boolean not null default true,
    revision integer not null default 0,
    primary key (day, unit, gate, peak)
);
create index guard_posts_look on guard_posts (look_at) where look_at is not null;
create index guard_posts_changed on guard_posts (day, unit, gate, peak) where changed;

create table guard_rosters (
    unit text not null,
    day date not null,
    revision integer not null,
    published_at timestamptz not null,
    rows jsonb,
    required jsonb,
    primary key (unit, day, revision)
);
create index guard_rosters_by_day on guard_rosters (day);

create table guard_checkins (
    device text not null,
    item bigint not null,
    event text not null,
    batch text not null,
    day date not null,
    unit text not null,
    gate text not null,
    peak text not null,
    slot text not null,
    person text not null,
    act text not null,
    checked_at timestamptz not null,
    uploaded_at timestamptz not null,
    received_at timestamptz not null,
    flag text not null,
    confirmed_by text,
    stated_by text,
    primary key (device, item)
);
create index guard_checkins_by_post on guard_checkins (day, unit, gate, peak);
create index guard_checkins_by_event on guard_checkins (event);

create table guard_gaps (
    id uuid primary key,
    day date not null,
    unit text not null,
    gate text not null,
    peak text not null,
    kind text not null,
    slot text not null,
    need integer not null,
    present integer not null,
    state text not null,
    told boolean not null,
    opened_at timestamptz not null,
    ended_at timestamptz,
    minutes integer,
    filled_by text,
    late boolean not null
);
create index guard_gaps_by_post on guard_gaps (day, unit, gate, peak);

do $$
declare
    tab text;
begin
    foreach tab in array array['guard_posts', 'guard_rosters', 'guard_checkins', 'guard_gaps'] loop
        execute format('alter table %I enable row level security', tab);
        execute format('alter table %I force row level security', tab);
        execute format('create policy routing_works on %I to {service}, xt_clock using (true) with check (true)', tab);
        execute format('create policy own_unit on %I for select to {desk}, xt_console using (unit = any (string_to_array(current_setting(''xietong.unit'', true), '','')))', tab);
    end loop;
end $$;

grant select, insert, update on guard_rosters, guard_checkins to {service};
grant select, update on guard_posts to {service};
grant select on guard_days, guard_gaps to {service};
grant select, insert, update on guard_days, guard_posts, guard_gaps to xt_clock;
grant select on guard_rosters, guard_checkins to xt_clock;
grant delete on guard_days, guard_posts, guard_rosters, guard_checkins, guard_gaps to {service};
grant select on guard_days, guard_posts, guard_gaps to xt_console;

-- Rule packs that were activated: whole and unchanged for good. `number` counts activations, so that a number names a set of packs.

create table packs (
    pack text not null,
    version integer not null,
    number bigint not null unique,
    level text not null,
    jurisdiction text not null,
    effective_from timestamptz not null,
    effective_to timestamptz,
    files jsonb not null,
    activated_at timestamptz not null,
    primary key (pack, version)
);
insert into reference_versions (name, version, changed_at) values ('packs', 0, bus.business_now());

grant select, insert on packs to {service};
grant select on packs to xt_clock, xt_console;

-- What figures of whole months are counted from, beside the bodies it stands in; and the publisher's deadline of each event.

-- A time of a body, which always names its offset: what it means depends on no setting.
create function instant(text) returns timestamptz language plpgsql immutable strict parallel safe as 'begin return $1::timestamptz; end';

alter table incidents
    add column subject text generated always as (case when id = root then body ->> 'head_type' else 'bus.' || family end) stored,
    add column withdrawn_at timestamptz generated always as (instant(body ->> 'withdrawn_at')) stored;
create index incidents_figures on incidents (id) include (subject, status);
create index incidents_withdrawn on incidents (withdrawn_at) where withdrawn_at is not null;
create index incidents_stated on incidents (opened_at) include (id, county, family, subject)
    where status = 'actual' and id = root and withdrawn_at is null;

alter table notifications
    add column kind text generated always as (body ->> 'kind') stored,
    add column published_at timestamptz generated always as (instant(body ->> 'published_at')) stored,
    add column publish_due timestamptz generated always as (instant(body ->> 'publish_due')) stored;
create index notifications_figures on notifications (delivered_at) include (kind, desk, incident, issued_at, published_at, publish_due)
    where delivered_at is not null;
create index notifications_gone on notifications (delivered_at) where state in ('superseded', 'withdrawn', 'redirected');

alter table duties
    add column owner uuid generated always as ((body ->> 'owner')::uuid) stored,
    add column version integer generated always as ((body ->> 'version')::integer) stored,
    add column started timestamptz generated always as (instant(body ->> 'start')) stored,
    add column met_at timestamptz generated always as (instant(body ->> 'met_at')) stored,
    add column missed_at timestamptz generated always as (instant(body ->> 'missed_at')) stored,
    add column voided boolean generated always as ((body ->> 'voided')::boolean) stored,
    add column by_bus boolean generated always as (coalesce((body ->> 'by_bus')::boolean, false)) stored,
    add column reached integer generated always as (greatest((body ->> 'next_step')::integer - 1, 0)) stored;
create index duties_figures on duties (started)
    include (kind, owner, version, desk, incident, state, due, met_at, missed_at, voided, by_bus, reached);
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
create index expectations_figures on expectations (due) where state in ('met', 'late', 'missing');
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

-- 事由关联: which incidents are suspected or said to be one happening, who said so, and which to look at for more of it.
-- A row of a pair is written under the locks of both its roots.

create table incident_links (
    id uuid primary key,
    low uuid not null references incidents (id),
    high uuid not null references incidents (id),
    state text not null check (state in ('suggested', 'lapsed', 'linked', 'merged', 'dismissed', 'unlinked')),
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

-- First actions that are statements of the unit's own, and the bound that the law sets to whoever states an event.
alter table notifications add column acted_at timestamptz generated always as (instant(body ->> 'acted_at')) stored;
create index notifications_await_act on notifications (id)
    where body ->> 'act' is not null and acted_at is null and state not in ('redirected', 'superseded', 'withdrawn', 'suspended');
create index incident_events_by_type on incident_events (type, published_at);

alter table incident_events add column law_due timestamptz;

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

-- 互评 in the figures: when a task was last rated, from its body.
alter table tasks add column rated_at timestamptz generated always as (instant(body -> 'ratings' -> -1 ->> 'at')) stored;
create index tasks_rated on tasks (rated_at) where rated_at is not null;

-- Hardly any notification waits for a statement of its unit. Not knowing that, the planner reads all of them whenever the clock looks.
create statistics notifications_acts on (body ->> 'act') from notifications;
analyze notifications;

-- Open cases of the mind and what hands them over, among all incidents that ever were.
create index incidents_psych_open on incidents (id) where family = 'psych' and closed_at is null;
create index incidents_handed_over on incidents ((body -> 'picture' ->> 'referral_no')) where family = 'handover' and closed_at is not null;
create index incidents_following on incidents ((body ->> 'follows')) where family = 'psych' and body ->> 'follows' is not null;
