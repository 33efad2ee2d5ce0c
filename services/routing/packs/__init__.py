"""Rule packs: read from YAML, checked against contracts, Directory and catalogue, and explained."""

from services.routing.packs.check import Finding, check
from services.routing.packs.explain import explain
from services.routing.packs.faults import Fault, PackInvalid
from services.routing.packs.load import load_book, load_shelf, pack_files, parse_pack
from services.routing.packs.precedence import loosenings
from services.routing.packs.shelf import FOUNDING, Files, Pack, Shelf

__all__ = [
    "FOUNDING",
    "Fault",
    "Files",
    "Finding",
    "Pack",
    "PackInvalid",
    "Shelf",
    "check",
    "explain",
    "load_book",
    "load_shelf",
    "loosenings",
    "pack_files",
    "parse_pack",
]
