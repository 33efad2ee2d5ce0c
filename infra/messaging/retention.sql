-- outbox --
-- Messages sent longer ago than the topics keep them.
delete from outbox where seq in (
    select seq from outbox where sent_at < clock_timestamp() - make_interval(days => $1) limit $2 for update skip locked
);

-- inbox --
-- Identities that no topic can bring again.
delete from inbox where (consumer, source, id) in (
    select consumer, source, id from inbox where seen_at < clock_timestamp() - make_interval(days => $1) limit $2 for update skip locked
);

-- dead_letters --
-- Dead letters that were handled after all.
delete from dead_letters where id in (
    select id from dead_letters where replayed_at < clock_timestamp() - make_interval(days => $1) limit $2 for update skip locked
);
