-- find_session --
-- The actor and the form secret of a session that has not ended (machine time).
select actor, csrf, ticket, expires_at from sessions where digest = $1 and expires_at > clock_timestamp();

-- use_ticket --
-- Mark a ticket as used; no row comes back when somebody used it before.
insert into used_tickets (number, expires_at) values ($1, $2) on conflict (number) do nothing returning number;

-- start_session --
-- A session of a person in one browser on one host name.
insert into sessions (digest, actor, csrf, ticket, expires_at) values ($1, $2, $3, $4, $5);

-- end_session --
-- The person signed out.
delete from sessions where digest = $1;

-- claim_key --
-- Whether this transaction alone answers the request; false while another one does.
select pg_try_advisory_xact_lock(hashtextextended(concat_ws(chr(31), 'request', current_schema(), $1::text, $2::text, $3::text), 0));

-- find_answer --
-- The answer that a request with this key got.
select digest, status, answer from answered_requests where unit = $1 and person = $2 and key = $3;

-- keep_answer --
-- Keep the answer for whoever sends the same request again.
insert into answered_requests (unit, person, key, digest, status, answer) values ($1, $2, $3, $4, $5, $6);

-- purge_requests --
-- Sessions and tickets that have ended, answers older than $1 (machine time).
with s as (delete from sessions where expires_at <= clock_timestamp() returning 1),
    t as (delete from used_tickets where expires_at <= clock_timestamp() returning 1),
    a as (delete from answered_requests where answered_at < clock_timestamp() - $1::interval returning 1)
select (select count(*) from s) + (select count(*) from t) + (select count(*) from a);
