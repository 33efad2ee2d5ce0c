-- A due that was found in the past for want of a calendar makes no desk late: figures have to know it.
alter table duties add column by_bus boolean generated always as (coalesce((body ->> 'by_bus')::boolean, false)) stored;
drop index duties_figures;
create index duties_figures on duties (started)
    include (kind, owner, version, desk, incident, state, due, met_at, missed_at, voided, by_bus, reached);
create index expectations_figures on expectations (due) where state in ('met', 'late', 'missing');
