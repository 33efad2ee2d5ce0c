-- take_lease --
-- Take a lease that nobody holds or whose time is over; the token grows with every holder.
insert into leases as l (name, token, holder, until)
values ($1, 1, $2, clock_timestamp() + make_interval(secs => $3))
on conflict (name) do update
set token = l.token + 1, holder = excluded.holder, until = excluded.until
where l.until < clock_timestamp()
returning token;

-- renew_lease --
-- Hold a lease longer, if the token is still ours.
update leases set until = clock_timestamp() + make_interval(secs => $3) where name = $1 and token = $2 returning token;

-- give_lease --
-- Let the next one in at once.
update leases set until = '-infinity' where name = $1 and token = $2;
