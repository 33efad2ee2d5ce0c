"""Handing on: what one desk did or missed reaches the desks that follow the incident."""

from pydantic import BaseModel

from services.routing.core.model import Fold, Incident


def hand_on(
    fold: Fold, incident: Incident, name: str, data: BaseModel, *, actor: str, about: str, version: int = 1, also: tuple[str, ...] = ()
) -> None:
    """The publisher's and the lead's desk learn what another desk did (same type); nobody is told of its own act."""
    for desk in dict.fromkeys([*fold.followers(incident), *also]):
        if desk != actor:
            fold.tell(name, data, to=desk, incident=incident.id, about=f"{about}/{desk}", version=version)
