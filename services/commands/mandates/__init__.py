"""`xietong mandates`: check the rules, explain them, show them as tables, activate packs, and list what rulings propose."""

from services.commands.mandates.activating import ACTIVATE_HELP, activate
from services.commands.mandates.checking import CHECK_HELP, EXPLAIN_HELP, check, explain
from services.commands.mandates.proposals import PROPOSALS_HELP, proposals
from services.commands.mandates.reading import GROUP_HELP
from services.commands.mandates.tables import DEADLINES_HELP, MATRIX_HELP, deadlines, show_matrix

__all__ = [
    "ACTIVATE_HELP",
    "CHECK_HELP",
    "DEADLINES_HELP",
    "EXPLAIN_HELP",
    "GROUP_HELP",
    "MATRIX_HELP",
    "PROPOSALS_HELP",
    "activate",
    "check",
    "deadlines",
    "explain",
    "proposals",
    "show_matrix",
]
