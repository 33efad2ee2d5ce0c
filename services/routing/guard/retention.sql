-- guard_rosters --
-- Rosters, which name persons.
delete from guard_rosters where (unit, day, revision) in (
    select unit, day, revision from guard_rosters
    where day < (bus.business_now() at time zone 'Asia/Shanghai')::date - $1::integer limit $2
);

-- guard_checkins --
-- Check-ins, which name persons.
delete from guard_checkins where (device, item) in (
    select device, item from guard_checkins
    where day < (bus.business_now() at time zone 'Asia/Shanghai')::date - $1::integer limit $2
);

-- guard_gaps --
-- Gaps: figures no longer count them.
delete from guard_gaps where id in (
    select id from guard_gaps
    where day < (bus.business_now() at time zone 'Asia/Shanghai')::date - $1::integer limit $2
);

-- guard_posts --
-- Posts: figures no longer count them.
delete from guard_posts where (day, unit, gate, peak) in (
    select day, unit, gate, peak from guard_posts
    where day < (bus.business_now() at time zone 'Asia/Shanghai')::date - $1::integer limit $2
);

-- guard_days --
-- Days, as they were planned.
delete from guard_days where day in (
    select day from guard_days
    where day < (bus.business_now() at time zone 'Asia/Shanghai')::date - $1::integer limit $2
);
