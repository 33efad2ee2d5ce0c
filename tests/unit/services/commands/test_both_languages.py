import pytest

from services.__main__ import run
from services.commands.both import both, joined, pick
from services.commands.language import take_language
from services.commands.system.words import in_both


def test_each_language_gets_its_half() -> None:
    text = both("启动", "start")
    assert pick(text, "zh") == "启动"
    assert pick(text, "en") == "start"
    assert pick("plain", "en") == "plain"


def test_joined_texts_stay_apart_by_language() -> None:
    text = joined(both("审计", "audit"), both("：无误", ": clean"))
    assert (pick(text, "zh"), pick(text, "en")) == ("审计：无误", "audit: clean")


@pytest.mark.parametrize(
    ("line", "environ", "language", "rest"),
    [
        (["doctor"], {}, "zh", ["doctor"]),
        (["doctor"], {"XIETONG_LANG": "en"}, "en", ["doctor"]),
        (["doctor"], {"XIETONG_LANG": "zh_CN.UTF-8"}, "zh", ["doctor"]),
        (["--lang", "en", "demo", "--once"], {}, "en", ["demo", "--once"]),
        (["demo", "--lang=en", "--once"], {"XIETONG_LANG": "zh"}, "en", ["demo", "--once"]),
        (["token", "--", "--lang", "en"], {}, "zh", ["token", "--", "--lang", "en"]),
        (["--lang", "fr", "doctor"], {}, None, ["doctor"]),
    ],
)
def test_the_language_is_taken_from_the_line_then_from_the_environment(
    line: list[str], environ: dict[str, str], language: str | None, rest: list[str]
) -> None:
    assert take_language(line, environ) == (language, rest)


def test_a_language_that_nobody_speaks_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--lang", "fr", "doctor"]) == 2
    assert "zh" in capsys.readouterr().err


def test_the_servers_progress_is_said_in_english_too() -> None:
    assert pick(in_both("下载 Apache Kafka 4.3.1（46 个文件，约 45 MB，只在第一次）"), "en").startswith("downloading Apache Kafka")
    assert pick(in_both("已下载 12 MB"), "en") == "downloaded 12 MB"
    assert pick(in_both("为 PostgreSQL 的账号开放目录通行权限：/srv"), "en") == "letting the account of PostgreSQL pass a folder /srv"
    assert pick(in_both("未知的一行"), "en") == "未知的一行"
