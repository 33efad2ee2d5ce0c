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
    primary key (day, unit, gate, peak)
);
create index guard_posts_look on guard_posts (look_at) where look_at is not null;

create table guard_rosters (
    unit text not null,
    day date not null,
    revision integer not null,
    published_at timestamptz not null,
    rows jsonb,
    required jsonb,
    primary key (unit, day, revision)
);

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
grant select on guard_days, guard_posts, guard_gaps to xt_console;
