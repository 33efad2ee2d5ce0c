"""Rule packs: read from YAML, held against those above them, checked against contracts, Directory and catalogue, and explained."""

from services.routing.packs.check import Ground, check, county_of
from services.routing.packs.explain import explain
from services.routing.packs.faults import Fault, PackInvalid
from services.routing.packs.finding import Finding
from services.routing.packs.limits import Limit, limits
from services.routing.packs.load import header_of, load_book, load_shelf, pack_files, parse_pack
from services.routing.packs.matrix import Matrix, as_text, matrix
from services.routing.packs.net import OF_THE_NET, Net
from services.routing.packs.precedence import loosenings, place_of
from services.routing.packs.shelf import FOUNDING, Files, Pack, Shelf

__all__ = [
    "FOUNDING",
    "OF_THE_NET",
    "Fault",
    "Files",
    "Finding",
    "Ground",
    "Limit",
    "Matrix",
    "Net",
    "Pack",
    "PackInvalid",
    "Shelf",
    "as_text",
    "check",
    "county_of",
    "explain",
    "header_of",
    "limits",
    "load_book",
    "load_shelf",
    "loosenings",
    "matrix",
    "pack_files",
    "parse_pack",
    "place_of",
]
