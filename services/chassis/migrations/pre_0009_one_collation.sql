-- What holds an id compares as the id does: an index of another collation serves no join with it, and every due read the whole table.
alter table duties alter column owner type text collate "C";
alter table answers alter column object type text collate "C";
alter table vault alter column owner type text collate "C";
alter table notification_versions alter column notification type text collate "C";
