"""Which figures are about pupils, below which number they are not shown, and which a unit does not see of itself."""

from collections.abc import Iterable

PUPILS, PSYCHOLOGY = 5, 10
_PSYCHOLOGY = ("school.psych-", "health.psych-", "school.pupil-transfer.")
_PUPILS = (
    "school.bullying.", "school.forced-report.", "health.forced-report.", "community.forced-report.", "police.forced-report.",
    "school.dropout-list.", "school.care-conference.", "civil.child-care.", "community.visit.",
)  # fmt: skip
_FORCED_REPORT = ".forced-report."


def is_kept_from_unit(event_type: str) -> bool:
    """A forced report may be about the unit whose desk filed it: that there was one is told to no colleague, be it as a number."""
    return _FORCED_REPORT in event_type


def smallest_shown(event_type: str) -> int | None:
    """The smallest number of matters of a type that is shown; None: the type is not about single pupils, every number is shown."""
    if event_type.startswith(_PSYCHOLOGY):
        return PSYCHOLOGY
    return PUPILS if event_type.startswith(_PUPILS) else None


def guard_of(event_types: Iterable[str]) -> int | None:
    """The same for a line that counts several types. One that counts other matters too tells nothing exact about pupils: it is shown."""
    guards = {smallest_shown(name) for name in event_types}
    if not guards or None in guards:
        return None
    return min(guard for guard in guards if guard is not None)
