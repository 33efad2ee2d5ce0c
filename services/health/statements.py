"""卫健: the addresses and forms of what health agencies state."""

from contracts.health import HealthForcedReportFiled
from services.chassis.agency import EventIn

EVENTS: tuple[EventIn, ...] = (EventIn(HealthForcedReportFiled, path="/forced-reports", form="forced-report"),)
