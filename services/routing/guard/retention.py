"""How long what is kept of guard posts is kept: persons no longer than half a year, what figures count for two."""

from pathlib import Path

from infra.messaging.retention import Kept
from infra.postgres.queries import load

HALF_A_YEAR, TWO_YEARS = 184, 731
GUARD_KEPT = Kept(
    load(Path(__file__).with_name("retention.sql")),
    {
        "guard_rosters": HALF_A_YEAR,
        "guard_checkins": HALF_A_YEAR,
        "guard_gaps": TWO_YEARS,
        "guard_posts": TWO_YEARS,
        "guard_days": TWO_YEARS,
    },
)
"""Days by table, counted from the day of the post (ours)."""
