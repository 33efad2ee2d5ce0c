"""What a script of a morning is made of. Seconds are of business time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from services.demo.cast import GiveBack, Manner

Family = Literal["alarm", "campus-incident", "finding", "content", "hazard", "cluster"]
PATHS: Mapping[Family, str] = {
    "alarm": "/api/alarms",
    "campus-incident": "/api/campus-incidents",
    "finding": "/api/findings",
    "content": "/api/contents",
    "hazard": "/api/hazards",
    "cluster": "/api/illness-clusters",
}
KEYS: Mapping[Family, str] = {
    "alarm": "alarm_no",
    "campus-incident": "incident_no",
    "finding": "finding_no",
    "content": "case_no",
    "hazard": "hazard_no",
    "cluster": "cluster_no",
}
FORMS: Mapping[Family, str] = {
    "alarm": "J990102-{day:%Y%m%d}-{n:04d}",
    "campus-incident": "X-{day:%Y%m%d}-{n:02d}",
    "finding": "WT-{day:%Y%m%d}-{n:02d}",
    "content": "WX-{day:%Y%m%d}-{n:02d}",
    "hazard": "H-{day:%Y%m%d}-{n:02d}",
    "cluster": "CDC-{day:%Y%m%d}-{n:02d}",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One event. ``case`` ties the events of one happening; ``tail``: a follow-up's part of the address; ``known``: known before."""

    at: float
    case: str
    family: Family
    desk: str
    title: str
    data: Mapping[str, Any]
    tail: str = ""
    known: float = 20


@dataclass(frozen=True, slots=True)
class Closing:
    """The lead closes the joint task of a case."""

    at: float
    case: str
    desk: str
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Morning:
    """``apart``: what a desk does about a case instead of its usual manner; ``lasts``: when the play ends;
    ``stand_in``: when a substitute comes to the gate that was empty."""

    scenes: tuple[Scene, ...]
    apart: Mapping[tuple[str, str], Manner | GiveBack]
    closings: tuple[Closing, ...]
    ruling: Mapping[str, str]
    lasts: float
    ruling_after: float = 60
    stand_in: float = 480


def numbers(scenes: tuple[Scene, ...], day: date) -> dict[str, str]:
    """Case → its business number. The day is part of it, and no day is played twice, so no number is."""
    cases = {scene.case: scene.family for scene in scenes}
    return {case: FORMS[family].format(day=day, n=n) for n, (case, family) in enumerate(cases.items(), start=1)}


def posted(scene: Scene, number: str) -> tuple[str, dict[str, Any]]:
    """The address and the data of a scene's POST."""
    path = PATHS[scene.family]
    if scene.tail:
        return f"{path}/{number}/{scene.tail}", dict(scene.data)
    return path, {KEYS[scene.family]: number, **scene.data}
