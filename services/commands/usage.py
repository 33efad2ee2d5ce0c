"""Wrong use of a command in Chinese. The parser says it in English alone, and names each kind of mistake by a class of its own."""

import re
from collections.abc import Mapping
from typing import Any

_REASONS: Mapping[str, str] = {
    r"is not one of (?P<codes>.+?)\.?$": "应为以下之一：{codes}",
    r"valid (number|float|decimal)": "应为数字",
    r"valid int": "应为整数",
    r"greater than or equal to (?P<bound>\S+?)\.?$": "不得小于 {bound}",
    r"less than or equal to (?P<bound>\S+?)\.?$": "不得大于 {bound}",
    r"does not exist": "不存在",
    r"is a directory": "应为文件，不是目录",
    r"is a file": "应为目录，不是文件",
    r"is not readable": "无法读取",
}
"""What the parser says of a value → the same in Chinese."""
_UNKNOWN_COMMAND = re.compile(r"No such command '(?P<name>.*?)'\.?(?: Did you mean (?P<meant>.*)\?)?$", re.DOTALL)
_EXTRA = re.compile(r"extra argument\(s\) \((?P<names>.*)\)$", re.DOTALL)


def said_in_chinese(error: Any) -> str:
    """One sentence for a usage error of the parser; what it says of anything else is kept as it is."""
    match type(error).__name__:
        case "NoSuchOption":
            return f"没有这个选项：{error.option_name}{_perhaps(error.possibilities)}"
        case "MissingParameter":
            return f"缺少参数：{_name(error)}"
        case "BadParameter":
            return f"参数不对：{_name(error)} {_reason(error.message)}"
        case "BadOptionUsage":
            return f"选项 {error.option_name} {'不带值' if 'does not take' in error.message else '缺少值'}"
    return _of_command(str(error.message))


def _of_command(detail: str) -> str:
    if unknown := _UNKNOWN_COMMAND.search(detail):
        meant = (unknown["meant"] or "").replace("'", "").split(", ")
        return f"没有这个命令：{unknown['name']}{_perhaps([one for one in meant if one])}"
    if extra := _EXTRA.search(detail):
        return f"多余的参数：{extra['names']}"
    return detail


def _name(error: Any) -> str:
    param = error.param
    if param is None:
        return ""
    return str(param.opts[0] if param.param_type_name == "option" else param.metavar or param.name.upper())


def _reason(detail: str) -> str:
    for pattern, zh in _REASONS.items():
        if found := re.search(pattern, detail):
            return zh.format_map({name: value.replace("'", "").replace(", ", "、") for name, value in found.groupdict().items()})
    return f"（{detail}）"


def _perhaps(names: Any) -> str:
    return f"，是不是 {'、'.join(sorted(names))}" if names else ""
