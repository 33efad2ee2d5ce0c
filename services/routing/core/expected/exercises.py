"""Which desks of a county are to sign for something of an exercise: those that the mandates in force ask for signatures at all."""

from datetime import datetime

from contracts.ids import desk_of
from services.routing.core.mandates import Place
from services.routing.core.model import World


def desks_of_county(world: World, county: str, at: datetime) -> list[str]:
    """Every living desk of the county whose role must acknowledge something, by kind of unit and id."""
    book, over = world.book, Place(county).jurisdictions
    speaking = [rule for rule in book if rule.in_pack.jurisdiction in over and book.in_force(rule.in_pack, at)]
    asked = {row.to for rule in speaking for row in rule.notify if row.kind == "acknowledge"}
    return [desk_of(role, unit.id) for unit in world.directory.units_in(county, at) for role in sorted(unit.desks & asked)]
