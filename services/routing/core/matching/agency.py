"""The agency a desk belongs to, and the view its own colleagues have."""

from collections.abc import Mapping

from contracts.ids import role_of

VIEWS: Mapping[str, str] = {
    "police": "P",
    "health": "H",
    "market": "M",
    "cyberspace": "C",
    "education": "E",
    "school": "S",
    "fire": "U",
    "housing": "U",
    "urban": "U",
    "civil": "W",
    "community": "W",
}


def agency_word(desk: str) -> str:
    """The agency of a desk as the first word of its role: ``police``, ``school`` … (of a city desk: ``city``)."""
    return role_of(desk).split(".", 1)[0]


def view_of(desk: str) -> str:
    """The letter of the view of a desk's own agency; L for the bus and other desks without fields of their own."""
    word = agency_word(desk)
    if word == "city":
        word = role_of(desk).removeprefix("city.").split("-", 1)[0]
    return VIEWS.get(word, "L")
