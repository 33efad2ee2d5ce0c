"""The rules as tables: who tells whom by when, and every deadline with what it stands on."""

import re
from dataclasses import replace
from html.parser import HTMLParser

from services.routing.core.mandates import MandateBook, NotifyRow, PackInfo
from services.routing.packs import as_text, limits, load_book, matrix
from services.routing.packs.limits import STANDINGS, duty_words
from tests.unit.routing.core.deadlines.worked_time import A, at

BOOK = load_book()
NOW = at("09-21 10:00")


def cell(event: str, agency: str, book: MandateBook = BOOK) -> str:
    table = matrix(book, NOW)
    line = next(line for line in table.lines if line[1].endswith(f" {event}") or line[1] == event)
    return "\n".join(line[2][table.columns.index(agency)])


def test_each_cell_says_who_by_when_under_which_rule() -> None:
    assert "学校值守台：签收 5min，首措 5min，视图 S［POL-01］" in cell("police.alarm.raised", "学校")
    assert "派出所值班：主办，反馈 24h，办结 3wd［POL-01］" in cell("police.alarm.raised", "公安")
    assert "法治副校长：知会，视图 V［POL-01］" in cell("police.alarm.raised", "学校")
    assert "学校值守台：签收（通报），签收 1sd，视图 S［POL-11］" in cell("police.bulletin.issued", "学校")
    assert "心理教师（转入）：签收 2h，视图 S［XFR-01］" in cell("school.pupil-transfer.started", "学校")
    assert "原各接收台：知会，视图 own［POL-15］" in cell("police.alarm.concluded", "随事件而定")
    assert "签收 A 10min、P 10min、G 10min、B 1h、C 1wd" in cell("bus.notification.returned", "教育")
    assert "GOV-01" in cell("（unmatched）", "教育")


def test_every_rule_and_every_recipient_is_in_the_table() -> None:
    """INVARIANT: the table leaves nothing out — broken by a role without a column."""
    table = matrix(BOOK, NOW)
    text = as_text(table, "markdown")
    for rule in BOOK:
        if rule.notify or (rule.task and rule.task.lead):
            assert f"［{rule.id}］" in text, rule.id
    told = sum(len([row for row in rule.notify if not row.types or name in row.types]) for rule in BOOK for name in rule.types or ("",))
    leads = sum(len(rule.types or ("",)) for rule in BOOK if rule.task and rule.task.lead)
    silent = sum(len(part.told) for duty in BOOK.periodic for part in duty.parts) + sum(len(one.mandate.notify) for one in BOOK.crosschecks)
    assert all(f"［{one.id}］" in text for one in (*BOOK.periodic, *BOOK.crosschecks))
    assert sum(len(lines) for _, _, cells in table.lines for lines in cells) == told + leads + silent


def test_what_is_owed_without_being_asked_says_who_owes_it_when_and_who_hears_of_its_absence() -> None:
    lines = {line[1]: line for line in matrix(BOOK, NOW).lines}
    columns = matrix(BOOK, NOW).columns
    lists = lines["应报 疑似辍学学生月报（含零报告）（每月，周期内最后一个上学日校内值守结束前） 学校值守台"]
    assert lists[0] == "学校"
    assert lists[2][columns.index("学校")] == ("校长（责任人）：逾期即知会，视图 L［PER-01］",)
    assert lists[2][columns.index("教育")] == ("德育学籍科：逾期后第 1 个上学日放学值守结束前知会，视图 L［PER-01］",)
    food = lines["疑似漏报 医院已报告食源性疾病而学校未报告（2 小时后核对） 校长（责任人）"]
    assert food[2][columns.index("学校")] == ("校长（责任人）：签收 2h，视图 L［XCK-01］",)


def test_publishers_are_named_and_come_in_one_order() -> None:
    table = matrix(BOOK, NOW)
    assert [line[0] for line in table.lines if line[1].endswith("school.forced-report.filed")] == ["学校"]
    words = [line[1].rpartition(" ")[2].partition(".")[0] for line in table.lines if not line[1].startswith(("应报 ", "疑似漏报 "))]
    assert [word for n, word in enumerate(words) if n == 0 or words[n - 1] != word] == list(dict.fromkeys(words))


def test_the_same_book_gives_the_same_table() -> None:
    silent = {"periodic": reversed(BOOK.periodic), "crosschecks": reversed(BOOK.crosschecks)}
    shuffled = MandateBook(reversed(list(BOOK)), BOOK.ladders, BOOK.version, **silent)  # type: ignore[arg-type]  # both kinds
    for form in ("markdown", "html"):
        assert as_text(matrix(BOOK, NOW), form) == as_text(matrix(shuffled, NOW), form)  # type: ignore[arg-type]  # a format


def test_a_rule_of_a_smaller_place_is_marked() -> None:
    rule = BOOK.by_id("POL-01")
    assert rule is not None
    own = replace(rule, in_pack=PackInfo("quanxi", "t", 1, "school", A, at("2026-01-01 00:00")))
    assert f"［POL-01 {A}］" in cell("police.alarm.raised", "学校", MandateBook([*BOOK, own], BOOK.ladders, "v"))


def test_only_rules_in_force_are_shown() -> None:
    assert matrix(BOOK, at("2025-08-01 10:00")).lines == ()


class Rows(HTMLParser):
    """Counts the cells of each row and refuses tags that are left open."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.rows: list[int] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta", "br"):
            self.open.append(tag)
        self.rows += [0] if tag == "tr" else []
        if tag in ("td", "th"):
            self.rows[-1] += 1

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_html_is_whole_and_escapes_what_it_shows() -> None:
    rule = BOOK.by_id("POL-01")
    assert rule is not None
    sharp = replace(rule, id="<b>|", notify=(NotifyRow("school.duty-desk", "inform", "S"),))
    table = matrix(MandateBook([sharp, *BOOK], BOOK.ladders, "v"), NOW)
    page = as_text(table, "html")
    rows = Rows()
    rows.feed(page)
    rows.close()
    assert rows.open == []
    assert set(rows.rows) == {len(table.columns) + 2}
    assert "&lt;b&gt;|" in page
    assert "<b>|" not in page
    markdown = as_text(table, "markdown").splitlines()
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in markdown if line.startswith("|")} == {len(table.columns) + 3}


def test_every_deadline_is_listed_with_what_it_stands_on() -> None:
    rows = limits(BOOK, NOW)
    wanted = sum((row.ack is not None) + len(row.ack_by_ladder) + (row.first_action is not None) for rule in BOOK for row in rule.notify)
    wanted += sum((rule.task.report is not None) + (rule.task.close is not None) for rule in BOOK if rule.task)
    wanted += sum(1 + len(part.told) for duty in BOOK.periodic for part in duty.parts)
    wanted += sum(1 + len(one.mandate.notify) for one in BOOK.crosschecks)
    assert len(rows) == wanted + sum(len(steps) for steps in BOOK.ladders.values())
    found = {(row.rule, row.who, row.duty): row for row in rows}
    alarm = found["POL-01", "school.duty-desk", "ack"]
    assert (alarm.form, alarm.words, alarm.standings) == ("5min", "送达后 5 分钟", ("practice",))
    assert alarm.basis == "L16 实践做法：“1-3-5”分钟快速处置"
    assert found["HLT-01", "health.cdc-duty", "ack"].standings == ("doc", "ours")
    assert found["FOD-01", "market.duty-desk", "ack"].standings[0] == "law"
    assert found["POL-01", "police.station-duty", "close"].standings == ("ours",)
    for rule, who in (("FRC-01", "civil.protection-duty"), ("FRC-01", "education.duty-officer"), ("FRC-04", "@filing-desk")):
        assert found[rule, who, "ack"].standings[0] == "law", f"{rule} {who} stands on the law’s “at once”"
    assert [found[rule, "police.minor-case-desk", "ack"].standings for rule in ("BUL-02", "BUL-03")] == [("law", "ours")] * 2
    lists, told = found["PER-01", "school.duty-desk", "periodic"], found["PER-01", "education.student-desk", "told"]
    assert (lists.words, lists.standings) == ("周期内最后一个上学日校内值守结束前", ("doc", "ours"))
    assert told.words == "逾期后第 1 个上学日放学值守结束前"
    assert found["PER-07", "school.psych-teacher", "periodic"].words == "上一次报送后第 7 个自然日 24:00 前"
    assert found["PER-11", "education.conference-office", "told"].words == "逾期时，连续 3 个周期缺报时"
    assert found["XCK-02", "school.infection-reporter", "window"].words == "所依事件送达后 24 小时"
    assert found["A", "第 2 步 parent", "ladder"].words == "逾期后 5 分钟"
    assert {row.standings for row in rows} <= {
        ("ours",),
        ("practice",),
        ("law",),
        ("doc",),
        ("doc", "ours"),
        ("law", "ours"),
        ("practice", "ours"),
        ("law", "doc", "ours"),
    }


def test_duties_and_standings_have_words() -> None:
    assert [duty_words(duty) for duty in ("ack", "ack/A", "first-action", "report", "close", "ladder", "periodic", "told", "window")] == [
        "签收", "签收（A 类）", "首个措施", "反馈", "办结", "督办", "应报", "缺报告知", "核对时限"]  # fmt: skip
    assert list(STANDINGS.values()) == ["法律法规", "规范性文件", "实践做法", "平台默认"]
