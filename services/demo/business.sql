-- reached --
-- How far business time has come, if anything ever happened under it.
select case
    when exists (select from bus.business_time) or exists (select from routing.incidents) then bus.business_now()
end as reached;

-- set_time --
-- Set business time and its speed; refused for a moment that has passed.
select bus.set_business_time($1::timestamptz, $2::double precision);

-- look --
-- Business time and how fast it runs.
select bus.business_now() as now, coalesce((select speed from bus.business_time), 1.0) as speed;

-- go_on --
-- Go on at another speed, from here: a twentieth of a second ahead, because time runs while this is done.
select bus.set_business_time(
    bus.business_now() + make_interval(secs => 0.05 * greatest(coalesce((select speed from bus.business_time), 1.0), 1.0)),
    $1::double precision
);

-- move_to --
-- Move business time on to a moment, at the speed that it has; where it was and where it is, nothing where it has come there by itself.
with was as materialized (
    select bus.business_now() as at, coalesce((select speed from bus.business_time), 1.0) as speed
)
select was.at as before, $1::timestamptz as after, bus.set_business_time($1::timestamptz, was.speed)::text as done from was where was.at < $1;

-- next_stop --
-- Before a moment: when the next crews are due at their gates, or the next 18:00, at which the posts of the day after are planned.
select min(at) from (
    select starts - $2::interval as at from routing.guard_posts where not dropped
    union all
    select ((bus.business_now() at time zone 'Asia/Shanghai')::date + days + time '18:00') at time zone 'Asia/Shanghai'
    from generate_series(0, 1) as days
) as stops
where at > bus.business_now() and at < $1;

-- crews_awaited --
-- Gates whose crews are due and not there; a day that is still to be planned counts as one.
select (select count(*) from routing.guard_posts as p
        where not dropped and starts > bus.business_now() and starts - $1::interval <= bus.business_now()
          and not exists (select from routing.guard_checkins as c where (c.day, c.unit, c.gate, c.peak) = (p.day, p.unit, p.gate, p.peak)))
     + (select count(*) from (select bus.business_now() at time zone 'Asia/Shanghai' as now) as beijing
        where not exists (select from routing.guard_days where day >= (now + interval '6 hours')::date)) as awaited;

-- planned --
-- Whether posts are planned up to the day of a moment, or none ever were.
select not exists (select from routing.guard_days)
       or exists (select from routing.guard_days where day >= ($1::timestamptz at time zone 'Asia/Shanghai')::date);

-- unattended --
-- Gate windows that began after one moment and by another, and nobody checked in for them.
select count(*) from routing.guard_posts as p
where not dropped and starts > $1 and starts <= $2
  and not exists (select from routing.guard_checkins as c where (c.day, c.unit, c.gate, c.peak) = (p.day, p.unit, p.gate, p.peak));

-- waiting --
-- Duties that the clock has yet to look at, and how many steps of ladders and misses there are.
select
    (select count(*) from routing.duties where next_at <= bus.business_now()) as due,
    (select count(*) from routing.duties where body ->> 'missed_at' is not null) as missed,
    (select count(*) from routing.duties as d, jsonb_array_elements(d.body -> 'told') as t where t ->> 'jumped' = '') as told;
