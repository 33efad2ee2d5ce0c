"""Texts, labels, forms and timelines as people read them."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from starlette.datastructures import FormData

from contracts.coordination import RecipientLine
from services import police, schools
from services.chassis import pages
from services.chassis.pages.filing.filing import Filing
from services.chassis.pages.filing.filled import Filled
from services.chassis.pages.messages import MESSAGES, text
from services.chassis.pages.posting import LABELS
from services.chassis.pages.presenting import change_words, desks_in, parked_words, payload_lines, summary
from services.chassis.pages.timeline import refusal_words, timeline
from services.chassis.reading.events import told_lines
from services.chassis.reading.shapes import AnswerShape, UpdateShape
from services.chassis.reading.words import clock, duration, moment, type_title

HERE = Path(pages.__file__).parent
SOURCES = "\n".join(path.read_text() for path in [*HERE.rglob("*.html"), *HERE.rglob("*.py")])
NAMES = {"2199000101": "泉西小学"}
BUILT = ("colour-", "state-", "ruling-", "status-", "numbers-", "said-", "link-state-", "relation-", "change-", "parked-")


def test_every_text_that_a_page_asks_for_is_there() -> None:
    asked = set(re.findall(r"\bt\('([a-z-]+)'[,)]", SOURCES))
    assert asked <= set(MESSAGES), asked - set(MESSAGES)


def test_no_text_is_idle() -> None:
    idle = {key for key in MESSAGES if not key.startswith(BUILT) and f"'{key}'" not in SOURCES and SOURCES.count(f'"{key}"') < 2}
    assert idle == set()


def test_every_text_takes_the_same_words_in_both_languages() -> None:
    for key, (zh, en) in MESSAGES.items():
        assert sorted(re.findall(r"{(\w*)}", zh)) == sorted(re.findall(r"{(\w*)}", en)), key
        if key != "other-language":
            assert not re.search(r"[一-鿿]", en), key


def test_a_text_with_words() -> None:
    assert text("left", "zh", time="4 分") == "剩 4 分"
    assert text("left", "en", time="4 min") == "4 min left"


@pytest.mark.parametrize(
    ("seconds", "zh", "en"),
    [(5, "5 秒", "5 s"), (299, "4 分", "4 min"), (3900, "1 时 05 分", "1 h 05 min"), (-720, "12 分", "12 min"), (200_000, "2 日", "2 d")],
)
def test_durations(seconds: float, zh: str, en: str) -> None:
    assert (duration(seconds, "zh"), duration(seconds, "en")) == (zh, en)


def test_moments_are_beijing_and_name_another_year() -> None:
    at = datetime(2026, 11, 22, 23, 21, tzinfo=UTC)
    assert moment(at, "zh", now=at) == "11月23日（周一）07:21"
    assert moment(at, "en", now=datetime(2027, 1, 1, tzinfo=UTC)) == "Mon 23 Nov 2026 07:21"
    assert moment(None, "zh") == "—"


def test_a_time_of_another_day_names_its_day() -> None:
    at = datetime(2026, 9, 20, 15, 59, 30, tzinfo=UTC)
    assert clock(at) == clock(at, now=at) == "23:59:30"
    assert clock(at, now=datetime(2026, 9, 20, 16, 0, tzinfo=UTC)) == "9月20日（周日）23:59:30"
    assert clock(at.isoformat(), "en", now=datetime(2027, 1, 1, tzinfo=UTC)) == "Sun 20 Sep 2026 23:59:30"
    assert clock(None, now=at) == "—"


@pytest.mark.parametrize(
    ("code", "zh", "en"),
    [
        ("supplemented", "内容有补充", "The content was supplemented"),
        ("level-changed", "级别有变更", "The level was changed"),
        ("triaged: schools", "已由人员分办（涉及学校）", "Triaged by a person (Schools)"),
        ("corrected", "内容有更正", "The content was corrected"),
        ("corrected: casualties, place_text", "内容有更正（伤亡人数、地点）", "The content was corrected (Casualties, Place text)"),
        ("joined: police.alarm.concluded", "后续情况：警情办结反馈", "What followed: Police: alarm, concluded"),
        ("withdrawn: police.alarm.raised", "已撤回：涉校涉生警情", "Withdrawn: Police: alarm, raised"),
        ("of-a-later-release: x", "of a later release: x", "of a later release: x"),
    ],
)
def test_what_changed_is_said_in_words(code: str, zh: str, en: str) -> None:
    assert change_words(code, ["police.alarm.raised"], "zh") == zh
    assert change_words(code, ["police.alarm.raised"], "en") == en


def test_why_an_event_was_held_up_is_said_in_words() -> None:
    assert parked_words("unknown-incident", "zh") == "没有所写的事由"
    assert parked_words("check-violation", "zh") == "check-violation"


def test_a_payload_shows_labels_and_not_codes() -> None:
    payload = {"schools": ["2199000101"], "kind": "weapon", "online": False, "pupils": [{"row": "r-1"}], "returned_desk": "x"}
    assert [(one.label, one.value) for one in payload_lines(["police.alarm.raised"], payload, "zh", NAMES)] == [
        ("警情类别", "持械"), ("涉及学校", "泉西小学"), ("发生在网上", "否"),
    ]  # fmt: skip
    assert summary("police.alarm.raised", payload, "zh", NAMES) == "持械 · 泉西小学"
    assert payload_lines(["police.alarm.unheard-of"], payload, "zh", NAMES) == []
    assert summary("police.alarm.unheard-of", payload, "zh", NAMES) == ""


def test_a_line_tells_of_the_head_alone_and_of_an_unknown_school() -> None:
    told = {"schools": ["2199000101"], "outcome": "excluded"}
    assert summary("health.food-illness.reported.corrected", told, "zh", NAMES) == "泉西小学"
    assert summary("police.alarm.raised", {"kind": "fraud", "schools": ["unknown"]}, "zh", NAMES) == "诈骗 · 学校不明"


def test_a_bare_number_says_what_it_counts() -> None:
    near = {"object": "canteen", "schools": [{"metres": 120, "school_id": "2199000101"}]}
    assert summary("market.finding.issued", near, "zh", NAMES) == "学校食堂 · 泉西小学"
    assert [one.value for one in payload_lines(["market.finding.issued"], near, "zh", NAMES)] == ["学校食堂", "泉西小学 距校门米数 120"]


def test_a_refusal_in_the_timeline_calls_desks_by_their_titles() -> None:
    waits = {"task": "t", "refused": "open-parts: education.duty-officer@edu-990102"}
    update = UpdateShape(name="bus.task.closed", at=datetime(2026, 9, 21, tzinfo=UTC), desk="", message=waits)
    (moment_told,) = timeline((), [update], "zh", title={"education.duty-officer@edu-990102": "湖西区教育局 · 教育局总值班"}.__getitem__)
    assert "湖西区教育局 · 教育局总值班" in moment_told.detail
    assert desks_in([update]) == ["education.duty-officer@edu-990102"]


def test_a_follow_up_shows_the_fields_of_its_head() -> None:
    assert payload_lines(["police.alarm.raised.supplemented"], {"kind": "theft"}, "en", NAMES)[0].value == "theft"
    assert type_title("police.alarm.raised.level-changed", "en") == "Police: alarm, raised, level changed"


def an_update(name: str, at: int, **message: Any) -> UpdateShape:
    return UpdateShape(name=name, at=datetime(2026, 9, 21, 8, at, tzinfo=UTC), desk="police.110-desk@pb-1", message=message)


DESK = "school.duty-desk@2199000101"
PERSON = {"ref": "p", "role": "school.duty-desk", "shown": "李*"}


@pytest.mark.parametrize(
    ("updates", "state", "who"),
    [
        ([], "told", None),
        ([an_update("bus.notification.delivered", 1, desk=DESK)], "delivered", None),
        ([an_update("bus.duty.missed", 5, desk=DESK, duty="ack")], "missed", None),
        ([an_update("bus.duty.missed", 5, desk=DESK, duty="close")], "told", None),
        ([an_update("bus.duty.missed", 5, desk=DESK, duty="ack"), an_update("bus.notification.acknowledged", 7, desk=DESK, person=PERSON)],
         "acknowledged", "李*"),
        ([an_update("bus.notification.acknowledged", 3, desk=DESK, person=PERSON), an_update("bus.duty.missed", 5, desk=DESK, duty="ack")],
         "acknowledged", "李*"),
        ([an_update("bus.notification.returned", 3, desk=DESK, person=PERSON)], "returned", "李*"),
        ([an_update("bus.notification.acknowledged", 3, desk="school.duty-desk@3", person=PERSON)], "told", None),
    ],
)  # fmt: skip
def test_the_poster_sees_the_furthest_step_of_each_desk(updates: list[UpdateShape], state: str, who: str | None) -> None:
    line = RecipientLine(desk=DESK, kind="acknowledge", view="S", mandates=("POL-01",)).model_dump()
    (told,) = told_lines([line], updates)
    assert (told.state, told.person.shown if told.person else None) == (state, who)


def test_a_timeline_runs_in_order_with_the_words_of_each_act() -> None:
    updates = [
        an_update("bus.part.reported", 9, desk=DESK, person=PERSON, progress="done", text="已清点"),
        an_update("bus.notification.returned", 3, desk=DESK, person=PERSON, reason="not-my-duty", suggested_desk=None, text="不属本校"),
    ]
    lines = timeline((), updates, "zh")
    assert [(one.what, one.who, one.detail) for one in lines] == [
        ("退单", "李*", "不属本单位职责 · 不属本校"),
        ("反馈", "李*", "已完成 · 已清点"),
    ]


@pytest.mark.parametrize(
    ("refused", "outcome"), [(None, "已据此重新研判"), ("not-in-force", "该规则当时在事发地未生效")], ids=["decided", "refused"]
)
def test_a_triage_stands_once_in_the_history_of_its_desk_with_its_outcome(refused: str | None, outcome: str) -> None:
    said = {"desk": DESK, "person": PERSON, "reason": "已核实", "mandate": "POL-01", "triaged_at": "2026-09-21T08:05:00Z", "refused": None}
    spoken = AnswerShape(act="triage", version=1, at=datetime(2026, 9, 21, 8, 5, tzinfo=UTC), person=PERSON, document=said)
    assert [one.detail for one in timeline([spoken], (), "zh", DESK)] == ["已核实 · POL-01"]
    told = an_update("bus.incident.triaged", 5, **{**said, "refused": refused})
    (line,) = timeline([spoken], [told], "zh", DESK)
    assert (line.what, line.who, line.desk) == ("分办", "李*", DESK)
    assert outcome in line.detail
    assert "POL-01" in line.detail


def test_what_has_no_word_of_its_own_is_told_by_its_title() -> None:
    loaded = an_update("bus.calendar.loaded", 5, year=2027)
    told = [timeline((), [loaded], language)[0] for language in ("zh", "en")]
    assert [one.what for one in told] == ["日历装载", "Bus: calendar, loaded"]


def test_a_refused_handover_says_why() -> None:
    refusal = an_update("bus.handover.refused", 5, desk=DESK, person=PERSON, handover="ZX-3", reason="not-ours", text="转入另一所学校")
    told = [timeline((), [refusal], language)[0] for language in ("zh", "en")]
    assert [one.what for one in told] == ["拒收交接", "refused the handover"]
    assert told[0].detail == "不属本单位接收 · 转入另一所学校"


def test_what_is_said_around_a_close_names_the_laboratory_and_the_score() -> None:
    paused = an_update("bus.task.paused", 5, desk=DESK, person=PERSON, reason="lab-result", lab="市检验院")
    rated = an_update("bus.task.rated", 6, desk=DESK, person=PERSON, of_desk="school.duty-desk@2199000101", score=4)
    assert [(one.what, one.detail) for one in timeline((), [paused, rated], "zh")] == [
        ("暂停办结期限", "等待检验结果 · 市检验院"), ("评价", "4"),
    ]  # fmt: skip


def test_a_refusal_of_routing_is_told_in_words_and_an_unknown_one_as_it_is() -> None:
    desks = "school.duty-desk@2199000101, education.duty-officer@edu-990102"
    assert refusal_words(f"open-parts: {desks}", "zh", lambda desk: desk.partition("@")[2]) == (
        "以下单位的分工未完成或退单未裁定：2199000101、edu-990102"
    )
    assert refusal_words("close-missed", "en") == "The due of the close has passed"
    assert refusal_words("of-a-newer-release", "zh") == "of-a-newer-release"


def fill(agency: Any, form: str, items: list[tuple[str, str]]) -> tuple[dict[str, Any], list[str]]:
    inlet = next(one for one in agency.inlets() if one.form == form)
    filled = Filled(FormData(items), {"泉西小学": "2199000101", "2199000101": "2199000101"})
    data = filled.data(Filing(inlet, key="K" if "{key}" in inlet.path else None).fields("zh"))
    return data, [fault.field for fault in filled.faults]


def test_what_was_left_empty_is_absent() -> None:
    data, faults = fill(
        police.agency, "alarm", [("schools", "泉西小学"), ("schools", ""), ("casualties", " 2 "), ("place_text", "  "), ("online", "no")]
    )
    assert data == {"schools": ["2199000101"], "casualties": 2, "online": False, "advice": []}
    assert faults == []


def test_a_school_is_found_by_name_by_number_and_by_what_the_list_offers() -> None:
    for words in ("泉西小学", "2199000101", "2199000101 泉西小学"):
        assert fill(schools.agency, "campus-incident", [("school_id", words)])[0]["school_id"] == "2199000101"
    assert fill(police.agency, "alarm", [("schools", "没有的学校")])[1] == ["data.schools"]


def test_groups_and_rows_keep_their_shape() -> None:
    items = [
        ("place_point.lon", "117.1"), ("place_point.lat", "x"), ("pupils.0.name", "测试甲"), ("pupils.0.age_band", "6-13"), ("pupils.2.name", "测试乙"),
    ]  # fmt: skip
    data, _ = fill(police.agency, "alarm", items)
    assert data["place_point"] == {"lon": 117.1, "lat": "x"}
    assert data["pupils"] == [{"name": "测试甲", "age_band": "6-13"}, {"name": "测试乙"}]
    assert fill(police.agency, "alarm-S", [("added.injury_note", "擦伤")])[0] == {"added": {"injury_note": "擦伤"}}


@pytest.mark.parametrize("number", ["两", "1.5", "１", "-1", "9" * 20])
def test_a_number_that_is_none_stays_for_the_model_to_refuse(number: str) -> None:
    value = fill(police.agency, "alarm", [("casualties", number)])[0]["casualties"]
    assert value == (-1 if number == "-1" else number)


def test_the_buss_own_events_are_shown_in_chinese_too() -> None:
    payload = {"title": "一校一策", "jurisdiction": "2199000101", "rules": 2}
    assert [(one.label, one.value) for one in payload_lines(["bus.pack.activated"], payload, "zh", {"2199000101": "泉西小学"})] == [
        ("名称", "一校一策"), ("适用地区", "泉西小学"), ("规则数", "2")]  # fmt: skip
    assert payload_lines(["bus.pack.activated"], payload, "en", {})[0].label == "Title"


def test_every_field_of_an_answer_has_words_for_its_refusal() -> None:
    assert {key for fields in LABELS.values() for key in fields.values()} <= MESSAGES.keys()
