"""Fixed texts of the pages about what a unit keeps to itself, and of what the bus tells its operators."""

from collections.abc import Mapping

KEPT_WORDS: Mapping[str, tuple[str, str]] = {
    "kept-note": ("只留存在本单位，不上协同平台", "Stays in this unit and is not told over the bus"),
    "kept-new": ("登记", "Enter"),
    "kept-keep": ("保存在本单位", "Keep in this unit"),
    "kept-empty": ("还没有登记。", "Nothing has been entered."),
    "kept-count": ("全县当月登记件数", "Entered in the county this month"),
    "kept-month": ("月份", "Month"),
    "kept-few": ("少于界限的数字不显示具体值", "A figure below the limit is not shown"),
    "platform-word": ("平台消息", "From the bus"),
    "platform-caption": ("平台发给运维的消息", "What the bus tells its operators"),
    "at": ("时间", "Time"),
}
