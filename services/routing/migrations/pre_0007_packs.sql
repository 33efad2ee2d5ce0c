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
