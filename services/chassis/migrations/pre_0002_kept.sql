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
