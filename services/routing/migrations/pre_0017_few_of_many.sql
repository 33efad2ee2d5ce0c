-- Hardly any notification waits for a statement of its unit. Not knowing that, the planner reads all of them whenever the clock looks.
create statistics notifications_acts on (body ->> 'act') from notifications;
analyze notifications;

-- Open cases of the mind and what hands them over, among all incidents that ever were.
create index incidents_psych_open on incidents (id) where family = 'psych' and closed_at is null;
create index incidents_handed_over on incidents ((body -> 'picture' ->> 'referral_no')) where family = 'handover' and closed_at is not null;
create index incidents_following on incidents ((body ->> 'follows')) where family = 'psych' and body ->> 'follows' is not null;
