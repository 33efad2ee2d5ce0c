"""The units of one version of the Directory, found by id, by kind and county, and through merges."""

from services.routing.core.directory.index.places import COUNTY_DIGITS, division_prefix
from services.routing.core.directory.index.shapes import SchoolAt, Unit
from services.routing.core.directory.index.times import Index

__all__ = ["COUNTY_DIGITS", "Index", "SchoolAt", "Unit", "division_prefix"]
