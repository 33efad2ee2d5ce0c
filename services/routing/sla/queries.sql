-- roomy --
-- Room for a month in memory, gathered by hash: to sort it by desk takes longer than to count it. Until the transaction ends.
select set_config('work_mem', '64MB', true), set_config('enable_sort', 'off', true);

-- duties --
-- How the duties that began in a period stand at $3, by desk, type, status and kind; a notification that was signed anew counts once.
with began as not materialized (
    select kind, owner, version, desk, incident, started, due, met_at, reached,
           coalesce(met_at, case when state in ('open', 'pending') then $3::timestamptz end) as until,
           case
               when by_bus then case state when 'met' then 1 when 'ended' then 0 else 2 end
               when state = 'met' then case when due is null or met_at <= due then 1 else 3 end
               when state = 'ended' then case when voided then 1 when missed_at is not null then 3 else 0 end
               when state = 'held' then 2
               else case when due < $3::timestamptz then 3 else 2 end
           end as stands
    from duties
    where started >= $1 and started < $2
), things as (
    select kind, desk, incident, stands, reached, met_at - started as took,
           case when stands = 3 then greatest(until - due, '0') end as overrun
    from began
    where kind in ('first-action', 'report', 'close')
       or (kind = 'ack' and owner not in (select owner from began where kind = 'ack' and version > 1))
    union all
    select 'ack', desk, incident, max(stands), max(reached) filter (where stands = 3), min(met_at) - min(started),
           sum(greatest(until - due, '0')) filter (where stands = 3)
    from began
    where kind = 'ack' and owner in (select owner from began where kind = 'ack' and version > 1)
    group by owner, desk, incident
)
select t.desk, i.subject as type, i.status, t.kind,
       count(*) filter (where t.stands = 1) as in_time, count(*) filter (where t.stands = 3) as late,
       count(*) filter (where t.stands = 2) as open, coalesce(sum(extract(epoch from t.overrun)::float8), 0) as overrun,
       coalesce(array_agg(extract(epoch from t.took)::float8) filter (where t.kind = 'ack' and t.stands > 0 and t.took is not null), '{}')
           as took,
       coalesce(array_agg(t.reached) filter (where t.stands = 3 and t.reached > 0), '{}') as steps
from things as t
join incidents as i on i.id = t.incident
where i.status <> 'test'
group by t.desk, i.subject, i.status, t.kind;

-- deliveries --
-- What was delivered for signature in a period, and what publisher and bus took beyond their allowance, by desk, type and status.
select n.desk, i.subject as type, i.status,
       count(*) filter (where n.delivered_at <= n.carried + interval '60 seconds') as in_time,
       count(*) filter (where n.delivered_at > n.carried + interval '60 seconds') as late,
       coalesce(sum(extract(epoch from n.delivered_at - n.carried)::float8 - 60)
                filter (where n.delivered_at > n.carried + interval '60 seconds'), 0) as bus,
       count(*) filter (where n.carried > n.publish_due) as publisher_late,
       coalesce(sum(extract(epoch from n.carried - n.publish_due)::float8) filter (where n.carried > n.publish_due), 0) as publisher
from (
    select desk, incident, delivered_at, publish_due, coalesce(published_at, issued_at) as carried
    from notifications
    where delivered_at >= $1 and delivered_at < $2 and kind in ('acknowledge', 'bulletin')
) as n
join incidents as i on i.id = n.incident
where i.status <> 'test'
group by n.desk, i.subject, i.status;

-- publications --
-- What agencies stated in a period, against the bound of its type and (where there is one) of the law, by desk, type and status.
select e.publisher as desk, e.type, i.status,
       count(*) filter (where e.published_at <= e.publish_due) as in_time, count(*) filter (where e.published_at > e.publish_due) as late,
       coalesce(sum(extract(epoch from e.published_at - e.publish_due)::float8) filter (where e.published_at > e.publish_due), 0) as overrun,
       count(*) filter (where e.published_at <= e.law_due) as lawful, count(*) filter (where e.published_at > e.law_due) as unlawful
from incident_events as e
join incidents as i on i.id = e.incident
where e.published_at >= $1 and e.published_at < $2 and e.publish_due is not null and e.outcome in ('routed', 'unmatched')
  and i.status <> 'test'
group by e.publisher, e.type, i.status;

-- dropped --
-- What fell away in a period before any of its signatures was decided, by desk, type, status and why.
select n.desk, i.subject as type, i.status, n.state, count(*) as count
from notifications as n
join incidents as i on i.id = n.incident
where n.delivered_at >= $1 and n.delivered_at < $2 and n.kind in ('acknowledge', 'bulletin')
  and n.state in ('superseded', 'withdrawn', 'redirected') and i.status <> 'test'
  and not exists (
      select from duties as d
      where d.root = n.root and d.owner = n.id and d.kind = 'ack' and (d.state <> 'ended' or d.voided or d.missed_at is not null)
  )
group by n.desk, i.subject, i.status, n.state;

-- ratings --
-- How often, and with how many points in all, the other sides of closed tasks rated a desk in a period, by desk, type and status.
select r.of as desk, i.subject as type, i.status, count(*) as given, sum(r.score) as points
from tasks as t
cross join jsonb_to_recordset(t.body -> 'ratings') as r ("of" text, score integer, at timestamptz)
join incidents as i on i.id = t.incident
where t.rated_at >= $1 and r.at >= $1 and r.at < $2 and i.status <> 'test'
group by r.of, i.subject, i.status;

-- windows --
-- Gate windows of a period (of one school, where $5 names it) by county: those that are over and were looked at to their end, and those of
-- them where no required slot was left uncovered.
select p.county, count(*) as scheduled, count(*) filter (where not exists (
           select from guard_gaps as g
           where (g.day, g.unit, g.gate, g.peak) = (p.day, p.unit, p.gate, p.peak) and g.kind = 'live' and g.state = 'uncovered'
       )) as covered
from guard_posts as p
where p.day >= $1 and p.day < $2 and p.ends <= $3 and p.live_seen and not p.dropped
  and starts_with(p.county, $4) and (p.unit = $5 or $5 = '')
  and not exists (
      select from guard_gaps as g
      where (g.day, g.unit, g.gate, g.peak) = (p.day, p.unit, p.gate, p.peak) and g.kind = 'live' and g.state = 'open'
  )
group by p.county
order by p.county;

-- expected --
-- What units owed without being asked (lists, nil reports, checks, drills), by the due that falls into a period, desk, rule and the type of
-- the incident that it is about.
select e.desk, e.rule, coalesce(i.subject, '') as type, count(*) filter (where e.state = 'met') as in_time,
       count(*) filter (where e.state = 'late') as late, count(*) filter (where e.state = 'missing') as missing
from expectations as e
left join incidents as i on i.id = e.subject
where e.due >= $1 and e.due < $2 and e.state in ('met', 'late', 'missing') and not (e.by_bus and e.state <> 'met')
group by e.desk, e.rule, i.subject;

-- incidents --
-- Actual incidents first stated in a period in a division, without some families, what is void and the bus's own: all of them, and with each
-- chain of merged ones (whatever lies between them) as one.
with recursive stated as (
    select id from incidents
    where opened_at >= $1 and opened_at < $2 and status = 'actual' and id = root and withdrawn_at is null and starts_with(county, $3)
      and family <> all ($4::text[]) and not starts_with(subject, 'bus.')
), merged as (
    select low as one, high as other from incident_links where state = 'merged'
    union all
    select high, low from incident_links where state = 'merged'
), reach (id, other) as (
    select distinct s.id, s.id from stated as s join merged as m on m.one = s.id
    union
    select r.id, m.other from reach as r join merged as m on m.one = r.other
), heads as (
    select id, min(other::text) as head from reach group by id
)
select (select count(*) from stated) as reported,
       (select count(*) from stated) - (select count(*) - count(distinct head) from heads) as counted;

-- voided --
-- Incidents that were withdrawn in a period in a division (its digits), with reason and officer. A gap that was none is nobody's withdrawal.
select body ->> 'number' as number, subject as type, county, withdrawn_at, coalesce(nullif(body -> 'withdrawal', 'null'), '{}') as withdrawal
from incidents
where withdrawn_at >= $1 and withdrawn_at < $2 and status = 'actual' and id = root and family <> 'guard-gap' and starts_with(county, $3)
order by withdrawn_at, id;

-- first_delivery --
-- When the bus delivered for the first time.
select min(delivered_at) from notifications where delivered_at is not null;

-- told_reports --
-- What was told of some months.
select county, month from sla_reports where month = any ($1::text[]);

-- claim_report --
-- Keep what is told of a month; nothing when it was told before.
insert into sla_reports (county, month, incident, published_at, figures) values ($1, $2, $3::uuid, $4, $5::jsonb)
on conflict (county, month) do nothing
returning month;

-- whole --
-- A role that would see only some rows gets an error instead of figures that are too small.
select set_config('row_security', 'off', true);
