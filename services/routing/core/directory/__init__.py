"""The Directory 单位名录 at one version: units, school circles, desks and rosters with their dates. Pure and immutable."""

from services.routing.core.directory.cover import Cover, with_hole
from services.routing.core.directory.faults import DirectoryInvalid, Problem
from services.routing.core.directory.index import SchoolAt, Unit, division_prefix
from services.routing.core.directory.kinds import KINDS, SCHOOL_TYPES, UnitName, unit_name
from services.routing.core.directory.ladder import Target
from services.routing.core.directory.read import unknown_fields
from services.routing.core.directory.resolve import Lookup, Resolved, Where
from services.routing.core.directory.roles import AGENCIES, CIRCLE_PAIRS, ROLES, Role
from services.routing.core.directory.snapshot import Directory
from services.routing.core.directory.soundness import stray_windows

__all__ = [
    "AGENCIES",
    "CIRCLE_PAIRS",
    "KINDS",
    "ROLES",
    "SCHOOL_TYPES",
    "Cover",
    "Directory",
    "DirectoryInvalid",
    "Lookup",
    "Problem",
    "Resolved",
    "Role",
    "SchoolAt",
    "Target",
    "Unit",
    "UnitName",
    "Where",
    "division_prefix",
    "stray_windows",
    "unit_name",
    "unknown_fields",
    "with_hole",
]
