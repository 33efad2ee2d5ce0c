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
    state text not null check (state in ('suggested', 'linked', 'merged', 'dismissed', 'unlinked')),
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
