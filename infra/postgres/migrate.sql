-- make_register --
-- The list of what was applied to a schema.
create table if not exists {schema}.migrations (
    name text primary key,
    sha256 text not null,
    applied_at timestamptz not null default clock_timestamp()
);

-- applied --
-- What was applied, with the digest of its text.
select name, sha256 from {schema}.migrations;

-- register --
-- Note one as applied.
insert into {schema}.migrations (name, sha256) values ($1, $2);

-- has_register --
-- Whether the schema was ever migrated.
select to_regclass($1 || '.migrations') is not null;

-- tables_of_units --
-- Tables with a column unit: forced or not, with or without a policy.
select c.relname as name,
       c.relrowsecurity and c.relforcerowsecurity as forced,
       exists (select from pg_policy as p where p.polrelid = c.oid) as has_policy
from pg_class as c
join pg_attribute as a on a.attrelid = c.oid and a.attname = 'unit' and not a.attisdropped
where c.relnamespace = $1::regnamespace and c.relkind in ('r', 'p')
order by c.relname;
