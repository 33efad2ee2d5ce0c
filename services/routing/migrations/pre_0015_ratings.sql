-- 互评 in the figures: when a task was last rated, from its body.
alter table tasks add column rated_at timestamptz generated always as (instant(body -> 'ratings' -> -1 ->> 'at')) stored;
create index tasks_rated on tasks (rated_at) where rated_at is not null;
