"""What a unit keeps to itself: entered, listed and opened at that unit alone; nothing of it enters the outbox."""

from services.chassis.kept.keep import AlreadyKept, NotTheKeeper, keep, keeper_of, rows_in
from services.chassis.kept.read import count_kept, counts_for, list_kept, menu_of, open_kept, reads
from services.chassis.kept.shapes import Kept, KeptCount, KeptPage
from services.chassis.kept.steps import KeptOver, close, contact, inlet_of, raise_up

__all__ = [
    "AlreadyKept",
    "Kept",
    "KeptCount",
    "KeptOver",
    "KeptPage",
    "NotTheKeeper",
    "close",
    "contact",
    "count_kept",
    "counts_for",
    "inlet_of",
    "keep",
    "keeper_of",
    "list_kept",
    "menu_of",
    "open_kept",
    "raise_up",
    "reads",
    "rows_in",
]
