-- unit_documents --
-- The documents of some units.
select id, document from directory where id = any ($1::text[]);

-- has_unit --
-- Whether the Directory knows the unit.
select exists (select 1 from directory where id = $1);

-- seal_keys --
-- The public sealing keys of the services; the bus's own unit carries them.
select document -> 'seal_keys' from directory where document ? 'seal_keys' order by version desc limit 1;

-- schools --
-- The schools of the Directory, by id.
select id, document from directory where id ~ '^[0-9]{10}$' order by id;
