"""Who stands at which desk this morning, and how quickly they answer. Seconds are of business time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from contracts.ids import unit_of
from infra.http.auth import Actor
from services.routing.directory import person_ref
from topics.catalogue import Catalogue

PRIMARY, JUNIOR, SENIOR, KINDERGARTEN, RURAL = "2199000101", "3199000102", "3499000103", "1199000104", "2199000105"
COMMAND = "police.110-desk@pb-990102"
STATION = "police.station-duty@ps-990102-01"
RURAL_STATION = "police.station-duty@ps-990102-02"
TRAFFIC = "police.traffic-duty@tp-990102-01"
DUTY_OFFICER = "education.duty-officer@edu-990102"
SAFETY = "education.safety-desk@edu-990102"
EMERGENCY = "health.emergency-office@hb-990102"
DISEASE_CONTROL = "health.cdc-duty@cdc-990102"
MARKET = "market.station@mkt-990102-01"
CYBERSPACE = "cyberspace.duty-desk@cac-990102"
SQUAD = "urban.squad@urb-990102-01"
REPORTER = f"school.infection-reporter@{SENIOR}"
OPS = "bus.ops-desk@bus-990100"


SHORT_GATE = ("B-G1", "am", "police")
"""The place that nobody came to this morning, until a substitute did."""


def gatehouse(school: str) -> str:
    """The duty desk of a school."""
    return f"school.duty-desk@{school}"


@dataclass(frozen=True, slots=True)
class Manner:
    """Seconds from the arrival to 签收, from there to the first report and to the last one; ``None``: never."""

    sign: float | None
    start: float | None = None
    done: float | None = None


@dataclass(frozen=True, slots=True)
class GiveBack:
    """退单 after some seconds."""

    after: float
    reason: str
    suggested: str
    text: str


SILENT = Manner(sign=None)
MANNERS: Mapping[str, Manner] = MappingProxyType(
    {
        COMMAND: Manner(25, 20, 90),
        STATION: Manner(40, 30, 120),
        RURAL_STATION: Manner(60, 40, 150),
        TRAFFIC: Manner(45, 30, 120),
        DUTY_OFFICER: Manner(70, 60, 150),
        SAFETY: Manner(110, 60, 150),
        EMERGENCY: Manner(80, 50, 160),
        CYBERSPACE: Manner(60, 45, 140),
        SQUAD: Manner(85, 60, 150),
        REPORTER: Manner(70, 50, 140),
        gatehouse(PRIMARY): Manner(35, 25, 110),
        gatehouse(JUNIOR): Manner(55, 40, 130),
        gatehouse(SENIOR): Manner(65, 35, 120),
        gatehouse(KINDERGARTEN): Manner(75, 45, 140),
        gatehouse(RURAL): Manner(90, 45, 140),
    }
)
"""The desks that somebody sits at this morning. Everybody else is told, and may be signed in as."""
ONLOOKERS = (f"school.principal@{RURAL}", f"school.law-vice-principal@{PRIMARY}", OPS)
"""Desks that get a sign-in link though nobody acts for them."""
SPEAKERS = (f"school.safety-officer@{PRIMARY}", DISEASE_CONTROL, MARKET)
"""Desks that only publish."""


def actor_at(desk: str, documents: Iterable[Mapping[str, Any]], catalogue: Catalogue) -> Actor:
    """The person that the roster of the desk's unit names, by masked name."""
    role, _, unit = desk.partition("@")
    rosters = next((document.get("rosters", ()) for document in documents if document["unit"] == unit), ())
    row = next((row for row in rosters if row["role"] == role), {"person": person_ref(desk), "shown": "值*"})
    return Actor(ref=row["person"], shown=row["shown"], unit=unit_of(desk), desks=(desk,), service=catalogue.host_of(desk))
