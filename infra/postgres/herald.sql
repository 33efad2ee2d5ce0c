-- tell --
-- Notify channels; nobody waits for the disk, for the notifications are no part of what must last.
with unhurried as (
    select set_config('synchronous_commit', 'off', true) as setting
)
select pg_notify(channel, payload) from unhurried, unnest($1::text[], $2::text[]) as t (channel, payload);
