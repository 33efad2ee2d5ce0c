-- 护学岗 as desks are told of it: posts that stand otherwise than was last told, and who stated a batch of check-ins.
-- What was planned before is told from the day of this migration on.

alter table guard_posts add column changed boolean not null default false;
alter table guard_posts alter column changed set default true;
alter table guard_posts add column revision integer not null default 0;
create index guard_posts_changed on guard_posts (day, unit, gate, peak) where changed;
update guard_posts set changed = true where ends > bus.business_now() - interval '1 day';

alter table guard_checkins add column stated_by text;

-- What is over its time is deleted, the youngest of it when its day is that old.
create index guard_rosters_by_day on guard_rosters (day);
grant delete on guard_days, guard_posts, guard_rosters, guard_checkins, guard_gaps to {service};
