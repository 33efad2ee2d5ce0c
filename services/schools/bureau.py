"""教育局: the addresses and forms of what education bureaus state."""

from contracts.education import ConferenceCalled, TrainingListChanged
from services.chassis.agency import EventIn

BUREAU: tuple[EventIn, ...] = (
    EventIn(ConferenceCalled, path="/conferences", form="conference"),
    EventIn(TrainingListChanged, path="/training-firms", form="training-list"),
)
