-- ask_look --
-- These incidents are to be held against others, when the clock looks next.
insert into link_looks (incident, since) select unnest($1::uuid[]), $2
on conflict (incident) do update set since = excluded.since;

-- ask_look_below --
-- The roots of these incidents are to be looked at again, where they have links: somebody else may stand in them now.
insert into link_looks (incident, since)
select distinct i.root, $2::timestamptz from incidents as i
where i.id = any ($1::uuid[]) and exists (select from incident_links as l where i.root in (l.low, l.high))
on conflict (incident) do update set since = excluded.since;

-- looks --
-- Incidents to be held against others, the longest waiting first.
select incident::text from link_looks order by since, incident limit 100;

-- next_look --
-- Since when one waits.
select min(since) from link_looks;

-- end_look --
-- It is looked at, under the lock of its root; nothing when another clock has done so.
delete from link_looks where incident = $1::uuid returning incident;

-- partners --
-- The other ends of an incident's links.
select (case when low = $1::uuid then high else low end)::text as incident from incident_links where $1::uuid in (low, high);

-- candidates --
-- Open incidents of the same status and city that another unit stated of some matters, first within a span; those nearest to a moment
-- first, of the last three hundred of each county. None that already waits for a person's word as often as one may.
with recursive city (county) as (
    (select o.county from incidents as i join incidents as o on o.county >= left(i.county, 4)
     where i.id = $1::uuid and o.closed_at is null and o.id = o.root order by o.county limit 1)
    union all
    select (select o.county from incidents as o where o.county > c.county and o.closed_at is null and o.id = o.root order by o.county limit 1)
    from city as c join incidents as i on i.id = $1::uuid and starts_with(c.county, left(i.county, 4))
), alike as materialized (
    select o.id, o.opened_at, o.body
    from incidents as i
    join city as c on starts_with(c.county, left(i.county, 4))
    cross join lateral (
        select * from incidents as one
        where one.county = c.county and one.opened_at between $3 and $4 and one.closed_at is null and one.id = one.root
        order by one.opened_at desc
        limit 300
    ) as o
    where i.id = $1::uuid and o.id <> i.id and o.status = i.status and o.withdrawn_at is null
      and split_part(o.body ->> 'publisher', '@', 2) <> split_part(i.body ->> 'publisher', '@', 2)
      and exists (
          select from jsonb_to_recordset($2::jsonb) as s (type text, field text, codes text[])
          where s.type = o.subject and (s.field is null or (o.body -> 'picture' -> s.field) ?| s.codes)
      )
)
select a.body
from alike as a
where (select count(*) from incident_links as l where a.id in (l.low, l.high) and l.state = 'suggested') < $6
order by greatest(a.opened_at - $5::timestamptz, $5::timestamptz - a.opened_at), a.id
limit 50;

-- body --
-- One incident as the core knows it.
select body from incidents where id = $1::uuid;

-- load_pairs --
-- The links of some pairs, and every link of some incidents.
select body from incident_links
where (low, high) in (select * from unnest($1::uuid[], $2::uuid[])) or low = any ($3::uuid[]) or high = any ($3::uuid[]);

-- keep_link --
-- A link as it stands now, and what was said of it last.
insert into incident_links as l (id, low, high, state, revision, changed_at, body)
values (($1::jsonb ->> 'id')::uuid, ($1 ->> 'low')::uuid, ($1 ->> 'high')::uuid, $1 ->> 'state', ($1 ->> 'revision')::int, $2, $1)
on conflict (low, high) do update set
    state = excluded.state, revision = excluded.revision, body = excluded.body,
    changed_at = case when excluded.revision > l.revision then excluded.changed_at else l.changed_at end;

-- keep_decision --
-- What a person at a desk said of a link.
insert into incident_link_decisions (link, revision, unit, desk, state, at, body) values ($1::uuid, $2, $3, $4, $5, $6, $7::jsonb);
