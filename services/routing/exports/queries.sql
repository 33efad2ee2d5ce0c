-- export_state --
-- The last day that was begun, the first one that is not gathered yet, and the first one that is and has no file.
select max(day) as last, min(day) filter (where not gathered) as gathering, min(day) filter (where gathered and written_at is null) as unwritten
from export_days;

-- begin_day --
-- A day that is to be exported.
insert into export_days (day) values ($1) on conflict (day) do nothing;

-- hold_day --
-- One day, held while it is gathered or written; none while another clock has it.
select gathered, written_at from export_days where day = $1 for update skip locked;

-- closed_tasks --
-- Real tasks that were closed before an instant and stand in no file yet, with what they are about and their own deadlines.
select t.body as task, i.body as incident,
       (select coalesce(jsonb_agg(jsonb_build_object('kind', d.kind, 'due', d.due, 'met_at', d.met_at)), '[]') from duties as d
        where d.owner = t.id and d.kind in ('report', 'close')) as limits
from tasks as t join incidents as i on i.id = t.incident
where t.closed_at < $1 and i.status = 'actual' and not exists (select from task_exports as e where e.task = t.id)
order by t.closed_at, t.id limit $2;

-- keep_lines --
-- Lines of a day, in their order.
insert into task_exports (task, day, closed_at, line)
select (l ->> 'task')::uuid, $1, (l ->> 'closed_at')::timestamptz, l from jsonb_array_elements($2::jsonb) as l
on conflict (task) do nothing;

-- gathered --
-- Everything of a day is gathered.
update export_days set gathered = true where day = $1;

-- lines_of --
-- The lines of a day.
select line from task_exports where day = $1 order by closed_at, task;

-- written --
-- The file of a day is there.
update export_days set written_at = $2 where day = $1;

-- days --
-- Every day with how many tasks it holds and when its file was written, the newest first.
select d.day, d.gathered, d.written_at, count(e.task) as tasks from export_days as d left join task_exports as e using (day)
group by d.day order by d.day desc limit $1;
