-- positions --
-- How far the consumer has read each log.
select topic, partition, next_offset from ledger where consumer = $1;
