-- The clock looks for exercises beside real events that endanger life.
create index incidents_exercises on incidents (id) where status = 'exercise' and closed_at is null and id = root;
create index incidents_life_risk on incidents (opened_at)
    where status = 'actual' and closed_at is null and id = root and body -> 'picture' ->> 'severity' = 'life-risk';
