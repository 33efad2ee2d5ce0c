"""An auditor that shares no code with routing: from what clients were promised, the rules and the databases it finds what is amiss."""

from services.demo.audit.district import District
from services.demo.audit.judge import Law, judge, judge_answers
from services.demo.audit.log import Answered, ClientLog, Stated
from services.demo.audit.read import law_of, read_rows
from services.demo.audit.report import FAULTS, Finding, Report
from services.demo.audit.rows import Rows
from services.demo.audit.rules import CannotJudge, read_rules

__all__ = [
    "FAULTS",
    "Answered",
    "CannotJudge",
    "ClientLog",
    "District",
    "Finding",
    "Law",
    "Report",
    "Rows",
    "Stated",
    "judge",
    "judge_answers",
    "law_of",
    "read_rows",
    "read_rules",
]
