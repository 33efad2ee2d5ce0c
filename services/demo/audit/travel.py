"""Did every message arrive, once, in the order of its key?"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise

from services.demo.audit.expect import Case
from services.demo.audit.gaps import BUS
from services.demo.audit.log import ClientLog
from services.demo.audit.report import Findings
from services.demo.audit.rows import Decided, Rows, Sent


def check_intake(rows: Rows, log: ClientLog, findings: Findings, *, alone: bool) -> frozenset[str]:
    """Accepted events are stored and decided, exactly; returns the ids that others posted (``alone``: nobody else may have)."""
    stored = {(row.service, row.id): row for row in rows.intake}
    decided = {row.id for row in rows.decided}
    accepted = {one.id for one in log.stated}
    findings.saw(log.stated)
    for event in log.stated:
        row = stored.get((event.service, event.id))
        if row is None:
            findings.add("lost", f"{event.name} {event.id} was accepted and is not stored")
        elif row.is_parked:
            findings.add("lost", f"{event.name} {event.id} was parked")
        elif event.id not in decided or not row.is_decided:
            findings.add("lost", f"{event.name} {event.id} has no decision")
    same = Counter((row.service, row.name, row.subject, row.status, row.revision) for row in rows.intake if row.id in accepted)
    for (service, name, subject, _, revision), count in same.items():
        if count > 1:
            findings.add("doubled", f"{name} {subject} revision {revision} is stored {count} times at {service}")
    for orphan in decided - {row.id for row in rows.intake} - {row.id for row in rows.decided if row.source == BUS}:
        findings.add("unexplained", f"event {orphan} was decided and no agency stated it")
    foreign = frozenset(row.id for row in rows.intake if row.id not in accepted)
    for identity in foreign if alone else ():
        findings.add("unexplained", f"event {identity} is stored and this client never had it accepted")
    return foreign


def check_decisions(cases: Sequence[Case], rows: Rows, findings: Findings) -> None:
    """The events of one key belong to one incident and were decided in the order of their revisions."""
    by_id: dict[str, Decided] = {}
    for row in rows.decided:
        if row.id in by_id:
            findings.add("doubled", f"event {row.id} was decided twice")
        by_id[row.id] = row
    for case in cases:
        found = [by_id[event.id] for event in case.events if event.id in by_id]
        if len({row.incident for row in found}) > 1:
            findings.add("doubled", f"{case.name} is spread over several incidents")
        for earlier, later in pairwise(found):
            if later.decided_at < earlier.decided_at:
                findings.add("disordered", f"{case.name}: revision {later.revision} was decided before {earlier.revision}")


def check_order(sent: Sequence[Sent], findings: Findings) -> None:
    """What was written first under a key was sent first; what is not sent is stuck. An offset below 0 is one the broker did not tell."""
    by_key: dict[tuple[str, str, str], list[Sent]] = defaultdict(list)
    for row in sent:
        by_key[row.schema, row.topic, row.key].append(row)
    findings.saw(sent)
    for (schema, topic, key), rows in by_key.items():
        waiting = [row for row in rows if row.offset is None]
        if waiting:
            findings.add("stuck", f"{len(waiting)} messages of {key} wait in {schema} for {topic}")
        known = [row for row in sorted(rows, key=lambda row: row.seq) if row.offset is not None and row.offset >= 0]
        places = [(row.partition, row.offset) for row in known]
        if len({partition for partition, _ in places}) > 1:
            findings.add("disordered", f"{key} went to several partitions of {topic}")
        elif any((later or 0) <= (earlier or 0) for (_, earlier), (_, later) in pairwise(places)):
            findings.add("disordered", f"{key} was sent out of order to {topic}")


def check_arrival(rows: Rows, readers: Mapping[str, Sequence[str]], findings: Findings) -> None:
    """Whatever was sent was taken in by every service that reads its topic, or lies with its dead letters."""
    for row in rows.sent:
        if row.offset is None:
            continue
        for reader in readers.get(row.topic, ()):
            known = (row.source, row.id) in rows.taken.get(reader, frozenset()) or (row.source, row.id) in rows.parked.get(
                reader, frozenset()
            )
            if not known:
                findings.add("lost", f"{reader} never took in {row.id} of {row.topic}")
