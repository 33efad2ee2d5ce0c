"""Every metric of the project, in one list: prefix ``xietong_``, base units, no names or ids of people, units or events as labels."""

from prometheus_client import Counter, Gauge, Histogram

HOP = (0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 15, 60, 300)
DESK = (5, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400, 86400)

EVENT_TO_DELIVERED = Histogram("xietong_event_to_delivered_seconds", "From published to on the recipient's desk.", ["kind"], buckets=HOP)
DELIVERED_TO_ACKNOWLEDGED = Histogram("xietong_delivered_to_acknowledged_seconds", "From on the desk to signed.", ["kind"], buckets=DESK)
RELAY_SECONDS = Histogram("xietong_relay_seconds", "From written in the outbox to acknowledged by Kafka.", ["schema"], buckets=HOP)
CONSUME_SECONDS = Histogram(
    "xietong_consume_seconds", "From the record's time in Kafka to committed in PostgreSQL.", ["consumer"], buckets=HOP
)
DELIVER_SECONDS = Histogram("xietong_deliver_seconds", "One call of deliver: decode to commit.", ["consumer"], buckets=HOP)

EVENTS = Counter("xietong_events_total", "Events handled for the first time.", ["consumer", "type"])
INBOX_DUPLICATES = Counter("xietong_inbox_duplicates_total", "Events that arrived again and were dropped.", ["consumer"])
DEAD_LETTERS = Counter("xietong_dead_letters_total", "Messages put to the dead letters.", ["consumer", "reason"])
REPLAYED = Counter("xietong_dead_letters_replayed_total", "Dead letters that were handled after all.", ["consumer"])
RETRIES = Counter("xietong_deliver_retries_total", "Batches that have to be tried again.", ["consumer"])
LEDGER_HOLES = Counter("xietong_ledger_holes_total", "Offsets that were skipped: an alarm.", ["consumer"])
RELAYED = Counter("xietong_relayed_total", "Outbox rows sent to Kafka.", ["schema"])
RELAY_FAILURES = Counter("xietong_relay_failures_total", "Sends to Kafka that failed.", ["schema"])
LOG_WIPES = Counter("xietong_log_wipes_total", "Kafka logs found wiped or cut.", ["seen_by"])
DECISIONS = Counter("xietong_decisions_total", "Decisions of the mandates.", ["type", "outcome"])
ESCALATIONS = Counter("xietong_escalations_total", "Escalations raised.", ["ladder", "step"])
GUARD_GAPS = Counter("xietong_guard_gaps_total", "Changes of gaps at guard posts.", ["kind", "slot", "state"])
SLA_SIGNATURES = Counter("xietong_sla_signatures_total", "Notifications that were signed, in time or late.", ["agency", "outcome"])
SLA_LATE_SECONDS = Counter(
    "xietong_sla_late_seconds_total", "Seconds beyond the allowance of publisher, bus and receiver, of what was signed.", ["share"]
)
PURGED = Counter("xietong_purged_rows_total", "Rows deleted after their time.", ["schema", "table"])

OUTBOX_UNSENT = Gauge("xietong_outbox_unsent_rows", "Outbox rows that wait to be sent.", ["schema"])
OUTBOX_UNSENT_AGE = Gauge("xietong_outbox_unsent_age_seconds", "Age of the oldest outbox row that waits.", ["schema"])
CONSUMER_LAG = Gauge("xietong_consumer_lag_records", "Records that wait to be consumed.", ["consumer", "topic"])
LEASE_HELD = Gauge("xietong_lease_held", "1 while this process holds the lease.", ["schema", "lease"])
SLA_COUNTED = Gauge("xietong_sla_counted_notifications", "Notifications counted in the current month.", ["agency"])
SLA_ON_TIME = Gauge("xietong_sla_on_time_ratio", "Signed in time of those decided, in the current month.", ["agency"])
SLA_COUNTED_BY_COUNTY = Gauge("xietong_sla_county_counted_notifications", "The same by county or city.", ["county"])
SLA_ON_TIME_BY_COUNTY = Gauge("xietong_sla_county_on_time_ratio", "The same by county or city.", ["county"])
SLA_COUNTED_BY_TYPE = Gauge("xietong_sla_type_counted_notifications", "The same by event type.", ["type"])
SLA_ON_TIME_BY_TYPE = Gauge("xietong_sla_type_on_time_ratio", "The same by event type.", ["type"])
SLA_OVERRUN = Gauge("xietong_sla_overrun_seconds", "Seconds beyond the allowance in the current month.", ["share"])
READY = Gauge("xietong_ready", "1 while the process serves.", ["service"])
GUARD_WINDOWS = Gauge("xietong_guard_windows", "Gate windows of today, by how they are covered.", ["state"])
