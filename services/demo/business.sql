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

-- move_on --
-- Move business time on by a while, at the speed that it has; returns where it was and where it is.
with was as materialized (
    select bus.business_now() as at, coalesce((select speed from bus.business_time), 1.0) as speed
)
select was.at as before, was.at + $1::interval as after, was.speed, bus.set_business_time(was.at + $1::interval, was.speed)::text as done
from was;

-- waiting --
-- Duties that the clock has yet to look at, and how many steps of ladders and misses there are.
select
    (select count(*) from routing.duties where next_at <= bus.business_now()) as due,
    (select count(*) from routing.duties where body ->> 'missed_at' is not null) as missed,
    (select count(*) from routing.duties as d, jsonb_array_elements(d.body -> 'told') as t where t ->> 'jumped' = '') as told;
