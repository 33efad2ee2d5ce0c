-- How events travel and rest, alike in every service's schema: the sum of the migrations.

create table outbox (
    seq bigint generated always as identity primary key,
    topic text not null,
    key bytea not null,
    headers jsonb not null,
    value bytea not null,
    created_at timestamptz not null default clock_timestamp(),
    sent_at timestamptz,
    sent_partition integer,
    sent_offset bigint
);
create index outbox_unsent on outbox (seq) where sent_at is null;
create index outbox_sent_at on outbox using brin (sent_at);

create table relayed (
    topic text not null,
    partition integer not null,
    last_offset bigint not null,
    primary key (topic, partition)
);

create table inbox (
    consumer text not null,
    source text not null,
    id text not null,
    seen_at timestamptz not null default clock_timestamp(),
    primary key (consumer, source, id)
);
create index inbox_seen_at on inbox using brin (seen_at);

create table ledger (
    consumer text not null,
    topic text not null,
    partition integer not null,
    generation integer not null default 0,
    next_offset bigint not null,
    first_offset bigint,
    first_ms bigint,
    primary key (consumer, topic, partition)
);

create table leases (
    name text primary key,
    token bigint not null,
    holder text not null,
    until timestamptz not null
);

create table dead_letters (
    id bigint generated always as identity primary key,
    consumer text not null,
    source text,
    event_id text,
    type text,
    topic text not null,
    partition integer not null,
    "offset" bigint not null,
    timestamp_ms bigint not null,
    key bytea,
    header_names text[] not null,
    header_values bytea[] not null,
    value bytea,
    reason text not null,
    detail text not null,
    attempts integer not null default 1,
    parked_at timestamptz not null default clock_timestamp(),
    status text not null default 'parked' check (status in ('parked', 'requested', 'replayed')),
    requested_at timestamptz,
    requested_by text,
    replayed_at timestamptz
);
create unique index dead_letters_by_event on dead_letters (consumer, source, event_id) where event_id is not null;
create unique index dead_letters_by_record on dead_letters (consumer, topic, partition, "offset", timestamp_ms) where event_id is null;
create index dead_letters_requested on dead_letters (consumer, id) where status = 'requested';

grant select, insert, update, delete on outbox, relayed, inbox, ledger, leases, dead_letters to {service};
grant insert on outbox to {desk};
