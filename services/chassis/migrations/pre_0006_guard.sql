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
