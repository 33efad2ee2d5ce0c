-- hear --
-- Keep what counts; what it meets is met, in time or late; checks that wait for it are looked at now; the clock is told where it has work.
with heard as (
    insert into reports_heard (rule, part, unit, source, id, incident, at, period, dated, named)
    select r.rule, r.part, r.unit, r.source, r.id, r.incident, r.at, r.period, r.dated, r.named
    from jsonb_to_recordset($1::jsonb) as r (
        rule text, part text, unit text, source text, id text, incident uuid, at timestamptz, period text, dated date, named boolean)
    on conflict do nothing
    returning rule, part, unit, id, at, period, dated, named
), fits as (
    select distinct on (e.id) e.id, h.at, h.id as met_by
    from heard as h join expectations as e using (rule, part, unit)
    where e.state in ('open', 'pending', 'missing') and e.subject is null
          and (h.period = e.period or (not h.named and h.dated > e.ends and e.due < h.at))
    order by e.id, h.at
), met as (
    update expectations as e
    set state = case when f.at <= coalesce(e.due, f.at) then 'met' else 'late' end, met_at = f.at, met_by = f.met_by,
        next_at = case when e.incident is not null or f.at > e.due then $2::timestamptz end
    from fits as f
    where e.id = f.id and e.state in ('open', 'pending', 'missing')
    returning e.rule, e.county, e.due, e.next_at
), summed as (
    update expectations as s set next_at = $2
    from met as m
    where s.sums = m.rule and s.state = 'missing' and m.county like s.area || '%'
          and (m.due at time zone 'Asia/Shanghai')::date between s.begins and s.ends
    returning s.id
), checks as (
    update cross_checks as c set next_at = $2
    from heard as h
    where c.rule = h.rule and c.unit = h.unit and (c.state = 'suspected' or (c.state = 'planned' and c.acts and c.acted_at is null))
    returning c.id
)
select $2::timestamptz as wake
where exists (select from met where next_at is not null) or exists (select from summed) or exists (select from checks);

-- settle --
-- Expectations that something heard before they were made, or beside them, meets; returns which.
with fits as (
    select distinct on (e.id) e.id, h.at, h.id as met_by
    from expectations as e join reports_heard as h using (rule, part, unit)
    where e.id = any ($1::uuid[]) and e.state in ('open', 'pending', 'missing') and e.subject is null
          and (h.period = e.period or (not h.named and h.dated > e.ends and e.due < h.at))
    order by e.id, h.at
)
update expectations as e
set state = case when f.at <= coalesce(e.due, f.at) then 'met' else 'late' end, met_at = f.at, met_by = f.met_by,
    next_at = case when e.incident is not null or f.at > e.due then $2::timestamptz end
from fits as f
where e.id = f.id and e.state in ('open', 'pending', 'missing')
returning e.id::text;

-- unsay --
-- What these incidents no longer say ($2: what they do) counts no more: what it alone met is open again, unless people were told before;
-- returns which.
with stands as (
    select r.rule, r.part, r.unit, r.incident, r.period
    from jsonb_to_recordset($2::jsonb) as r (rule text, part text, unit text, incident uuid, period text)
), gone as (
    delete from reports_heard as h
    where h.incident = any ($1::uuid[])
          and not exists (
              select from stands as s
              where (s.rule, s.part, s.unit, s.incident) = (h.rule, h.part, h.unit, h.incident) and coalesce(s.period, h.period) = h.period
          )
    returning h.rule, h.part, h.unit, h.id
)
update expectations as e set state = case when e.due is null then 'pending' else 'open' end, met_at = null, met_by = null, next_at = e.due
from gone as g
where (e.rule, e.part, e.unit, e.met_by) = (g.rule, g.part, g.unit, g.id) and e.state in ('met', 'late') and e.incident is null
returning e.id::text;

-- begin_checks --
-- Cross-checks that begin; one whose unit has spoken already is looked at now, for that may be its first action.
with begun as (
    insert into cross_checks (id, rule, stamp, unit, county, evidence_source, evidence_id, evidence_type, incident, since, looks_from,
                              looks_until, acts, state, next_at)
    select c.id, c.rule, c.stamp, c.unit, c.county, c.evidence_source, c.evidence_id, c.evidence_type, c.incident, c.since, c.looks_from,
           c.looks_until, c.acts, 'planned',
           case when c.acts and exists (
               select from reports_heard as h where h.rule = c.rule and h.unit = c.unit and h.at >= c.looks_from
           ) then $2::timestamptz else c.next_at end
    from jsonb_to_recordset($1::jsonb) as c (
        id uuid, rule text, stamp text, unit text, county text, evidence_source text, evidence_id text, evidence_type text, incident uuid,
        since timestamptz, looks_from timestamptz, looks_until timestamptz, next_at timestamptz, acts boolean)
    on conflict (id) do nothing
    returning next_at
)
select min(next_at) as wake from begun having count(*) > 0;

-- check_again --
-- The evidence of these incidents was corrected or withdrawn.
with again as (
    update cross_checks set next_at = $2 where incident = any ($1::uuid[]) and state in ('planned', 'suspected') returning id
)
select $2::timestamptz as wake where exists (select from again);

-- follow --
-- The next step of a matter that is owed step by step was stated: the open one is met, the next is owed.
with met as (
    update expectations
    set state = case when $3::timestamptz <= due then 'met' else 'late' end, met_at = $3, met_by = $4,
        next_at = case when incident is not null or $3 > due then $5::timestamptz end
    where rule = $1 and subject = $2::uuid and state in ('open', 'missing') and period < $6::jsonb ->> 'period'
    returning next_at
), next as (
    insert into expectations (id, rule, part, stamp, unit, desk, county, area, period, begins, ends, state, due, derivation,
                              calendar_version, calendars, next_at, subject)
    select n.id, n.rule, n.part, n.stamp, n.unit, n.desk, n.county, n.area, n.period, n.begins, n.ends, 'open', n.due, n.derivation,
           n.calendar_version, '', n.due, n.subject
    from jsonb_to_record($6::jsonb) as n (
        id uuid, rule text, part text, stamp text, unit text, desk text, county text, area text, period text, begins date, ends date,
        due timestamptz, derivation text, calendar_version text, subject uuid)
    where not exists (select from expectations as later where later.rule = $1 and later.subject = $2::uuid and later.period >= n.period)
    on conflict do nothing
    returning next_at
)
select min(next_at) as wake
from (select next_at from met union all select next_at from next) as n where next_at is not null having count(*) > 0;

-- end_subject --
-- The matter is over: nothing is owed for it any more; those who were told of a miss learn it.
with ended as (
    update expectations set state = 'ended', next_at = case when incident is not null then $3::timestamptz end
    where rule = $1 and subject = $2::uuid and state in ('open', 'missing')
    returning next_at
)
select $3::timestamptz as wake where exists (select from ended where next_at is not null);

-- taken_over --
-- Open matters that were handed over, and of which no step was ever expected.
select p.body from incidents as p
where p.family = 'psych' and p.closed_at is null and p.body ->> 'follows' is not null
      and exists (select from incidents as h
                  where h.id = (p.body ->> 'follows')::uuid and h.family = 'handover' and h.id = h.root and h.status = 'actual' and h.closed_at is not null)
      and not exists (select from expectations as e where e.subject = p.id)
order by p.id limit 100;

-- hold_case --
-- One matter, held while its first step is expected.
select body from incidents where id = $1::uuid and closed_at is null for update;

-- end_once --
-- What a statement left owing is owed no more, for that stands no longer; those who were told of a miss learn it.
with ended as (
    update expectations set state = 'ended', next_at = case when incident is not null then $2::timestamptz end
    where id = $1::uuid and state in ('open', 'pending', 'missing')
    returning next_at
)
select $2::timestamptz as wake where exists (select from ended where next_at is not null);

-- owe_again --
-- What was ended is owed again, for the statement behind it stands again; what was told of is over for good.
update expectations set state = case when due is null then 'pending' else 'open' end, next_at = due
where id = $1::uuid and state = 'ended' and incident is null;

-- begin_plans --
-- Periods to be planned. What was due before the first plan of a duty began is not owed; after that, whatever the clock slept over is.
insert into expected_plans (rule, part, period, begins, ends, owed_from, calendars)
select p.rule, p.part, p.period, p.begins, p.ends,
       case when exists (select from expected_plans as b where (b.rule, b.part) = (p.rule, p.part)) then p.opens else $2::timestamptz end, $3
from jsonb_to_recordset($1::jsonb) as p (rule text, part text, period text, begins date, ends date, opens timestamptz)
on conflict do nothing;

-- last_plans --
-- Since when each part of a duty has been planned last.
select rule, part, max(begins) as begins from expected_plans group by rule, part;

-- open_plans --
-- Plans that do not hold the directory's version ($1) or the calendars ($2) yet, of periods that are not long over.
select rule, part, period from expected_plans
where (not complete or version < $1 or calendars <> $2) and ends >= $3::date
order by begins, rule, part;

-- hold_plan --
-- One plan, held while it goes on; none while another clock has it.
select period, begins, ends, owed_from, version, reached, complete, calendars from expected_plans
where rule = $1 and part = $2 and period = $3
for update skip locked;

-- next_units --
-- The next units that changed after a plan's place, up to the version it is made by.
select unit, version from directory_units
where (version, unit collate "C") > ($1, $2::text collate "C") and version <= $3
order by version, unit collate "C"
limit $4;

-- go_on_plan --
-- How far a plan has come.
update expected_plans set version = $4, reached = $5, complete = complete or $6, calendars = $7 where rule = $1 and part = $2 and period = $3;

-- expect --
-- Keep expectations that are new; returns which.
insert into expectations (id, rule, part, stamp, unit, desk, county, area, period, begins, ends, state, due, derivation, calendar_version,
                          calendars, pending, next_at, sums, confirms)
select e.id, e.rule, e.part, e.stamp, e.unit, e.desk, e.county, e.area, e.period, e.begins, e.ends, e.state, e.due, e.derivation,
       e.calendar_version, $2, e.pending, e.next_at, $3, $4
from jsonb_to_recordset($1::jsonb) as e (
    id uuid, rule text, part text, stamp text, unit text, desk text, county text, area text, period text, begins date, ends date, state text,
    due timestamptz, derivation text, calendar_version text, pending text, next_at timestamptz)
on conflict do nothing
returning id::text;

-- confirm --
-- Units whose record was changed or confirmed since their period began (records after version $2, or one expectation) owe it no more.
with met as (
    update expectations as e
    set state = case when d.changed_at <= e.due then 'met' else 'late' end, met_at = d.changed_at,
        next_at = case when e.incident is not null or d.changed_at > e.due then $1::timestamptz end
    from directory_units as d
    where e.unit = d.unit and e.confirms and e.state in ('open', 'missing')
          and (d.changed_at at time zone 'Asia/Shanghai')::date >= e.begins and d.version > $2 and ($3::uuid is null or e.id = $3)
    returning e.id
)
select count(*) from met;

-- confirmed_at --
-- When a unit's record was changed or confirmed, if that was since a day.
select changed_at from directory_units where unit = $1 and (changed_at at time zone 'Asia/Shanghai')::date >= $2;

-- fitting --
-- When something was heard first that meets an expectation.
select min(h.at) from expectations as e join reports_heard as h using (rule, part, unit)
where e.id = $1::uuid and (h.period = e.period or (not h.named and h.dated > e.ends and e.due < h.at));

-- without_calendar --
-- What waited for a calendar that may be there now ($1: what is loaded).
select id::text from expectations where pending is not null and calendars <> $1 order by id limit 200;

-- due_expectations --
-- What is due now.
select id::text from expectations where next_at <= bus.business_now() order by next_at, id limit 100;

-- find_expectation --
-- The incident of an expectation, so that it is locked first.
select incident::text from expectations where id = $1::uuid;

-- hold_expectation --
-- One expectation, held while it is looked at; none while another clock has it.
select id::text, rule, part, stamp, unit, desk, county, area, period, begins, ends, state, due, derivation, calendar_version, calendars, pending,
       next_at, subject::text, step, in_a_row, missing, met_at, by_bus, incident::text
from expectations where id = $1::uuid
for update skip locked;

-- keep_expectation --
-- An expectation after a look.
update expectations
set state = e.state, due = e.due, derivation = e.derivation, calendar_version = e.calendar_version, calendars = $2, pending = e.pending,
    next_at = e.next_at, step = e.step, in_a_row = e.in_a_row, missing = e.missing, met_at = e.met_at, by_bus = e.by_bus, incident = e.incident
from jsonb_to_record($1::jsonb) as e (
    id uuid, state text, due timestamptz, derivation text, calendar_version text, pending text, next_at timestamptz, step integer,
    in_a_row integer, missing text[], met_at timestamptz, by_bus boolean, incident uuid)
where expectations.id = e.id;

-- summed --
-- How many reports of a duty were owed in an area and a stretch of days, how many are not in, and when the last one came.
select count(*) as owed, count(*) filter (where state in ('open', 'pending', 'missing')) as waiting, max(met_at) as last
from expectations
where rule = $1 and county like $2 || '%' and state <> 'ended'
      and (coalesce(due, (ends + 1)::timestamp at time zone 'Asia/Shanghai') at time zone 'Asia/Shanghai')::date between $3 and $4;

-- signed_in_exercises --
-- Which of these desks signed for something of an exercise from an instant to another one, and when first.
select n.desk, min(n.acknowledged_at) as at
from incidents as i join notifications as n on n.root = i.root
where i.status = 'exercise' and i.id = i.root and n.acknowledged_at >= $2 and n.acknowledged_at <= $3 and n.desk = any ($1::text[])
group by n.desk;

-- missing_before --
-- The desks that were missing in the periods before this one, the newest first.
select missing from expectations
where rule = $1 and part = $2 and unit = $3 and begins < $4 and state <> 'ended'
order by begins desc limit $5;

-- due_checks --
-- Cross-checks to be looked at now: their window closed, something came, or the unit answered.
select id::text from (
    select id, next_at from cross_checks where next_at <= bus.business_now()
    union
    select c.id, i.closed_at from cross_checks as c join incidents as i on i.id = c.item where c.state = 'suspected' and i.closed_at is not null
) as c
order by next_at, id limit 100;

-- find_check --
-- The incident of the evidence, so that it is locked first.
select incident::text from cross_checks where id = $1::uuid;

-- hold_check --
-- One cross-check, held while it is looked at; none while another clock has it.
select id::text, rule, stamp, unit, county, evidence_source, evidence_id, evidence_type, incident::text, since, looks_from, looks_until, state,
       next_at, item::text, answered_at, acted_at
from cross_checks where id = $1::uuid
for update skip locked;

-- words_of --
-- When a unit stated what a cross-check awaits.
select at from reports_heard where rule = $1 and part = '' and unit = $2 and at >= $3 order by at limit 100;

-- keep_check --
-- A cross-check after a look.
update cross_checks
set since = c.since, looks_from = c.looks_from, looks_until = c.looks_until, state = c.state, next_at = c.next_at, item = c.item,
    answered_at = c.answered_at, acted_at = c.acted_at
from jsonb_to_record($1::jsonb) as c (
    id uuid, since timestamptz, looks_from timestamptz, looks_until timestamptz, state text, next_at timestamptz, item uuid,
    answered_at timestamptz, acted_at timestamptz)
where cross_checks.id = c.id;

-- next_look --
-- When something of these is due next.
select least((select min(next_at) from expectations), (select min(next_at) from cross_checks));

-- forget --
-- What was heard long ago counts for nothing any more.
delete from reports_heard where at < $1;
