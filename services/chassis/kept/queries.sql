-- keep --
-- One matter of the unit's own; nothing comes back if the unit has one of that number.
insert into kept (id, unit, desk, name, number, at, person, data, next_on) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
on conflict (unit, name, number) do nothing
returning id;

-- list --
-- The unit's matters of a name, newest first.
select id, number, desk, at, data, next_on, contacted_at, closed_at, outcome, linked from kept where name = $1 and ($3::text is null or id < $3) order by id desc limit $2;

-- one --
-- One matter of the unit's own.
select id, number, desk, at, data from kept where name = $1 and id = $2;

-- row --
-- A sealed row of it.
select sealed from vault where owner = $1 and row = $2;

-- numbers --
-- How many each unit entered in a time.
select unit, count(*) as entered from kept where name = $1 and at >= $2 and at < $3 group by unit;

-- hold --
-- One matter of the unit's own, locked for a step.
select id, number, desk, at, data, closed_at from kept where name = $1 and id = $2 for update;

-- contacted --
-- Those concerned were spoken with; the next time, if there is one, is reminded of anew.
update kept set contacted_at = $2, next_on = $3, reminded_at = null where id = $1
returning id, number, desk, at, data, next_on, contacted_at, closed_at, outcome, linked;

-- end --
-- A matter is over; it is forgotten (machine time) after its time.
update kept set closed_at = $2, outcome = $3, linked = $4, next_on = null, forget_after = clock_timestamp() + $5::interval where id = $1
returning id, number, desk, at, data, next_on, contacted_at, closed_at, outcome, linked;

-- remind --
-- Matters whose day has come and of which nobody was reminded yet.
update kept set reminded_at = $1 where id in (
    select id from kept where closed_at is null and reminded_at is null and next_on <= ($1::timestamptz at time zone 'Asia/Shanghai')::date
    order by id limit $2 for update skip locked
)
returning id, unit, name;

-- forget --
-- Matters that have been over long enough go, and their sealed rows with them.
with gone as (
    delete from kept where id in (
        select id from kept where forget_after < clock_timestamp() order by id limit $1 for update skip locked
    ) returning id
), rows as (
    delete from vault using gone where vault.owner = gone.id
)
select id from gone;
