"""Whose check-ins a batch holds: the school of the gate, and the window that each item belongs to."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from contracts.envelope import Event
from contracts.ids import role_of, unit_of
from services.routing.core.calendar import local_day
from services.routing.core.directory import Directory
from services.routing.core.guard.counting import WRONG_CLOCK, Times, flag_of
from services.routing.core.guard.plan import window_end

CHECKINS = "police.guard-checkins.recorded"


def post_of(event: Event, item: Mapping[str, Any], directory: Directory) -> tuple[str, datetime | None]:
    """The school whose gate it is (a school speaks of its own alone), and the end of the window; what nobody knows is the speaker's."""
    checked = datetime.fromisoformat(item["checked_at"])
    speaker = event.envelope.publisher
    named = unit_of(speaker) if role_of(speaker).startswith("school.") else getattr(event.data, "school_id", None)
    school = directory.school(named, checked) if named else None
    found = (school.id,) if school else directory.schools_of_gate(item["gate_id"], checked)
    if len(found) > 1:
        found = tuple(one for one in found if directory.county_of(one) == event.envelope.county)
    if len(found) != 1:
        return unit_of(speaker), None
    return found[0], window_end(directory, found[0], item["gate_id"], item["peak"], local_day(checked))


def first_window_end(event: Event, directory: Directory) -> datetime | None:
    """When the first window of a batch ended; None without one. A clock that cannot be right says no window."""
    said = event.data.model_dump(mode="json", exclude_none=True)
    uploaded, ends = datetime.fromisoformat(said["uploaded_at"]), list[datetime]()
    first = {(item["peak"], item["checked_at"][:10]): item for item in said["items"]}
    for item in first.values():
        _, end = post_of(event, item, directory)
        times = Times(datetime.fromisoformat(item["checked_at"]), uploaded, event.envelope.time)
        ends += [end] if end is not None and flag_of(times, end) not in WRONG_CLOCK else []
    return min(ends, default=None)
