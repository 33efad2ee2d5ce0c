-- 待评价: closed tasks whose sides rate each other.
create index tasks_to_rate on tasks (desk, closed_at desc) where closed ->> 'rating' = 'true';
