-- What figures ask of notifications and incidents stands in an index: a month of bodies was read for one column.
drop index notifications_figures;
create index notifications_figures on notifications (delivered_at) include (kind, desk, incident, issued_at, published_at, publish_due)
    where delivered_at is not null;
create index incidents_stated on incidents (opened_at) include (id, county, family, subject)
    where status = 'actual' and id = root and withdrawn_at is null;
