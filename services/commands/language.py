"""Which language a person wants: ``--lang`` anywhere on the line, else XIETONG_LANG, else Chinese."""

from collections.abc import Mapping, Sequence

from services.commands.both import Language

VARIABLE = "XIETONG_LANG"
_OPTION = "--lang"
_KNOWN: Mapping[str, Language] = {"zh": "zh", "zh-cn": "zh", "en": "en"}


def take_language(arguments: Sequence[str], environ: Mapping[str, str]) -> tuple[Language | None, list[str]]:
    """The language and the line without its option; None for one that we do not speak."""
    wanted, rest = environ.get(VARIABLE) or "zh", list(arguments)
    for index, argument in enumerate(arguments):
        if argument == "--":
            break
        if argument == _OPTION and index + 1 < len(arguments):
            wanted, rest = arguments[index + 1], [*arguments[:index], *arguments[index + 2 :]]
            break
        if argument.startswith(f"{_OPTION}="):
            wanted, rest = argument.partition("=")[2], [*arguments[:index], *arguments[index + 1 :]]
            break
    return _KNOWN.get(wanted.lower().partition(".")[0].replace("_", "-")), rest
