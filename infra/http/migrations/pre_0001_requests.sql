-- Sessions, used sign-in tickets and answered requests, alike in every service that people or programs talk to. All times are machine time.

create table sessions (
    digest bytea primary key,
    actor jsonb not null,
    csrf text not null,
    ticket text not null,
    started_at timestamptz not null default clock_timestamp(),
    expires_at timestamptz not null
);
create index sessions_expired on sessions (expires_at);

create table used_tickets (
    number text primary key,
    expires_at timestamptz not null
);
create index used_tickets_expired on used_tickets (expires_at);

create table answered_requests (
    unit text not null,
    person text not null,
    key text not null,
    digest bytea not null,
    status integer not null,
    answer jsonb not null,
    answered_at timestamptz not null default clock_timestamp(),
    primary key (unit, person, key)
);
create index answered_requests_old on answered_requests (answered_at);

grant select, insert, delete on sessions, used_tickets, answered_requests to {service};
grant select, insert on answered_requests to {desk};
