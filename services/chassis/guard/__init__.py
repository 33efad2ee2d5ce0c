"""护学岗 at the units that look at gates: the board, check-ins, rosters, and a leader's word for what came too late."""

from services.chassis.guard.board import Board, Peak, PostKey, Which, list_posts, read_post, today, waiting_batches, wrong_clocks
from services.chassis.guard.confirm import confirm
from services.chassis.guard.rights import leader_of, records, rosters
from services.chassis.guard.shapes import ConfirmBody, Confirmed, GuardLine, GuardPage, GuardPost

__all__ = [
    "Board",
    "ConfirmBody",
    "Confirmed",
    "GuardLine",
    "GuardPage",
    "GuardPost",
    "Peak",
    "PostKey",
    "Which",
    "confirm",
    "leader_of",
    "list_posts",
    "read_post",
    "records",
    "rosters",
    "today",
    "waiting_batches",
    "wrong_clocks",
]
