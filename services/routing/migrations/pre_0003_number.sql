-- What another unit says of an incident finds it by its number in the family and the county, whoever opened it.
create index incidents_by_number on incidents (key, family, county) where id = root;
