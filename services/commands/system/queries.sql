-- units --
-- The Directory's documents with their versions: all, or those of one unit.
select unit, version, document from routing.directory_units where $1::text is null or unit = $1 order by unit;

-- held --
-- How much of the Directory routing holds.
select count(*) as units, coalesce(max(version), 0) as version from routing.directory_units;

-- arrived --
-- How much of the Directory has arrived at a service (run inside its schema).
select count(*) as units, coalesce(max(version), 0) as version from directory;

-- has_business_time --
-- Whether this database knows business time yet.
select to_regprocedure('bus.business_now()') is not null as known;

-- business_now --
-- Business time.
select bus.business_now() as now;

-- packs --
-- The packs that were activated, in order.
select pack, version, number, files from routing.packs order by number;

-- proposals --
-- What the rulings on real matters propose for the next pack, the newest first.
select body ->> 'number' as number, county, body -> 'proposal' as proposal from routing.incidents
where family = 'arbitration' and status = 'actual' and jsonb_typeof(body -> 'proposal') = 'object'
order by body -> 'proposal' ->> 'ruled_at' desc, id
limit $1;

-- waiting_letters --
-- The dead letters of the schema in the search path that were not handled after all.
select count(*) from dead_letters where status <> 'replayed';
