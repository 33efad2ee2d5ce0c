-- lock_roots --
-- Lock the roots of the given incident ids and keys (and all of the same key) in the order of their ids; what waits for the keys; the versions
-- of directory and packs. Each key is looked up by its index (`offset 0`): a plan made for an empty table would read all of a full one.
with keys as (
    select * from unnest($2::text[], $3::text[], $4::text[], $5::text[]) as k (status, family, scope, key)
), named as (
    select one.*
    from unnest($1::uuid[]) as n (id)
    cross join lateral (select i.root, i.status, i.family, i.scope, i.key from incidents as i where i.id = n.id offset 0) as one
), locked as (
    select r.id::text as root
    from incidents as r
    where r.id in (
        select i.root from named as i
        union
        select s.id
        from named as i
        cross join lateral (
            select one.id from incidents as one
            where (one.status, one.family, one.scope, one.key) = (i.status, i.family, i.scope, i.key) and one.id = one.root
            offset 0
        ) as s
        union
        select i.root
        from keys as k
        cross join lateral (
            select one.root from incidents as one
            where (one.status, one.family, one.key) = (k.status, k.family, k.key) and k.scope in (one.scope, 'county:' || one.county)
              and one.id = one.root
            offset 0
        ) as i
    )
    order by r.id
    for update
), waits as (
    select w.source, w.id, w.status, w.family, w.scope, w.key, w.since, w.envelope, w.data
    from waiting_events as w
    join keys using (status, family, scope, key)
    order by w.since, w.source, w.id
    for update of w skip locked
)
select (select version from reference_versions where name = 'directory') as directory,
       (select version from reference_versions where name = 'packs') as packs,
       (select coalesce(array_agg(root), '{}') from locked) as roots,
       (select jsonb_agg(to_jsonb(waits)) from waits) as waiting;

-- load_roots --
-- Everything of the locked roots as the core's records, one row per item, and what was decided about their events before.
select 'incident' as item, root::text, body from incidents where root = any ($1::uuid[])
union all
select 'notification', root::text, body from notifications where root = any ($1::uuid[])
union all
select 'duty', root::text, body from duties where root = any ($1::uuid[])
union all
select 'task', root::text, body from tasks where root = any ($1::uuid[])
union all
select 'seen', incident::text, jsonb_build_object('source', source, 'id', id, 'type', type, 'revision', revision, 'content_hash', content_hash)
from incident_events where incident = any ($1::uuid[]);

-- store --
-- Write the changed incidents, notifications, duties and tasks; the decisions of the batch beside them. Brings when the clock is needed.
with i as (
    insert into incidents (id, root, status, family, scope, key, county, opened_at, closed_at, body)
    select (b ->> 'id')::uuid, (b ->> 'root')::uuid, b ->> 'status', b ->> 'family', b ->> 'scope', b ->> 'key', b ->> 'county',
           (b ->> 'first_time')::timestamptz, (b ->> 'closed_at')::timestamptz, b
    from jsonb_array_elements($1::jsonb) as b
    on conflict (id) do update set closed_at = excluded.closed_at, body = excluded.body
), n as (
    insert into notifications (id, root, incident, unit, desk, state, issued_at, delivered_at, acknowledged_at, reissue_after, body)
    select (b ->> 'id')::uuid, (b ->> 'root')::uuid, (b ->> 'incident')::uuid, b ->> 'unit', b ->> 'desk', b ->> 'state',
           (b ->> 'issued_at')::timestamptz, (b ->> 'delivered_at')::timestamptz, (b ->> 'acknowledged_at')::timestamptz,
           case when (b ->> 'waits')::boolean then clock_timestamp() + interval '60 seconds' end, b - 'root' - 'unit' - 'waits'
    from jsonb_array_elements($2::jsonb) as b
    on conflict (id) do update set state = excluded.state, delivered_at = excluded.delivered_at, acknowledged_at = excluded.acknowledged_at,
        issued_at = excluded.issued_at, reissue_after = excluded.reissue_after, reissues = 0, body = excluded.body
), d as (
    insert into duties (id, root, incident, unit, desk, kind, state, due, next_at, pending_calendar, body)
    select (b ->> 'id')::uuid, (b ->> 'root')::uuid, (b ->> 'incident')::uuid, b ->> 'unit', b ->> 'desk', b ->> 'kind', b ->> 'state',
           (b ->> 'due')::timestamptz, (b ->> 'next_at')::timestamptz, b ->> 'pending', b - 'root' - 'unit'
    from jsonb_array_elements($3::jsonb) as b
    on conflict (id) do update set state = excluded.state, due = excluded.due, next_at = excluded.next_at,
        desk = excluded.desk, unit = excluded.unit, pending_calendar = excluded.pending_calendar, body = excluded.body
), t as (
    insert into tasks (id, root, incident, unit, closed_at, body)
    select (b ->> 'id')::uuid, (b ->> 'root')::uuid, (b ->> 'incident')::uuid, b ->> 'unit', (b ->> 'closed_at')::timestamptz, b - 'root' - 'unit'
    from jsonb_array_elements($4::jsonb) as b
    on conflict (id) do update set unit = excluded.unit, closed_at = excluded.closed_at, body = excluded.body
), e as (
    insert into incident_events (source, id, incident, type, revision, published_at, known_at, publisher, publish_due, law_due, decided_at, outcome,
                                 content_hash, decision)
    select b ->> 'source', b ->> 'id', (b ->> 'incident')::uuid, b ->> 'type', (b ->> 'revision')::int, (b ->> 'published_at')::timestamptz,
           (b ->> 'known_at')::timestamptz, b ->> 'publisher', (b ->> 'publish_due')::timestamptz, (b ->> 'law_due')::timestamptz,
           (b ->> 'decided_at')::timestamptz, b ->> 'outcome', b ->> 'content_hash', b -> 'decision'
    from jsonb_array_elements($5::jsonb) as b
    on conflict (source, id) do nothing
)
select min((b ->> 'next_at')::timestamptz) as wake from jsonb_array_elements($3::jsonb) as b;

-- load_directory --
-- All unit documents.
select unit, version, document from directory_units order by unit;

-- versions --
-- The versions of the directory and of the packs.
select max(version) filter (where name = 'directory') as directory, max(version) filter (where name = 'packs') as packs
from reference_versions;

-- load_packs --
-- The packs as they stood after so many activations.
select pack, version, files from packs where number <= $1 order by number;

-- due_roots --
-- Roots with a deadline that the clock has to look at now, earliest first, without those that are set aside.
select root::text, min(next_at) as at from duties
where next_at <= bus.business_now() and root <> all ($1::uuid[])
group by root order by 2 limit 100;

-- due_waiting --
-- Keys of follow-ups whose head did not come in time.
select distinct status, family, scope, key from waiting_events where until <= bus.business_now() limit 100;

-- next_wake --
-- When the clock is needed next (but for the roots that are set aside), the business time now, and how fast business time runs.
select least(
           (select min(next_at) from duties where next_at is not null and root <> all ($1::uuid[])),
           (select min(until) from waiting_events)
       ) as at, bus.business_now() as now,
       coalesce((select speed from bus.business_time), 1.0) as speed;

-- undelivered --
-- Notifications that no desk has answered for a minute (machine time): to be issued again, then after 2, 4 … 64 minutes.
update notifications set reissue_after = clock_timestamp() + interval '60 seconds' * (2 ^ least(reissues + 1, 6)), reissues = reissues + 1
where id in (select id from notifications where reissue_after <= clock_timestamp() order by reissue_after limit 200 for update skip locked)
returning id::text, root::text, body;

-- wait_on --
-- What could not be decided is looked at again later.
update waiting_events set until = bus.business_now() + $5::interval where status = $1 and family = $2 and scope = $3 and key = $4;

-- keep_waiting --
-- Follow-ups that wait for their head.
insert into waiting_events (source, id, status, family, scope, key, since, until, envelope, data)
select b ->> 'source', b ->> 'id', b ->> 'status', b ->> 'family', b ->> 'scope', b ->> 'key',
       (b ->> 'since')::timestamptz, (b ->> 'until')::timestamptz, b -> 'envelope', b -> 'data'
from jsonb_array_elements($1::jsonb) as b
on conflict (source, id) do nothing;

-- end_waiting --
-- Follow-ups that are decided and wait no more.
delete from waiting_events as w using unnest($1::text[], $2::text[]) as e (source, id) where w.source = e.source and w.id = e.id;

-- incident_body --
-- One incident's record.
select body from incidents where id = $1::uuid;

-- store_units --
-- Keep unit documents that differ from what is stored; returns those that changed.
insert into directory_units (unit, version, document, changed_at)
select d ->> 'unit', $2::bigint, d -> 'document', bus.business_now() from jsonb_array_elements($1::jsonb) as d
on conflict (unit) do update set version = excluded.version, document = excluded.document, changed_at = excluded.changed_at
where directory_units.document is distinct from excluded.document
returning unit, version, document;

-- lock_directory --
-- Serialise imports and read the version they build on.
select version from reference_versions where name = 'directory' for update;

-- bump_directory --
-- The directory has a new version.
update reference_versions set version = $1, changed_at = bus.business_now() where name = 'directory';

-- lock_packs --
-- Serialise activations and read how many there were.
select version from reference_versions where name = 'packs' for update;

-- store_pack --
-- Keep one version of a pack.
insert into packs (pack, version, number, level, jurisdiction, effective_from, effective_to, files, activated_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, bus.business_now());

-- bump_packs --
-- There is one pack more.
update reference_versions set version = $1, changed_at = bus.business_now() where name = 'packs';
