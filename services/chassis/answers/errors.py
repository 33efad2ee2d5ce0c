"""Why an answer is refused. Whoever comes second reads who was first and when."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self

from infra.clock import BEIJING
from infra.http.errors import Conflict


class Late(Conflict):
    """已由他人先行办理。"""

    code = "answered"
    title_en = "Somebody answered before"
    zh_form = "此件已由 {who} 于 {when} 办理，无需重复。"
    en_form = "{who} answered this at {when}; nothing more is needed."

    @classmethod
    def by(cls, person: Mapping[str, Any] | None, at: datetime | None) -> Self:
        """Name the person and the time."""
        words = {"who": (person or {}).get("shown", "—"), "when": f"{at.astimezone(BEIJING):%m-%d %H:%M}" if at else "—"}
        return cls(cls.zh_form.format(**words), en=cls.en_form.format(**words))


class AlreadySigned(Late):
    """此件已签收，无需重复。"""

    code = "already-signed"
    title_en = "This was signed before"
    zh_form = "此件已由 {who} 于 {when} 签收，无需重复。"
    en_form = "{who} signed this at {when}; nothing more is needed."


class AlreadyReturned(Late):
    """此件已退单，正等待裁定。"""

    code = "already-returned"
    title_en = "This was returned and waits for a ruling"
    zh_form = "此件已由 {who} 于 {when} 退单，正等待裁定。"
    en_form = "{who} returned this at {when}; it waits for a ruling."


class AlreadyRuled(Late):
    """此退单已裁定。"""

    code = "already-ruled"
    title_en = "This return was ruled on before"
    zh_form = "此退单已由 {who} 于 {when} 裁定。"
    en_form = "{who} ruled on this return at {when}."


class AlreadyClosed(Late):
    """任务已办结。"""

    code = "already-closed"
    title_en = "The task was closed before"
    zh_form = "任务已由 {who} 于 {when} 办结。"
    en_form = "{who} closed the task at {when}."


class CloseAsked(Late):
    """办结申请已提交，正等待确认。"""

    code = "close-asked"
    title_en = "Closing was asked for and waits for its answer"
    zh_form = "{who} 已于 {when} 申请办结，正等待确认。"
    en_form = "{who} asked to close at {when}; the answer is on its way."


class Withdrawn(Conflict):
    """此件已撤回，无需办理。"""

    code = "withdrawn"
    title_en = "This was withdrawn; nothing is owed any more"


class NothingToSign(Conflict):
    """此件仅供知悉，无需签收。"""

    code = "nothing-to-sign"
    title_en = "This is for information; no signature is asked for"


class ReturnFinal(Conflict):
    """裁定为最终裁定，不再受理退单。"""

    code = "ruling-is-final"
    title_en = "The ruling is final; no further return is taken"


class ReturnTooLate(Conflict):
    """已过签收期限，不再受理退单。"""

    code = "return-too-late"
    title_en = "The due has passed; no return is taken any more"


class NotAnArbitration(Conflict):
    """此件不是退单裁定。"""

    code = "not-an-arbitration"
    title_en = "This is not the arbitration of a return"


class NotTheLead(Conflict):
    """本单位不是主办单位，不能办结任务。"""

    code = "not-the-lead"
    title_en = "This desk does not lead the task and cannot close it"


class NoPart(Conflict):
    """本值守台在此任务中没有分工。"""

    code = "no-part"
    title_en = "This desk has no part in the task"
