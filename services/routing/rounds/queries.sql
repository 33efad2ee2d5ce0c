-- drills_to_suspend --
-- Open exercises at whose school a real event that endangers life was opened since, or rose to that, or was found to be by a correction or a
-- triage: the exercise, the event, since when it is, and the drill's number. A merged school is its heir ($1: old id → heir). What happens to a pupil
-- elsewhere is not at the school.
with exercises as materialized (
    select e.id, e.key, e.opened_at, array(
        select coalesce($1::jsonb ->> named, named)
        from jsonb_array_elements_text(coalesce(e.body -> 'picture' -> 'schools', jsonb_build_array(e.body -> 'picture' -> 'school_id'))) as named
    ) as schools
    from incidents as e
    where e.status = 'exercise' and e.id = e.root and e.closed_at is null
), dangers as materialized (
    select r.id, r.opened_at, greatest(
        (select max(s.published_at) from incident_events as s where s.incident = r.id and s.type like any ('{%.level-changed,%.corrected}')),
        case when r.body -> 'triage' -> 'schools' <> '[]' then (r.body -> 'triage' ->> 'at')::timestamptz end
    ) as found_at, array(
        select coalesce($1::jsonb ->> named, named)
        from jsonb_array_elements_text(coalesce(r.body -> 'picture' -> 'schools', jsonb_build_array(r.body -> 'picture' -> 'school_id'))) as named
    ) as schools
    from incidents as r
    where r.status = 'actual' and r.id = r.root and r.closed_at is null and r.body -> 'picture' ->> 'severity' = 'life-risk'
      and coalesce(r.body -> 'picture' ->> 'relation', '') <> 'pupil-only'
)
select e.id::text as exercise, a.id::text as actual, greatest(a.opened_at, a.found_at) as since, coalesce(d.key, e.key) as drill
from exercises as e
cross join lateral (
    select r.id, r.opened_at, r.found_at from dangers as r
    where greatest(r.opened_at, r.found_at) >= e.opened_at and r.schools && e.schools
    order by r.opened_at, r.id limit 1
) as a
left join lateral (
    select p.key from incidents as p
    where p.family = 'drill' and p.id = p.root and p.body -> 'picture' ->> 'bus_exercise' = 'true'
      and coalesce($1::jsonb ->> (p.body -> 'picture' ->> 'school_id'), p.body -> 'picture' ->> 'school_id') = any (e.schools)
      and e.opened_at between (p.body -> 'picture' ->> 'starts_at')::timestamptz and (p.body -> 'picture' ->> 'ends_at')::timestamptz
    order by p.opened_at desc limit 1
) as d on true
order by e.id limit 100;

-- roots_waiting --
-- Roots with duties that wait for a calendar, and what they wait for.
select root::text, array_agg(distinct pending_calendar) as pending from duties where pending_calendar is not null group by root limit 500;

-- cases_handed_over --
-- Open cases at the school that a pupil left, whose handover is completed, so that the case goes on elsewhere: the case and the handover.
select p.id::text as case, h.id::text as handover
from incidents as p
join incidents as h on h.body -> 'picture' ->> 'referral_no' = p.key and h.body -> 'picture' ->> 'from_school' = p.scope
where p.family = 'psych' and p.id = p.root and p.closed_at is null
  and h.family = 'handover' and h.id = h.root and h.closed_at is not null and h.body ->> 'withdrawn_at' is null
  and exists (select from incidents as n where n.family = 'psych' and n.key = p.key and n.body ->> 'follows' = h.id::text)
order by p.id limit 100;

-- acts_stated --
-- Notifications whose first action is a statement of their own unit, made since three days before they were delivered and not void: the first.
-- Few wait at any time: those are found by their own index first, whatever the planner knows of the tables, and what was stated one by one.
-- At a gate rosters and check-ins act for one slot: who looks at the gate knows which.
with waiting as materialized (
    select n.id, n.root, n.unit, n.delivered_at, n.body ->> 'act' as act, asked.status
    from notifications as n
    cross join lateral (select i.status, i.family from incidents as i where i.id = n.incident) as asked
    where asked.family <> 'guard-gap' and n.body ->> 'act' is not null and n.acted_at is null and n.delivered_at is not null
      and n.state not in ('redirected', 'superseded', 'withdrawn', 'suspended')
)
select w.root::text, w.id::text as notification, stated.at
from waiting as w
cross join lateral (
    select e.published_at as at from incident_events as e
    where e.type = w.act and e.published_at >= w.delivered_at - interval '72 hours'
      and split_part(e.publisher, '@', 2) = w.unit and e.outcome in ('routed', 'unmatched')
      and exists (select from incidents as i where i.id = e.incident and i.status = w.status and i.withdrawn_at is null)
    order by e.published_at limit 1
) as stated
order by w.id limit 100;

-- left_behind --
-- Open roots that a desk ($1) still has a notification, a duty or a word in, but for what is in arbitration; without some ($2).
select i.id::text as root from incidents as i
where i.closed_at is null and i.id = i.root and i.id <> all ($2::uuid[])
  and (i.body ->> 'publisher' = any ($1::text[])
       or exists (select from notifications as n
                  where n.root = i.id and n.desk = any ($1::text[]) and n.body ->> 'copy_of' is null
                    and n.state not in ('returned', 'redirected', 'superseded', 'withdrawn', 'suspended'))
       or exists (select from duties as d
                  where d.root = i.id and d.desk = any ($1::text[]) and d.kind in ('report', 'close') and d.state in ('open', 'pending')))
order by i.id limit 100;

-- net_unchecked --
-- Whether a night ($1) was not told yet, and there was a directory by its hour ($2).
select not exists (select from net_checks where day = $1) and exists (select from directory_units where changed_at is null or changed_at < $2);

-- claim_net --
-- Keep that a night was told; nothing when it was before.
insert into net_checks (day, incident, checked_at) values ($1, $2::uuid, $3) on conflict (day) do nothing returning day;

-- end_steps --
-- The steps that a matter owed are owed no more; those who were told of a miss learn it.
update expectations set state = 'ended', next_at = case when incident is not null then $2::timestamptz end
where subject = $1::uuid and state in ('open', 'missing');
