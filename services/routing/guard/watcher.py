"""Keeps what the stations and schools state about guard posts: rosters, and check-ins by the hundred, in one statement for a batch."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import structlog

from contracts.envelope import Event
from infra.postgres.unit_of_work import UnitOfWork
from services.routing.beside import Heard
from services.routing.core.calendar import local_day
from services.routing.core.guard import CHECKINS, UPLOAD_WITHIN, WRONG_CLOCK, Flag, Times, flag_of, post_of
from services.routing.core.model import World
from services.routing.guard.rows import QUERIES
from services.routing.waking import waking

ROSTER = "police.guard-roster.published"
CORRECTED = ".corrected"
DECIDED = frozenset({"routed", "unmatched"})
log = structlog.get_logger()


class GuardWatcher:
    """Writes rosters and check-ins beside the incidents; it opens and ends nothing, but wakes the clock where there is something to look at."""

    async def heard(self, uow: UnitOfWork, statements: Sequence[Heard], world: World) -> None:
        """Keep what counts for posts; drills, and what was decided before, do not."""
        events = [one.event for one in statements if one.outcome in DECIDED and one.event.envelope.status == "actual"]
        rosters = [event for event in events if event.name in (ROSTER, ROSTER + CORRECTED)]
        checkins = [event for event in events if event.name == CHECKINS]
        if rosters:
            await waking(uow, QUERIES["keep_rosters"], [_roster_row(event, world) for event in rosters], uow.now)
        if checkins:
            await self._keep(uow, [row for event in checkins for row in _checkin_rows(event, world)])
        for event in events:
            if event.name == CHECKINS + CORRECTED:
                await self._correct(uow, event, world)

    async def _keep(self, uow: UnitOfWork, rows: list[dict[str, Any]]) -> None:
        kept = await waking(uow, QUERIES["keep_checkins"], rows, uow.now)
        if kept is not None and kept["contradicting"]:
            log.warning("guard_items_contradict", count=kept["contradicting"])

    async def _correct(self, uow: UnitOfWork, event: Event, world: World) -> None:
        """The batch that the correction names; of another one nothing is known here."""
        changed = _said(event)["changes"].get("items")
        if changed is None or event.envelope.corrects is None:
            return
        new = [_corrected_row(event, item, world) for item in changed.get("new") or ()]
        stated = {row["item"] for row in new}
        gone = [item["item_no"] for item in changed.get("old") or () if item["item_no"] not in stated]
        await waking(uow, QUERIES["correct_checkins"], event.envelope.corrects, new, gone, uow.now)


def _said(event: Event) -> dict[str, Any]:
    return event.data.model_dump(mode="json", by_alias=True, exclude_none=True)


def _roster_row(event: Event, world: World) -> dict[str, Any]:
    """One version; a correction states only what it changes."""
    said = _said(event)
    changes = said.get("changes")
    stated = {name: change.get("new") or [] for name, change in changes.items()} if changes is not None else said
    at = event.envelope.time
    school = world.directory.school(said["school_id"], at)
    return {
        "unit": school.id if school else said["school_id"], "day": said["date"], "revision": event.envelope.revision,
        "published_at": at.isoformat(), "rows": stated.get("rows"), "required": stated.get("required"),
    }  # fmt: skip


def _checkin_rows(event: Event, world: World) -> list[dict[str, Any]]:
    said = _said(event)
    received = event.envelope.time
    uploaded = datetime.fromisoformat(said["uploaded_at"])
    batch = {
        "device": said["device_id"], "event": event.envelope.id, "batch": said["batch_no"], "uploaded_at": said["uploaded_at"],
        "received_at": received.isoformat(), "stated_by": event.envelope.publisher,
    }  # fmt: skip
    rows, places = [], dict[tuple[str, date], tuple[str, datetime | None]]()
    for item in said["items"]:
        checked = datetime.fromisoformat(item["checked_at"])
        post = item["peak"], local_day(checked)
        if post not in places:
            places[post] = post_of(event, item, world.directory)
        school, ends = places[post]
        flag = flag_of(Times(checked, uploaded, received), ends)
        rows.append(batch | _item_row(item, school, flag) | _shown_on(flag, received))
    return rows


def _shown_on(flag: Flag, received: datetime) -> dict[str, Any]:
    """A clock that cannot be right says no day: such a check-in is shown on the day on which it came in."""
    return {"day": local_day(received).isoformat()} if flag in WRONG_CLOCK else {}


def _corrected_row(event: Event, item: Mapping[str, Any], world: World) -> dict[str, Any]:
    """A corrected item counts by itself as long as an upload would."""
    school, ends = post_of(event, item, world.directory)
    flag: Flag = "no-post" if ends is None else "too-late" if event.envelope.time > ends + UPLOAD_WITHIN else ""
    return _item_row(item, school, flag)


def _item_row(item: Mapping[str, Any], school: str, flag: Flag) -> dict[str, Any]:
    day = local_day(datetime.fromisoformat(item["checked_at"]))
    return {
        "item": item["item_no"], "day": day.isoformat(), "unit": school, "gate": item["gate_id"], "peak": item["peak"], "slot": item["slot"],
        "person": item["person_ref"], "act": item["act"], "checked_at": item["checked_at"], "flag": flag,
    }  # fmt: skip
