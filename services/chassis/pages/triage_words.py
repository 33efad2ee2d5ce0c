"""Fixed texts of the pages about what no rule matched."""

from collections.abc import Mapping

TRIAGE_WORDS: Mapping[str, tuple[str, str]] = {
    "triage": ("分办：写明学校或指定规则", "Triage: name the school or the mandate"),
    "triage-why": (
        "没有规则匹配，或学校不明。写明学校，或指定适用的规则，总线据此重新研判；提交即为签收。",
        "No rule matched, or the school is not known. Name the schools or the mandate and the bus decides again; this signs it too.",
    ),
    "triage-schools": ("涉及学校（名称或编号）", "Schools (name or id)"),
    "triage-mandate": ("适用规则", "Mandate"),
    "triage-reason": ("理由", "Reason"),
    "triage-button": ("提交分办", "Decide"),
    "change-triaged": ("已由人员分办", "Triaged by a person"),
    "said-triaged": ("分办", "triaged"),
    "triage-done": ("已据此重新研判", "decided again by it"),
}
