-- An agency's own tables: what it stated, what its desks were told, what they answered. A column `unit` means: rows of that unit alone
-- (the guard of the migrations forces row level security with the usual two policies on each such table).

create table directory (
    id text primary key,
    version bigint not null,
    document jsonb not null
);

create table key_revisions (
    family text not null,
    scope text not null,
    status text not null,
    key text not null,
    revision integer not null,
    primary key (family, scope, status, key)
);

create table desk_counters (
    desk text primary key,
    unit text not null,
    seq bigint not null
);

create table desk_changes (
    desk text not null,
    kind text not null,
    object text not null,
    unit text not null,
    seq bigint not null,
    ring text not null check (ring in ('loud', 'soft', 'quiet')),
    at timestamptz not null,
    primary key (desk, kind, object)
);
create index desk_changes_by_seq on desk_changes (desk, seq);

create table events (
    id text collate "C" primary key,
    unit text not null,
    desk text not null,
    name text not null,
    family text not null,
    subject text not null,
    status text not null,
    revision integer not null,
    published_at timestamptz not null,
    envelope jsonb not null,
    data jsonb not null,
    person jsonb not null,
    incident text,
    number text,
    decision jsonb,
    parked jsonb,
    sends integer not null default 1,
    next_send_at timestamptz
);
create index events_by_unit on events (unit, id desc);
create index events_by_key on events (unit, family, subject, id desc);
create index events_by_incident on events (incident) where incident is not null;
create index events_unanswered on events (next_send_at) where next_send_at is not null;

create table vault (
    owner text not null,
    row text not null,
    unit text not null,
    sealed jsonb not null,
    primary key (owner, row)
);

create table notifications (
    id text collate "C" primary key,
    unit text not null,
    desk text not null,
    incident text not null,
    number text not null,
    kind text not null,
    colour text not null,
    status text not null,
    county text not null,
    event_name text not null,
    version integer not null,
    material_version integer not null,
    message jsonb,
    state text not null check (state in ('open', 'noted', 'acknowledged', 'returned', 'withdrawn')),
    returnable boolean not null,
    arbitration_of text,
    delivered_at timestamptz not null,
    delivered_version_at timestamptz not null,
    cause text,
    ack_due timestamptz,
    signed_version integer,
    acknowledged_at timestamptz,
    signed_by jsonb,
    returned_at timestamptz,
    returned jsonb,
    ruled jsonb,
    withdrawn_at timestamptz,
    withdrawn jsonb,
    has_sealed boolean not null default false
);
create index notifications_of_desk on notifications (desk, state, ack_due, id);
create index notifications_by_incident on notifications (incident, desk);

create table notification_versions (
    notification text not null,
    version integer not null,
    unit text not null,
    material boolean not null,
    change text not null,
    delivered_at timestamptz not null,
    primary key (notification, version)
);

create table duties (
    owner text not null,
    desk text not null,
    duty text not null,
    unit text not null,
    version integer not null,
    due timestamptz,
    pending_calendar text,
    derivation text not null,
    calendar_version text not null,
    primary key (owner, desk, duty)
);

create table tasks (
    id text collate "C" not null,
    desk text not null,
    unit text not null,
    incident text not null,
    number text not null,
    status text not null,
    county text not null,
    version integer not null,
    leads boolean not null,
    takes_part boolean not null,
    message jsonb not null,
    opened_at timestamptz not null,
    progress text,
    close_asked_at timestamptz,
    refused text,
    closed_at timestamptz,
    closed jsonb,
    cause text,
    primary key (id, desk)
);
create index tasks_of_desk on tasks (desk, closed_at, id);
create index tasks_by_incident on tasks (incident, desk);

create table escalations (
    id text collate "C" primary key,
    unit text not null,
    desk text not null,
    incident text not null,
    number text not null,
    status text not null,
    late_desk text not null,
    duty text not null,
    message jsonb not null,
    raised_at timestamptz not null,
    cleared_at timestamptz,
    cleared_why text
);
create index escalations_of_desk on escalations (desk, cleared_at, id);
create index escalations_by_incident on escalations (incident, desk);

create table updates (
    source text not null,
    id text not null,
    desk text not null,
    unit text not null,
    incident text not null,
    name text not null,
    at timestamptz not null,
    arrived_at timestamptz not null,
    message jsonb not null,
    primary key (source, id, desk)
);
create index updates_by_incident on updates (incident, desk, at);

create table answers (
    id text collate "C" primary key,
    unit text not null,
    desk text not null,
    incident text not null,
    object text not null,
    act text not null,
    version integer,
    at timestamptz not null,
    person jsonb not null,
    document jsonb not null
);
create index answers_by_object on answers (object, at);

create table openings (
    id bigint generated always as identity primary key,
    unit text not null,
    notification text not null,
    row text not null,
    desk text not null,
    person jsonb not null,
    purpose text not null,
    at timestamptz not null
);

grant select, insert, update on directory to {service};
grant select on directory to {desk};
grant select, insert, update on key_revisions to {service}, {desk};
grant select, insert, update on desk_counters, desk_changes, events, notifications, notification_versions, duties, tasks, escalations, updates to {service};
grant select, insert, delete on vault to {service};
grant delete on desk_changes to {service};
grant select on answers, openings to {service};
grant select, insert, update on desk_counters, desk_changes, events to {desk};
grant select, insert on vault, answers, openings to {desk};
grant select on notification_versions, duties, escalations, updates to {desk};
grant select on notifications, tasks to {desk};
grant update (state, signed_version, acknowledged_at, signed_by, returned_at, returned, ruled) on notifications to {desk};
grant update (progress, close_asked_at, refused) on tasks to {desk};
-- What a unit keeps to itself: it is never an event, so nothing of it leaves this schema. Its sealed rows lie in the vault.

create table kept (
    id text collate "C" primary key,
    unit text not null,
    desk text not null,
    name text not null,
    number text not null,
    at timestamptz not null,
    person jsonb not null,
    data jsonb not null,
    unique (unit, name, number)
);
create index kept_by_month on kept (name, at);

-- What a unit states about a matter that it was told of is tied to that incident.
create index notifications_of_unit on notifications (unit, delivered_at desc);

grant select, insert on kept to {desk};
grant select on kept to {service};

-- 事由关联 as a desk is told of it: which of its incidents may be, or are said to be, one with another one; and what it says itself.

create table links (
    id text collate "C" not null,
    desk text not null,
    unit text not null,
    incident text not null,
    linked text not null,
    status text not null,
    county text not null,
    revision integer not null,
    state text not null check (state in ('suggested', 'lapsed', 'linked', 'merged', 'dismissed', 'unlinked')),
    message jsonb not null,
    fits jsonb not null,
    cause text,
    told_at timestamptz not null,
    asked_at timestamptz,
    asked_by jsonb,
    refused text,
    primary key (id, desk)
);
create index links_of_incident on links (incident, desk);
create index links_of_linked on links (linked, desk);
create index links_suggested on links (desk, told_at desc) where state = 'suggested';
create index notifications_by_number on notifications (number, desk);

grant select, insert, update on links to {service};
grant select, update (asked_at, asked_by, refused) on links to {desk};

-- What the close clock of a task waits for, as the desk knows it.
alter table tasks add column paused jsonb;
grant update (paused) on tasks to {desk};

-- The later steps of what a unit keeps to itself: who is reminded when, how it ended, what was stated in its place, when it is forgotten.

alter table kept
    add column next_on date,
    add column contacted_at timestamptz,
    add column reminded_at timestamptz,
    add column closed_at timestamptz,
    add column outcome text,
    add column linked text,
    add column forget_after timestamptz;
create index kept_to_remind on kept (next_on) where closed_at is null and reminded_at is null;
create index kept_to_forget on kept (forget_after) where forget_after is not null;

grant update (next_on, contacted_at, reminded_at, closed_at, outcome, linked, forget_after) on kept to {desk};
grant update (reminded_at), delete on kept to {service};

-- 护学岗 as a unit sees it: how each post stands by the last word of routing, and batches that its leader vouched for.
-- `unit` is the unit that looks at the post: the station, the school, the bureau.

create table guard_posts (
    unit text not null,
    day date not null,
    school text not null,
    gate text not null,
    peak text not null,
    desk text not null,
    revision integer not null,
    starts timestamptz not null,
    short boolean not null,
    dropped boolean not null,
    message jsonb not null,
    primary key (unit, day, school, gate, peak)
);
create index guard_posts_by_day on guard_posts (day);

create table guard_confirmations (
    unit text not null,
    device text not null,
    batch text not null,
    desk text not null,
    person jsonb not null,
    at timestamptz not null,
    primary key (unit, device, batch)
);

grant select, insert, update, delete on guard_posts to {service};
grant select, delete on guard_confirmations to {service};
grant select on guard_posts to {desk};
grant select, insert on guard_confirmations to {desk};

-- 待评价: closed tasks whose sides rate each other.
create index tasks_to_rate on tasks (desk, closed_at desc) where closed ->> 'rating' = 'true';

-- What holds an id compares as the id does: an index of another collation serves no join with it, and every due read the whole table.
alter table duties alter column owner type text collate "C";
alter table answers alter column object type text collate "C";
alter table vault alter column owner type text collate "C";
alter table notification_versions alter column notification type text collate "C";
