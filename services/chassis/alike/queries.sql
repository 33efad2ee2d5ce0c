-- held_alike --
-- What desks of a unit were told of incidents since a moment (the lowest id of it), in statements of some types, and still are; not items of
-- the bus (view L).
select id, incident, number, desk, event_name, message -> 'about' as about, message -> 'payload' as data, message -> 'event' as event
from notifications
where unit = $1 and id >= $2 and status = $3 and state <> 'withdrawn' and message is not null and message ->> 'view' <> 'L'
  and (event_name = any ($4::text[]) or message -> 'about' ?| $4::text[])
order by id desc
limit 200;

-- filed_alike --
-- What desks of a unit stated since a moment (the lowest id of it), in some types, and what was said of each since.
select e.id, e.incident, e.number, e.desk, e.name, e.data, e.envelope, array(
           select jsonb_build_object('name', f.name, 'data', f.data) from events as f
           where f.unit = e.unit and f.family = e.family and f.subject = e.subject and f.status = e.status and f.revision > e.revision
           order by f.revision
       ) as since
from events as e
where e.unit = $1 and e.id >= $2 and e.status = $3 and e.name = any ($4::text[])
order by e.id desc
limit 200;
