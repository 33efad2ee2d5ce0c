"""Rule packs: read from YAML, checked against contracts, Directory and catalogue, and explained."""

from services.routing.packs.check import Finding, check
from services.routing.packs.explain import explain
from services.routing.packs.faults import Fault, PackInvalid
from services.routing.packs.load import FOUNDING, load_book

__all__ = ["FOUNDING", "Fault", "Finding", "PackInvalid", "check", "explain", "load_book"]
