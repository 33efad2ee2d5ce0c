"""Between rows and the values of the core: posts with all that is known of them, and what a look found."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from infra.postgres.queries import load
from services.routing.core.guard import Acted, CheckIn, Finding, Gap, Post, PostKey, Required, Roster, Rostered, Sight, Step

QUERIES = load(Path(__file__).parent / "queries.sql")


def columns_of(keys: Iterable[PostKey]) -> tuple[list[Any], ...]:
    """Keys as the four columns of a query."""
    listed = list(keys)
    return tuple([key[place] for key in listed] for place in range(4))


def sight_of(row: Mapping[str, Any]) -> Sight:
    """A row of ``load_posts``."""
    post = Post(
        row["day"], row["unit"], row["gate"], row["peak"], row["county"], row["starts"], row["ends"], row["required"],
        row["rosters_seen"], row["live_seen"], row["dropped"],
    )  # fmt: skip
    rosters = tuple(_roster(one) for one in row["rosters"] or ())
    return Sight(post, rosters, tuple(_checkin(one) for one in row["checkins"] or ()), tuple(_gap(one) for one in row["gaps"] or ()))


def _roster(row: Mapping[str, Any]) -> Roster:
    rows, required = row["rows"], row["required"]
    return Roster(
        revision=row["revision"],
        published_at=_instant(row["published_at"]),
        rows=None
        if rows is None
        else tuple(Rostered(one["gate_id"], one["peak"], one["slot"], one["person_ref"], one.get("substitute_ref")) for one in rows),
        required=None if required is None else tuple(Required(one["gate_id"], one["peak"], one["slot"], one["count"]) for one in required),
    )


def _checkin(row: Mapping[str, Any]) -> CheckIn:
    return CheckIn(
        slot=row["slot"],
        person=row["person"],
        act=row["act"],
        at=_instant(row["checked_at"]),
        batch=row["batch"],
        uploaded_at=_instant(row["uploaded_at"]),
        confirmed=row["confirmed_by"] is not None,
    )


def _gap(row: Mapping[str, Any]) -> Gap:
    return Gap(
        id=row["id"],
        kind=row["kind"],
        slot=row["slot"],
        need=row["need"],
        present=row["present"],
        opened_at=_instant(row["opened_at"]),
        state=row["state"],
        told=row["told"],
        ended_at=_instant(row["ended_at"]) if row["ended_at"] else None,
        minutes=row["minutes"],
        by=row["filled_by"],
        late=row["late"],
    )


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def seen_row(finding: Finding) -> dict[str, Any]:
    """How far a post is after a look. ``changed``: a gap began or ended, so that it stands otherwise than desks were told."""
    post = finding.post
    return key_row(post) | {
        "rosters_seen": post.rosters_seen, "live_seen": post.live_seen, "listens": finding.listens,
        "look_at": finding.look_at.isoformat() if finding.look_at else None,
        "changed": any(not isinstance(step, Acted) for step in finding.steps),
    }  # fmt: skip


def key_row(post: Post) -> dict[str, Any]:
    """The key of a post as columns."""
    return {"day": post.day.isoformat(), "unit": post.school, "gate": post.gate, "peak": post.peak}


def gap_rows(post: Post, steps: Iterable[Step]) -> list[dict[str, Any]]:
    """The gaps of a post as they are after these steps, each once: the last word stands."""
    gaps = {step.gap.id: step.gap for step in steps if not isinstance(step, Acted)}
    return [
        key_row(post)
        | {
            "id": gap.id, "kind": gap.kind, "slot": gap.slot, "need": gap.need, "present": gap.present, "state": gap.state, "told": gap.told,
            "opened_at": gap.opened_at.isoformat(), "ended_at": gap.ended_at.isoformat() if gap.ended_at else None, "minutes": gap.minutes,
            "filled_by": gap.by, "late": gap.late,
        }
        for gap in gaps.values()
    ]  # fmt: skip
