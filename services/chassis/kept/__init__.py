"""What a unit keeps to itself: entered, listed and opened at that unit alone; nothing of it enters the outbox."""

from services.chassis.kept.keep import AlreadyKept, NotTheKeeper, keep, keeper_of, rows_in
from services.chassis.kept.read import count_kept, counts_for, list_kept, menu_of, open_kept, reads
from services.chassis.kept.shapes import Kept, KeptCount, KeptPage

__all__ = [
    "AlreadyKept",
    "Kept",
    "KeptCount",
    "KeptPage",
    "NotTheKeeper",
    "count_kept",
    "counts_for",
    "keep",
    "keeper_of",
    "list_kept",
    "menu_of",
    "open_kept",
    "reads",
    "rows_in",
]
