"""A world made up by hand: one alarm, told to everybody who must know, signed by some; clean until a test spoils it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from services.demo.audit import Answered, ClientLog, District, Law, Rows, Stated, read_rules
from services.demo.audit.rows import Clocked, Decided, Intake, Notice, OnDesk, Sent
from services.demo.audit.rules import Rule
from services.routing.packs import FOUNDING

NOON = datetime(2026, 9, 21, 4, 0, tzinfo=UTC)
SCHOOL, OTHER = "2199000101", "2199000105"
COMMAND = "police.110-desk@pb-990102"
STATION = "police.station-duty@ps-990102-01"
OFFICER = "education.duty-officer@edu-990102"
GATE = f"school.duty-desk@{SCHOOL}"
VICE = f"school.law-vice-principal@{SCHOOL}"
EMERGENCY = "health.emergency-office@hb-990102"
DESKS = {GATE: "acknowledge", STATION: "acknowledge", OFFICER: "acknowledge", VICE: "inform"}
SERVICE = {GATE: "schools", STATION: "police", OFFICER: "schools", VICE: "schools", EMERGENCY: "health"}
INCIDENT, EVENT = "incident-1", "event-1"
TOPIC, TOLD = "xietong.police.alarm.v1", "xietong.routing.to-schools.v1"


def document(unit: str, **more: Any) -> dict[str, Any]:
    rosters = [{"role": desk.partition("@")[0], "from": "2025-09-01"} for desk in SERVICE if desk.endswith(f"@{unit}")]
    return {"unit": unit, "rows": [{"from": "2025-09-01", "name": unit, **more.pop("row", {})}], "rosters": rosters, **more}


def documents() -> list[dict[str, Any]]:
    circle = [{"from": "2025-09-01", "station": "ps-990102-01"}]
    window = {"from": "2025-09-01", "gate": "A-G2", "peak": "am", "starts": "07:00", "ends": "07:40"}
    school = document(SCHOOL, row={"place_code": "990102001001"}, circle=circle, windows=[window])
    return [school, *(document(unit) for unit in ("pb-990102", "ps-990102-01", "edu-990102", "hb-990102", "bus-990100"))]


def alarm(**more: Any) -> dict[str, Any]:
    usual = {
        "alarm_no": "J990102-0001",
        "kind": "weapon",
        "severity": "life-risk",
        "relation": "perimeter",
        "schools": [SCHOOL],
        "casualties": 0,
    }
    return {**usual, **more}


def stated(**more: Any) -> Stated:
    usual: dict[str, Any] = {
        "service": "police",
        "publisher": COMMAND,
        "source": "/police/pb-990102",
        "id": EVENT,
        "name": "police.alarm.raised",
        "subject": "J990102-0001",
        "revision": 1,
        "time": NOON,
        "known_at": NOON,
        "county": "990102",
        "data": alarm(),
    }
    return Stated(**{**usual, **more})


@cache
def founding() -> tuple[Rule, ...]:
    """The founding rules, read once."""
    return read_rules(FOUNDING)


def law() -> Law:
    return Law(founding(), District(documents()), {TOPIC: ("routing",), TOLD: ("schools",)})


def log(*more: Stated | Answered) -> ClientLog:
    made = ClientLog()
    for entry in (stated(), signed(GATE), *more):
        made.write(entry)
    return made


def signed(desk: str, *, after: int = 60) -> Answered:
    return Answered(service=SERVICE[desk], desk=desk, act="acknowledge", object=f"n-{desk}", at=NOON + timedelta(seconds=after), version=1)


def notice(desk: str, **more: Any) -> Notice:
    usual: dict[str, Any] = {
        "id": f"n-{desk}",
        "incident": INCIDENT,
        "root": INCIDENT,
        "family": "alarm",
        "desk": desk,
        "kind": DESKS.get(desk, "acknowledge"),
        "round": 1,
        "version": 1,
        "state": "delivered",
        "mandates": ("POL-01",),
        "delivered_at": NOON + timedelta(seconds=1),
        "acknowledged_at": NOON + timedelta(seconds=60) if desk == GATE else None,
        "arbitration_of": None,
    }
    return Notice(**{**usual, **more})


def clocked(desk: str, minutes: int, **more: Any) -> Clocked:
    usual: dict[str, Any] = {
        "owner": f"n-{desk}",
        "incident": INCIDENT,
        "desk": desk,
        "kind": "ack",
        "state": "open",
        "met_at": None,
        "missed_at": None,
        "due": NOON + timedelta(seconds=1, minutes=minutes),
        "is_voided": False,
        "told": 0,
    }
    return Clocked(**{**usual, **more})


def on_desk(desk: str, **more: Any) -> OnDesk:
    return OnDesk(**{"service": SERVICE[desk], "id": f"n-{desk}", "desk": desk, "version": 1, "state": "open", **more})


def sent(seq: int, identity: str, **more: Any) -> Sent:
    usual: dict[str, Any] = {
        "schema": "police",
        "seq": seq,
        "topic": TOPIC,
        "key": "J990102-0001",
        "source": "/police/pb-990102",
        "id": identity,
        "partition": 2,
        "offset": 10 + seq,
    }
    return Sent(**{**usual, **more})


def decided(**more: Any) -> Decided:
    usual: dict[str, Any] = {
        "source": "/police/pb-990102",
        "id": EVENT,
        "incident": INCIDENT,
        "root": INCIDENT,
        "revision": 1,
        "outcome": "routed",
        "decided_at": NOON,
    }
    return Decided(**{**usual, **more})


def intake(**more: Any) -> Intake:
    usual: dict[str, Any] = {
        "service": "police",
        "source": "/police/pb-990102",
        "id": EVENT,
        "name": "police.alarm.raised",
        "subject": "J990102-0001",
        "revision": 1,
        "is_decided": True,
        "is_parked": False,
    }
    return Intake(**{**usual, **more})


def rows(**more: Any) -> Rows:
    """Two minutes after the alarm: everybody told, the gate has signed."""
    usual: dict[str, Any] = {
        "now": NOON + timedelta(minutes=2),
        "intake": (intake(),),
        "decided": (decided(),),
        "notices": tuple(notice(desk) for desk in DESKS),
        "clocked": (clocked(GATE, 5, state="met", met_at=NOON + timedelta(seconds=60)), clocked(STATION, 5), clocked(OFFICER, 10)),
        "on_desk": tuple(on_desk(desk) for desk in DESKS),
        "sent": (sent(1, EVENT),),
        "taken": {"routing": frozenset({("/police/pb-990102", EVENT)})},
        "parked": {},
    }
    return Rows(**{**usual, **more})


def with_notices(*more: Notice) -> tuple[Notice, ...]:
    return (*(notice(desk) for desk in DESKS), *more)


def changed(desk: str, **more: Any) -> tuple[Notice, ...]:
    """The clean notifications, one of them changed."""
    return tuple(replace(notice(one), **more) if one == desk else notice(one) for one in DESKS)
