-- keep --
-- One matter of the unit's own; nothing comes back if the unit has one of that number.
insert into kept (id, unit, desk, name, number, at, person, data) values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (unit, name, number) do nothing
returning id;

-- list --
-- The unit's matters of a name, newest first.
select id, number, desk, at, data from kept where name = $1 and ($3::text is null or id < $3) order by id desc limit $2;

-- one --
-- One matter of the unit's own.
select id, number, desk, at, data from kept where name = $1 and id = $2;

-- row --
-- A sealed row of it.
select sealed from vault where owner = $1 and row = $2;

-- numbers --
-- How many each unit entered in a time.
select unit, count(*) as entered from kept where name = $1 and at >= $2 and at < $3 group by unit;
