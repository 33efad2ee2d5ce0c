-- keep_rosters --
-- Keep versions of rosters; posts whose evening check is over are looked at again.
with given as (
    select * from jsonb_to_recordset($1::jsonb)
        as g (unit text, day date, revision integer, published_at timestamptz, rows jsonb, required jsonb)
), kept as (
    insert into guard_rosters (unit, day, revision, published_at, rows, required)
    select unit, day, revision, published_at, rows, required from given
    on conflict (unit, day, revision) do nothing
    returning unit, day
), woken as (
    update guard_posts set look_at = case when rosters_seen and not live_seen then least(look_at, $2) else look_at end, changed = true
    where (day, unit, gate, peak) in (
        select p.day, p.unit, p.gate, p.peak from guard_posts as p join (select distinct unit, day from kept) as k using (unit, day)
        where p.starts > $2
        order by p.day, p.unit, p.gate, p.peak for no key update of p
    )
    returning rosters_seen and not live_seen as wakes
)
select (select count(*) from kept) as kept, (select $2::timestamptz from woken where wakes limit 1) as wake;

-- keep_checkins --
-- Keep check-ins, each (device, item) once; posts with a gap that one of them may end are looked at again. What came too late waits for a leader.
with given as (
    select distinct on (device, item) * from jsonb_to_recordset($1::jsonb)
        as g (device text, item bigint, event text, batch text, day date, unit text, gate text, peak text, slot text, person text, act text,
              checked_at timestamptz, uploaded_at timestamptz, received_at timestamptz, flag text, stated_by text)
    order by device, item, received_at
), kept as (
    insert into guard_checkins
        (device, item, event, batch, day, unit, gate, peak, slot, person, act, checked_at, uploaded_at, received_at, flag, stated_by)
    select device, item, event, batch, day, unit, gate, peak, slot, person, act, checked_at, uploaded_at, received_at, flag, stated_by from given
    on conflict (device, item) do nothing
    returning day, unit, gate, peak, flag
), woken as (
    update guard_posts set look_at = case when listens then least(coalesce(look_at, $2), $2) else look_at end, changed = true
    where (day, unit, gate, peak) in (
        select p.day, p.unit, p.gate, p.peak
        from guard_posts as p join (select distinct day, unit, gate, peak from kept where flag in ('', 'too-late')) as k using (day, unit, gate, peak)
        order by p.day, p.unit, p.gate, p.peak for no key update of p
    )
    returning listens
)
select (select count(*) from kept) as kept,
       (select count(*) from given as g join guard_checkins as c using (device, item)
        where (c.gate, c.peak, c.slot, c.person, c.act, c.checked_at) <> (g.gate, g.peak, g.slot, g.person, g.act, g.checked_at)
       ) as contradicting,
       (select $2::timestamptz from woken where listens limit 1) as wake;

-- correct_checkins --
-- A correction of a batch: what it takes back counts no more, what it states anew replaces what was kept. What was wrong with the batch stays.
with given as (
    select * from jsonb_to_recordset($2::jsonb)
        as g (item bigint, day date, unit text, gate text, peak text, slot text, person text, act text, checked_at timestamptz, flag text)
), head as (
    select device, batch, uploaded_at, received_at, max(stated_by) as stated_by, max(flag) filter (where flag in ('clock-off', 'too-late')) as flag
    from guard_checkins where event = $1 group by device, batch, uploaded_at, received_at limit 1
), withdrawn as (
    update guard_checkins set flag = 'corrected' where event = $1 and item = any ($3::bigint[]) returning day, unit, gate, peak
), stated as (
    insert into guard_checkins as c
        (device, item, event, batch, day, unit, gate, peak, slot, person, act, checked_at, uploaded_at, received_at, flag, stated_by)
    select h.device, g.item, $1, h.batch, g.day, g.unit, g.gate, g.peak, g.slot, g.person, g.act, g.checked_at, h.uploaded_at, h.received_at,
           case when g.flag = '' then coalesce(h.flag, '') else g.flag end, h.stated_by
    from given as g cross join head as h
    on conflict (device, item) do update
    set day = excluded.day, unit = excluded.unit, gate = excluded.gate, peak = excluded.peak, slot = excluded.slot,
        person = excluded.person, act = excluded.act, checked_at = excluded.checked_at, flag = excluded.flag
    where c.event = $1
    returning day, unit, gate, peak
), woken as (
    update guard_posts set look_at = case when listens then least(coalesce(look_at, $4), $4) else look_at end, changed = true
    where (day, unit, gate, peak) in (
        select p.day, p.unit, p.gate, p.peak
        from guard_posts as p join (select * from withdrawn union select * from stated) as k using (day, unit, gate, peak)
        order by p.day, p.unit, p.gate, p.peak for no key update of p
    )
    returning listens
)
select (select count(*) from withdrawn) + (select count(*) from stated) as changed,
       (select $4::timestamptz from woken where listens limit 1) as wake;

-- confirm_checkins --
-- A leader of the unit that stated it vouches for a batch that came too late: it counts from now on.
with confirmed as (
    update guard_checkins set flag = '', confirmed_by = $3
    where device = $1 and batch = $2 and flag = 'too-late' and split_part(stated_by, '@', 2) = $5
    returning day, unit, gate, peak
), woken as (
    update guard_posts set look_at = case when listens then least(coalesce(look_at, $4), $4) else look_at end, changed = true
    where (day, unit, gate, peak) in (
        select p.day, p.unit, p.gate, p.peak from guard_posts as p join (select distinct * from confirmed) as k using (day, unit, gate, peak)
        order by p.day, p.unit, p.gate, p.peak for no key update of p
    )
    returning listens
)
select (select count(*) from confirmed) as confirmed, (select $4::timestamptz from woken where listens limit 1) as wake;

-- lock_due_posts --
-- Posts that have to be looked at now and that nobody else looks at.
select day, unit, gate, peak from guard_posts where look_at <= $1
order by look_at, day, unit, gate, peak limit $2
for no key update skip locked;

-- told_gaps --
-- The gaps of a post that desks know of: their incidents have to be locked before the post.
select id::text from guard_gaps where day = $1 and unit = $2 and gate = $3 and peak = $4 and told order by id;

-- lock_post --
-- One post, when whoever holds it has let go.
select day from guard_posts where day = $1 and unit = $2 and gate = $3 and peak = $4 for no key update;

-- load_posts --
-- Posts with the rosters of their school and day, the check-ins that count, and their gaps.
select p.day, p.unit, p.gate, p.peak, p.county, p.starts, p.ends, p.required, p.rosters_seen, p.live_seen, p.dropped, p.look_at,
       (select jsonb_agg(to_jsonb(r) order by r.revision) from guard_rosters as r where r.unit = p.unit and r.day = p.day) as rosters,
       (select jsonb_agg(to_jsonb(c)) from guard_checkins as c
        where c.day = p.day and c.unit = p.unit and c.gate = p.gate and c.peak = p.peak and c.flag = '') as checkins,
       (select jsonb_agg(to_jsonb(g) order by g.opened_at, g.id) from guard_gaps as g
        where g.day = p.day and g.unit = p.unit and g.gate = p.gate and g.peak = p.peak) as gaps
from guard_posts as p
join unnest($1::date[], $2::text[], $3::text[], $4::text[]) as k (day, unit, gate, peak) using (day, unit, gate, peak);

-- settle_posts --
-- What looks at posts found: how far each is, when it is looked at next, and its gaps.
with seen as (
    update guard_posts as p
    set rosters_seen = s.rosters_seen, live_seen = s.live_seen, listens = s.listens, look_at = s.look_at, changed = p.changed or s.changed
    from jsonb_to_recordset($1::jsonb)
        as s (day date, unit text, gate text, peak text, rosters_seen boolean, live_seen boolean, listens boolean, look_at timestamptz,
              changed boolean)
    where p.day = s.day and p.unit = s.unit and p.gate = s.gate and p.peak = s.peak
)
insert into guard_gaps (id, day, unit, gate, peak, kind, slot, need, present, state, told, opened_at, ended_at, minutes, filled_by, late)
select id, day, unit, gate, peak, kind, slot, need, present, state, told, opened_at, ended_at, minutes, filled_by, late
from jsonb_to_recordset($2::jsonb)
    as g (id uuid, day date, unit text, gate text, peak text, kind text, slot text, need integer, present integer, state text, told boolean,
          opened_at timestamptz, ended_at timestamptz, minutes integer, filled_by text, late boolean)
on conflict (id) do update set state = excluded.state, ended_at = excluded.ended_at, minutes = excluded.minutes,
    filled_by = excluded.filled_by, late = excluded.late;

-- next_look --
-- When a post has to be looked at next.
select min(look_at) from guard_posts where look_at is not null;

-- days_planned --
-- The last day that was ever planned, and what the days from a date on were planned with.
select max(day) as last, jsonb_object_agg(day, basis) filter (where day >= $1) as planned from guard_days;

-- plan_day --
-- Keep the posts of a day: windows that began stand as they were; a post that is planned no more is dropped.
with given as (
    select * from jsonb_to_recordset($2::jsonb)
        as g (unit text, gate text, peak text, county text, starts timestamptz, ends timestamptz, required jsonb, rosters_seen boolean,
              look_at timestamptz)
), kept as (
    insert into guard_posts as p (day, unit, gate, peak, county, starts, ends, required, rosters_seen, look_at)
    select $1, unit, gate, peak, county, starts, ends, required, rosters_seen, look_at from given order by unit, gate, peak
    on conflict (day, unit, gate, peak) do update
    set county = excluded.county, starts = excluded.starts, ends = excluded.ends, required = excluded.required, dropped = false,
        look_at = least(p.look_at, excluded.look_at), changed = true
    where p.starts > $4 and not p.live_seen
      and (p.county, p.starts, p.ends, p.required, p.dropped)
          is distinct from (excluded.county, excluded.starts, excluded.ends, excluded.required, false)
), gone as (
    update guard_posts set dropped = true, look_at = $4, changed = true
    where (day, unit, gate, peak) in (
        select p.day, p.unit, p.gate, p.peak from guard_posts as p left join given as g using (unit, gate, peak)
        where p.day = $1 and p.starts > $4 and not p.live_seen and not p.dropped and g.unit is null
        order by p.unit, p.gate, p.peak for no key update of p
    )
)
insert into guard_days as d (day, basis, planned_at, pending) values ($1, $3, $4, $5)
on conflict (day) do update set basis = excluded.basis, planned_at = excluded.planned_at, pending = excluded.pending;

-- days_to_report --
-- Planned days whose report is still to be made.
select day from guard_days where reported_at is null and day between $1 and $2 order by day;

-- close_report --
-- The day is reported; nothing when another clock did it.
update guard_days set reported_at = $2 where day = $1 and reported_at is null returning day;

-- coverage --
-- Gate windows of a day by county: a window counts as covered when it is over and no required slot was left uncovered.
with windows as (
    select p.county, p.live_seen and p.ends <= $3 and not coalesce(g.open, false) as over, coalesce(g.uncovered, false) as uncovered,
           coalesce(g.filled, false) as filled, coalesce(g.late, false) as late
    from guard_posts as p left join (
        select unit, gate, peak, bool_or(state = 'open') as open, bool_or(state = 'uncovered') as uncovered,
               bool_or(state = 'filled') as filled, bool_or(late and state in ('filled', 'voided')) as late
        from guard_gaps where day = $1 and kind = 'live' group by unit, gate, peak
    ) as g using (unit, gate, peak)
    where p.day = $1 and not p.dropped and ($2::text is null or p.county = $2)
)
select county, count(*)::integer as scheduled,
       count(*) filter (where over and not uncovered)::integer as covered,
       count(*) filter (where over and uncovered)::integer as uncovered,
       count(*) filter (where not over)::integer as pending,
       count(*) filter (where over and not uncovered and filled)::integer as filled,
       count(*) filter (where over and not uncovered and late)::integer as late
from windows group by county order by county;

-- gaps_signed --
-- Somebody signed for these gaps: their posts stand otherwise than was told.
update guard_posts set changed = true
where (day, unit, gate, peak) in (
    select p.day, p.unit, p.gate, p.peak
    from guard_posts as p join (select distinct day, unit, gate, peak from guard_gaps where id = any ($1::uuid[])) as g using (day, unit, gate, peak)
    order by p.day, p.unit, p.gate, p.peak for no key update of p
);

-- changed_posts --
-- Posts that stand otherwise than was told.
select day, unit, gate, peak from guard_posts where changed order by day, unit, gate, peak limit $1;

-- hold_changed_post --
-- One of them, unless another clock tells it: the revision that desks know.
select revision from guard_posts where day = $1 and unit = $2 and gate = $3 and peak = $4 and changed for no key update skip locked;

-- post_beside --
-- What came too late to a post that is held, and who signed for its gaps.
select (select jsonb_agg(b) from (
           select device as device_id, batch as batch_no, split_part(stated_by, '@', 2) as unit, count(*) as count, uploaded_at
           from guard_checkins
           where day = $1 and unit = $2 and gate = $3 and peak = $4 and flag = 'too-late' and stated_by is not null
           group by device, batch, stated_by, uploaded_at order by uploaded_at, device, batch
       ) as b) as batches,
       (select jsonb_agg(s) from (
           select g.id::text as gap, n.desk, n.body -> 'signed_by' ->> 'shown' as shown, n.acknowledged_at as at
           from guard_gaps as g join notifications as n on n.root = g.id and n.acknowledged_at is not null
           where g.day = $1 and g.unit = $2 and g.gate = $3 and g.peak = $4 and g.told order by n.acknowledged_at, n.desk
       ) as s) as signed;

-- post_told --
-- Desks know how this post stands.
update guard_posts set changed = false, revision = $5 where day = $1 and unit = $2 and gate = $3 and peak = $4;
