-- columns --
-- Every column of every table and view.
select c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
       || case when a.attnotnull then ' not null' else '' end
       || case a.attidentity when 'a' then ' identity always' when 'd' then ' identity by default' else '' end
       || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '')
from pg_class as c
join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
left join pg_attrdef as d on d.adrelid = c.oid and d.adnum = a.attnum
where c.relnamespace = $1::regnamespace and c.relkind in ('r', 'p', 'v', 'm');

-- constraints --
-- Every constraint that is no plain not-null.
select conrelid::regclass::text || ' ' || conname || ' ' || pg_get_constraintdef(oid)
from pg_constraint where connamespace = $1::regnamespace and contype <> 'n';

-- indexes --
-- Every index.
select pg_get_indexdef(indexrelid) from pg_index join pg_class as c on c.oid = indexrelid where c.relnamespace = $1::regnamespace;

-- policies --
-- Row level security: forced or not, and every policy.
select c.relname || ' rls ' || c.relrowsecurity || ' forced ' || c.relforcerowsecurity
from pg_class as c where c.relnamespace = $1::regnamespace and c.relkind in ('r', 'p')
union all
select tablename || ' policy ' || policyname || ' ' || cmd || ' to ' || array_to_string(roles, ',') || ' using ' || coalesce(qual, '')
       || ' check ' || coalesce(with_check, '')
from pg_policies where schemaname = $1::text;

-- views --
-- Every view's text.
select viewname || ' ' || definition from pg_views where schemaname = $1::text;

-- functions --
-- Every function and trigger.
select pg_get_functiondef(oid) from pg_proc where pronamespace = $1::regnamespace
union all
select pg_get_triggerdef(t.oid) from pg_trigger as t join pg_class as c on c.oid = t.tgrelid
where c.relnamespace = $1::regnamespace and not t.tgisinternal;

-- grants --
-- Who may do what with which table, column or function.
select table_name || ' ' || privilege_type || ' to ' || grantee from information_schema.table_privileges where table_schema = $1::text
union
select c.relname || '.' || a.attname || ' ' || x.privilege_type || ' to ' || x.grantee::regrole::text
from pg_class as c
join pg_attribute as a on a.attrelid = c.oid and a.attacl is not null
cross join lateral aclexplode(a.attacl) as x
where c.relnamespace = $1::regnamespace
union
select p.proname || ' ' || x.privilege_type || ' to ' || case when x.grantee = 0 then 'public' else x.grantee::regrole::text end
from pg_proc as p cross join lateral aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) as x
where p.pronamespace = $1::regnamespace;
