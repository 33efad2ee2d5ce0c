"""协作单位: the addresses and forms of what the partners state."""

from contracts.community import VisitRecorded
from services.chassis.agency import EventIn

EVENTS: tuple[EventIn, ...] = (EventIn(VisitRecorded, path="/visits", form="visit", defaults={"next": "none"}),)
