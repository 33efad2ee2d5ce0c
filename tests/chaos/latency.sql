-- issued --
-- Which event caused each version of a notification.
select convert_from(value, 'UTF8')::jsonb ->> 'notification' as notification, (convert_from(value, 'UTF8')::jsonb ->> 'version')::int as version,
       headers ->> 'ce_causationid' as cause
from routing.outbox where created_at >= $1 and headers ->> 'ce_type' = 'xietong.bus.notification.issued.v1';

-- delivered --
-- When each version stood on its desk: the desk's own word for it is written in the transaction that lists it.
select convert_from(value, 'UTF8')::jsonb ->> 'notification' as notification, (convert_from(value, 'UTF8')::jsonb ->> 'version')::int as version,
       min(created_at) as at
from {schema}.outbox where created_at >= $1 and headers ->> 'ce_type' = 'xietong.bus.notification.delivered.v1' group by 1, 2;
