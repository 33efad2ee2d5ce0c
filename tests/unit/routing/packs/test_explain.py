"""An event is explained rule by rule and desk by desk: what matched, what did not and why, who is told by when."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contracts.envelope import Envelope, Event
from contracts.police import AlarmRaised
from services.routing.core.mandates import MandateBook, PackInfo
from services.routing.packs import explain, load_book
from tests.unit.routing.core.deadlines.worked_time import A, B, at, directory
from topics.codec import decode

BOOK = load_book()
GOLDEN = Path(__file__).parents[3] / "contract" / "golden"


def alarm(**changes: Any) -> Event:
    moment = at("10-09 21:40")
    data = {
        "alarm_no": "J370100000412", "kind": "crowd", "severity": "urgent", "relation": "perimeter", "schools": [A], "online": False,
        "place_text": "南门外", "casualties": 0, "suspect_at_large": False, "suspect_look": "黑衣", "advice": ["watch"],
        "first_disposal": "dispatched", **changes,
    }  # fmt: skip
    envelope = Envelope.model_validate({
        "id": "1", "source": "/police/ps-990102-01", "type": "xietong.police.alarm.raised.v1", "subject": "J370100000412", "time": moment,
        "dataschema": "u", "known_at": moment, "county": "990102", "publisher": "police.station-duty@ps-990102-01",
    })  # fmt: skip
    return Event(envelope, AlarmRaised.model_validate(data))


def golden(name: str) -> Event:
    """The first agreed example of a type."""
    file = min((GOLDEN / f"{name}.v1").glob("*.json"))
    return decode((("content-type", b"application/cloudevents+json"),), file.read_bytes())


@pytest.mark.parametrize(
    "words",
    [
        "✗ POL-01@1 校园或周边危及生命的警情\n    ✗ 紧急程度：危及生命\n    ✓ 涉校关系：校内、校园周边",
        "✓ POL-03@1 校园或周边的其他警情",
        "公安机关和教育部门及学校要及时相互通报、协同处置",
        "泉西小学 · 学校值守台（school.duty-desk@2199000101）须签收",
        "下一上学日 10月10日（调休上学）07:00 开始前签收",
        "10月10日 24:00 前采取首个措施",
        "police.station-duty@ps-990102-01）为发布方，不另行通报",
        "不含：嫌疑人外貌",
        "10月10日（调休上班）17:30 下班前签收",
        "法治副校长",
        "主办 police.station-duty",
        "合并后共通报 3 个值守台：",
        "泉西小学 · 学校值守台（school.duty-desk@2199000101）须签收 视图 S，签收 10月10日 07:00 前 ← POL-03",
        "任务由 泉西派出所 · 派出所值班（police.station-duty@ps-990102-01） 主办（POL-03）；反馈：送达 10月09日 21:40 起第 1 个工作日",
    ],
)
def test_an_event_is_explained_rule_by_rule_and_desk_by_desk(words: str) -> None:
    assert words in explain(alarm(), BOOK, directory())


def test_what_matches_nothing_and_what_is_not_found_is_said() -> None:
    triage = MandateBook([rule for rule in BOOK if rule.id == "GOV-01"], {}, "v")
    said = explain(alarm(), triage, directory())
    assert "没有规则匹配：转人工研判（GOV-01）" in said
    assert "教育局" in said
    assert "安全科" in said
    assert "总值班" not in said
    unknown = explain(alarm(schools=["2199999999"]), BOOK, directory())
    assert "！未解析 school.duty-desk：学校 2199999999 不在名录" in unknown
    assert "另转人工研判（GOV-01）" in unknown


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("police.alarm.concluded", "@original：此前收到本事由通报的各台，各按其原视图，知会 视图 own"),
        ("school.rectification.completed", "@finder：发现问题的发布台，须签收 视图 own；签收 送达后第 3 个工作日下班前"),
        ("community.visit.recorded", "@original-publisher：首个事件的发布台，须签收 视图 S"),
        ("police.forced-report.accepted", "@filing-desk：提交报告的发布台，须签收 视图 W"),
        ("community.visit.recorded", "本事件承接先前事件"),
        ("education.conference.called", "湖西公安分局 · 分管负责同志（police.leader-in-charge@pb-990102）（@agencies.leader-in-charge）须签收"),
        ("education.conference.called", "主办 @publisher，协办 @agencies.leader-in-charge"),
        ("school.hazard.reported", "（community.town-office@town-990102001）（@lead）须签收 视图 own，按其原视图或本部门视图；送达 10月12日 08:20 起 2 小时"),
        ("school.pupil-transfer.started", "转入方 城关中学 · 心理教师（school.psych-teacher@3199000401）（school.psych-teacher@to）须签收 视图 S"),
        ("school.pupil-transfer.started", "转入方 城关区精神卫生中心 · 心理绿色通道"),
        ("school.pupil-transfer.started", "转出方 湖西区教育局 · 教育局总值班（education.duty-officer@edu-990102）（education.duty-officer@from）知会"),
        ("health.warning.issued", "湖西一中 · 学校值守台（school.duty-desk@3499000103）须签收（通报） 视图 S，5 项"),
    ],
)  # fmt: skip
def test_stand_ins_sides_and_areas_are_said(name: str, words: str) -> None:
    assert words in explain(golden(name), BOOK, directory())


def test_a_row_that_stands_in_some_cases_alone_is_said() -> None:
    said = explain(golden("school.psych-followup.recorded"), BOOK, directory())
    assert "health.hospital-green-channel：本次不通报，仅限 预警级别：红色" in said


def test_every_agreed_event_can_be_explained() -> None:
    """INVARIANT: no event of an agency is beyond explanation — broken by a type whose picture the core reads otherwise."""
    names = sorted(
        path.name.removesuffix(".v1") for path in GOLDEN.iterdir() if path.name.endswith(".v1") and not path.name.startswith("bus.")
    )
    assert len(names) > 60
    for name in names:
        assert explain(golden(name), BOOK, directory()).startswith(f"事件 {name}（")


def test_a_rule_of_a_school_is_said_with_its_pack_and_its_place() -> None:
    rule = BOOK.by_id("POL-03")
    assert rule is not None
    pack = PackInfo("quanxi", "一校一策", 2, "school", A, at("2026-01-01 00:00"))
    own = replace(rule, in_pack=pack, version=4, notify=tuple(replace(row, ack="15min") if row.ack else row for row in rule.notify))
    said = explain(alarm(schools=[A, B]), MandateBook([*BOOK, own], BOOK.ladders, "v"), directory())
    assert f"✓ POL-03@4 校园或周边的其他警情（校级规则 {A} quanxi@2，适用于 {A}）" in said
    assert f"✓ POL-03@1 校园或周边的其他警情（全国规则 national-founding@1，适用于 {B}）" in said
    assert "湖西区教育局 · 安全科（education.safety-desk@edu-990102）须签收 视图 E，签收 10月09日 21:55 前 ← POL-03" in said
