-- open --
-- Become the role and the units of a request (nothing given: stay as one is), and read business time.
select bus.business_now() as now,
       set_config('role', coalesce($1::text, current_user), true) as role,
       set_config('xietong.unit', $2::text, true) as units;

-- look --
-- Read business time.
select bus.business_now() as now;

-- flush --
-- Write the messages of a unit of work in their order; brings the channel that the relay listens on.
with written as (
    insert into outbox (topic, key, headers, value)
    select topic, key, headers, value
    from unnest($1::text[], $2::bytea[], $3::jsonb[], $4::bytea[]) with ordinality as m (topic, key, headers, value, n)
    order by n
)
select 'outbox_' || current_schema();
