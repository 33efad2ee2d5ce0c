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


class NotDecided(Conflict):
    """此件尚在研判，还没有编号，请稍后再试。"""

    code = "not-decided"
    title_en = "It is not decided yet and belongs to no incident; please try again soon"


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


class AlreadyTriaged(Late):
    """此件已分办。"""

    code = "already-triaged"
    title_en = "This was triaged before"
    zh_form = "此件已由 {who} 于 {when} 分办。"
    en_form = "{who} triaged this at {when}."


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


class NotClosed(Conflict):
    """任务尚未办结，办结后才能互评和回访。"""

    code = "not-closed"
    title_en = "The task is not closed yet; both sides rate each other and the lead looks again after its close"


class NotRated(Conflict):
    """此任务办结后不作互评和回访（演练、已撤销，或本台没有分工）。"""

    code = "not-rated"
    title_en = "Nothing is said of this task after its end: a drill, a withdrawal, or this desk had no part"


class AlreadyRated(Late):
    """本台已评价，评价一次有效。"""

    code = "already-rated"
    title_en = "This desk rated before; a rating is given once"
    zh_form = "{who} 已于 {when} 评价，评价一次有效。"
    en_form = "{who} rated at {when}; a rating is given once."


class NotPausable(Conflict):
    """规则没有允许此任务的办结期限暂停。"""

    code = "not-pausable"
    title_en = "The mandate does not let the close of this task pause"


class AlreadyPaused(Late):
    """办结期限已暂停。"""

    code = "already-paused"
    title_en = "The close was paused before"
    zh_form = "{who} 已于 {when} 暂停办结期限。"
    en_form = "{who} paused the close at {when}."


class NotPaused(Conflict):
    """办结期限没有暂停。"""

    code = "not-paused"
    title_en = "The close is not paused"


class NotAHandover(Conflict):
    """此件不是等待本台接收的交接。"""

    code = "not-a-handover"
    title_en = "This is no handover that waits for this desk"


class AlreadyRefused(Late):
    """本台已拒收。"""

    code = "already-refused"
    title_en = "This desk refused before"
    zh_form = "{who} 已于 {when} 拒收；如接收，请签收。"
    en_form = "{who} refused at {when}; sign it to accept after all."
