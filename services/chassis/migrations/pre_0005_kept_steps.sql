-- The later steps of what a unit keeps to itself: who is reminded when, how it ended, what was stated in its place, when it is forgotten.

alter table kept
    add column next_on date,
    add column contacted_at timestamptz,
    add column reminded_at timestamptz,
    add column closed_at timestamptz,
    add column outcome text,
    add column linked text,
    add column forget_after timestamptz;
create index kept_to_remind on kept (next_on) where closed_at is null and reminded_at is null;
create index kept_to_forget on kept (forget_after) where forget_after is not null;

grant update (next_on, contacted_at, reminded_at, closed_at, outcome, linked, forget_after) on kept to {desk};
grant update (reminded_at), delete on kept to {service};
