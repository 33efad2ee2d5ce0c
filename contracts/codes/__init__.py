"""The closed lists and their Chinese labels: one row of ``LABELS`` for each ``Literal``, in a file for each agency."""

from collections.abc import Mapping
from types import MappingProxyType

from contracts.bus_labels import BUS_LABELS
from contracts.codes import civil, community, cyberspace, education, fire, health, housing, market, police, schools, shared, urban

_LABELS = (
    shared.LABELS,
    civil.LABELS,
    community.LABELS,
    cyberspace.LABELS,
    education.LABELS,
    fire.LABELS,
    health.LABELS,
    housing.LABELS,
    market.LABELS,
    police.LABELS,
    schools.LABELS,
    urban.LABELS,
    BUS_LABELS,
)

LABELS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {name: MappingProxyType(codes) for one in _LABELS for name, codes in one.items()}
)
"""List name → code → Chinese label."""
