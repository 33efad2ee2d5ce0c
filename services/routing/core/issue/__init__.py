"""Issuing: a desk gets its notification, the next version of it or a copy of another desk's, and loses it again."""

from services.routing.core.issue.again import issue_again
from services.routing.core.issue.copies import issue_copy
from services.routing.core.issue.opening import issue_new
from services.routing.core.issue.sending import MAX_RETURNS, told_of
from services.routing.core.issue.withdrawing import end_duty, withdraw

__all__ = ["MAX_RETURNS", "end_duty", "issue_again", "issue_copy", "issue_new", "told_of", "withdraw"]
