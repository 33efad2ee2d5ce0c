-- put_post --
-- How a post stands by now; an older word never stands in for a newer one.
insert into guard_posts as p (unit, day, school, gate, peak, desk, revision, starts, short, dropped, message)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
on conflict (unit, day, school, gate, peak) do update set
    desk = excluded.desk, revision = excluded.revision, starts = excluded.starts, short = excluded.short, dropped = excluded.dropped,
    message = excluded.message
where p.revision < excluded.revision
returning true;

-- posts_of_day --
-- The posts of a day in the order of their windows; of those short of people alone, of one peak alone, or all.
select school, gate, peak, starts, message from guard_posts
where day = $1 and not dropped and (not $2 or short) and ($3::text is null or peak = $3)
  and ($5::timestamptz is null or (starts, school, gate, peak) > ($5, $6, $7, $8))
order by starts, school, gate, peak limit $4;

-- count_posts --
-- How many posts there are on a day, and how many are short of people.
select count(*)::integer as posts, (count(*) filter (where short))::integer as short,
       (count(*) filter (where starts <= $2))::integer as begun
from guard_posts where day = $1 and not dropped;

-- post --
-- One post.
select school, gate, peak, starts, message from guard_posts where day = $1 and school = $2 and gate = $3 and peak = $4 and not dropped;

-- late_batches --
-- Batches that were uploaded too late, of the last days, that nobody of the unit has vouched for.
select distinct on (b ->> 'device_id', b ->> 'batch_no') b as batch, p.message
from guard_posts as p cross join jsonb_array_elements(p.message -> 'batches') as b
where p.day >= $1 and b ->> 'unit' = $2
  and not exists (select from guard_confirmations as c where (c.device, c.batch) = (b ->> 'device_id', b ->> 'batch_no'))
order by b ->> 'device_id', b ->> 'batch_no', p.starts;

-- wrong_clocks --
-- Check-ins of the last days whose device had a wrong clock, the newest first.
select w as checkin, p.message
from guard_posts as p cross join jsonb_array_elements(p.message -> 'wrong_clocks') as w
where p.day >= $1 and not p.dropped
order by (w ->> 'received_at')::timestamptz desc, p.school, p.gate, p.peak limit $2;

-- confirmed --
-- Who of the unit vouched for a batch.
select desk, person, at from guard_confirmations where device = $1 and batch = $2;

-- confirm --
-- Somebody vouches for a batch; nothing when somebody did before.
insert into guard_confirmations (unit, device, batch, desk, person, at) values ($1, $2, $3, $4, $5, $6)
on conflict (unit, device, batch) do nothing
returning true;

-- roster_of --
-- The newest roster that the unit stated for a school and day, with whatever corrected it, oldest first.
select id, name, revision, data from events
where family = 'guard-roster' and subject = $1 and status = 'actual' order by revision, id;

-- roster_before --
-- The day of the newest roster of a school before a day.
select max(right(subject, 10)) from events
where family = 'guard-roster' and name = 'police.guard-roster.published' and status = 'actual'
  and left(subject, length($1) + 1) = $1 || '/' and right(subject, 10) < $2;

-- paired_schools --
-- The documents of schools that a circle row pairs with a station.
select id, document from directory where document @> jsonb_build_object('circle', jsonb_build_array(jsonb_build_object('station', $1::text)))
order by id;

-- purge_posts --
-- Posts of days that nobody looks at any more.
delete from guard_posts where day < $1;

-- purge_confirmations --
-- Confirmations of batches that nobody looks at any more.
delete from guard_confirmations where at < $1;
