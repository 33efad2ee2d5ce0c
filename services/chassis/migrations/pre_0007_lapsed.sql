-- A suggestion that the bus took back has lapsed.
alter table links drop constraint links_state_check,
    add constraint links_state_check check (state in ('suggested', 'lapsed', 'linked', 'merged', 'dismissed', 'unlinked'));
