"""学校: the address and form of what schools find on the net."""

from contracts.schools import OnlineHarmReported
from services.chassis.agency import EventIn

ONLINE: tuple[EventIn, ...] = (
    EventIn(
        OnlineHarmReported,
        path="/online-harms",
        form="online-harm",
        first=("school_id", "kind", "kind_note", "platform", "urls", "pupil_identifiable", "clue_no"),
    ),
)
