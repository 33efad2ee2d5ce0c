"""Gate posts as routing tells an agency of them."""

from datetime import date, datetime
from typing import Any

from contracts.coordination import GuardLateBatch, GuardPerson, GuardPostChanged, GuardSigned, GuardSlotState, UnitRecord
from tests.integration.agency_desk import SCHOOL, STATION_DESK, Running

STATION, WINDOW = "ps-990102-01", ("16:30", "17:20")
GAP = "01a0f1aa-0000-8000-8000-00000000ac01"
LATE = GuardLateBatch(
    device_id="D-OFF", batch_no="D-OFF-1", unit=STATION, count=2, uploaded_at=datetime.fromisoformat("2026-09-21T22:00:00+08:00")
)


def instant(clock: str) -> datetime:
    return datetime.fromisoformat(f"2026-09-21T{clock}:00+08:00")


def a_post(desk: str = STATION_DESK, *, gate: str = "A-G1", revision: int = 1, **changes: Any) -> GuardPostChanged:
    """A gate of the school in the afternoon: the police are short since 16:35, the school is there."""
    short = GuardSlotState(
        slot="police", required=1, rostered=1, present=0, gap=GAP, kind="live", state="open", opened_at=instant("16:35"),
        signed=(GuardSigned(desk=STATION_DESK, shown="余*", at=instant("16:36")),),
    )  # fmt: skip
    fields: dict[str, Any] = {
        "post": f"{SCHOOL}/2026-09-21/{gate}/pm", "revision": revision, "desk": desk, "school_id": SCHOOL, "gate_id": gate, "gate_name": "南门",
        "date": date(2026, 9, 21), "peak": "pm", "from_at": instant(WINDOW[0]), "to_at": instant(WINDOW[1]), "dropped": False,
        "slots": (short, GuardSlotState(slot="school", required=1, rostered=1, present=1)),
        "persons": (
            GuardPerson(slot="police", ref="p-88", substitute="p-90", present=False, rostered=True),
            GuardPerson(slot="school", ref="s-1", present=True, rostered=True),
        ),
        "at": instant("16:38"),
    }  # fmt: skip
    return GuardPostChanged(**fields | changes)


def covered(desk: str = STATION_DESK, **changes: Any) -> GuardPostChanged:
    """The same gate with everybody there."""
    slots = tuple(GuardSlotState(slot=slot, required=1, rostered=1, present=1) for slot in ("police", "school"))
    return a_post(desk, slots=slots, **changes)


async def tells(running: Running, *posts: GuardPostChanged) -> None:
    """Routing tells these."""
    for post in posts:
        await running.told.say("bus.guard-post.changed", post, to=post.desk)


async def pairs(running: Running) -> None:
    """The directory gives the school its gates and the station."""
    document = {
        "unit": SCHOOL, "rows": [{"from": "2025-09-01", "name": "泉西小学", "place_code": "990102001001"}],
        "circle": [{"from": "2025-09-01", "station": STATION}],
        "gates": [{"id": "A-G1", "name": "南门", "required": {"police": 1, "school": 1}}],
        "windows": [{"from": "2025-09-01", "gate": "A-G1", "peak": peak, "starts": "07:00", "ends": "07:40"} for peak in ("am", "pm")],
    }  # fmt: skip
    await running.told.say("bus.directory.changed", UnitRecord(unit=SCHOOL, version=2, document=document), to=None)
