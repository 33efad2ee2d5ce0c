-- A suggestion that no longer fits has lapsed.
alter table incident_links drop constraint incident_links_state_check,
    add constraint incident_links_state_check check (state in ('suggested', 'lapsed', 'linked', 'merged', 'dismissed', 'unlinked'));
