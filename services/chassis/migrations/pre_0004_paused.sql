-- What the close clock of a task waits for, as the desk knows it.
alter table tasks add column paused jsonb;
grant update (paused) on tasks to {desk};
