"""Fixed texts of the pages about what a unit keeps to itself, and of what the bus tells its operators."""

from collections.abc import Mapping

KEPT_WORDS: Mapping[str, tuple[str, str]] = {
    "kept-note": ("只留存在本单位，不上协同平台", "Stays in this unit and is not told over the bus"),
    "kept-new": ("登记", "Enter"),
    "kept-keep": ("保存在本单位", "Keep in this unit"),
    "kept-talk-on": ("下次沟通", "To be spoken about on"),
    "kept-talk-due": ("请今天沟通", "To be spoken about now, due"),
    "kept-next": ("下次沟通日期（可不填）", "Next time (may be left out)"),
    "kept-talked": ("已与家长、班主任沟通", "Spoken with guardian and class teacher"),
    "kept-outcome": ("结束原因", "How it ended"),
    "kept-close": ("结束", "End"),
    "kept-over": ("已结束", "Ended"),
    "kept-linked": ("已转报", "Stated on the bus"),
    "kept-raise": ("升级并转报", "Raise and state on the bus"),
    "kept-raise-note": ("提交后对外发布，本单位登记随之结束", "Stated on the bus when sent; the entry here ends with it"),
    "kept-empty": ("还没有登记。", "Nothing has been entered."),
    "kept-count": ("全县当月登记件数", "Entered in the county this month"),
    "kept-month": ("月份", "Month"),
    "kept-few": ("少于界限的数字不显示具体值", "A figure below the limit is not shown"),
    "platform-word": ("平台消息", "From the bus"),
    "platform-caption": ("平台发给运维的消息", "What the bus tells its operators"),
    "at": ("时间", "Time"),
}
