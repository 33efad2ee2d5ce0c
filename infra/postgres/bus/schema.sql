-- Business time: wall clock unless one row, written by the owner alone, says otherwise. The sum of the migrations.

create table business_time (
    single boolean primary key default true check (single),
    anchor_wall timestamptz not null,
    anchor_business timestamptz not null,
    speed double precision not null check (speed >= 0)
);

create function business_now() returns timestamptz language sql stable as $$
    select coalesce(
        (select anchor_business + greatest(now() - anchor_wall, interval '0') * speed from bus.business_time),
        now()
    )
$$;

create function set_business_time(business timestamptz, speed double precision) returns void language plpgsql as $$
declare
    wall timestamptz := clock_timestamp();
    reached timestamptz;
begin
    lock table bus.business_time in share row exclusive mode;
    select anchor_business + greatest(wall - anchor_wall, interval '0') * t.speed from bus.business_time as t into reached;
    if business < reached then
        raise exception 'business time never goes back: it is %, asked for %', reached, business using errcode = 'check_violation';
    end if;
    insert into bus.business_time as t (single, anchor_wall, anchor_business, speed)
    values (true, wall, business, set_business_time.speed)
    on conflict (single) do update
    set anchor_wall = excluded.anchor_wall, anchor_business = excluded.anchor_business, speed = excluded.speed;
    perform pg_notify('business_time', '');
end
$$;

revoke execute on function set_business_time(timestamptz, double precision) from public;
grant usage on schema bus to public;
grant select on business_time to public;
