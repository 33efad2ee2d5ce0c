"""The pages about two incidents that may be one: seen on the desk and beside each incident, decided and undone without any script."""

import re

import pytest

from contracts.coordination import DecisionMade
from infra.http.auth import Actor
from tests.integration.agency_desk import INCIDENT, NUMBER, OTHER_SCHOOL, POLICE_DESK, START, Running, a_notification, an_actor, an_alarm
from tests.integration.test_agency_links import DUTY, LINK, OTHER, OTHER_NUMBER, lapsed, linked, suggestion, told, unlinked
from tests.integration.test_agency_pages import signed_in, submit

PAGE = f"/links/{LINK}"
CALLER = an_actor(POLICE_DESK, service="police")
FOREIGNER = an_actor(f"school.duty-desk@{OTHER_SCHOOL}", service="schools", ref="p-005")


async def test_a_suggestion_is_seen_on_the_desk_and_beside_both_incidents(schools: Running) -> None:
    first = await schools.told.issue(a_notification())
    second = await schools.told.issue(a_notification(incident=OTHER, number=OTHER_NUMBER))
    await told(schools, suggestion())
    async with signed_in(schools, DUTY) as client:
        desk = (await client.get("/desk")).text
        assert "疑似同一事由" in desk
        assert PAGE in desk
        for issued, other in ((first, OTHER_NUMBER), (second, NUMBER)):
            page = (await client.get(f"/notifications/{issued.notification}")).text
            beside = page[page.index('id="h-links"') :]
            assert "疑似同一事由，待决定" in beside
            assert other in beside
        page = (await client.get(PAGE)).text
    for words in ("相符之处", "人身伤害与闯入：同一学校", "涉校涉生警情", "校园突发事件", "关联不改变任何人的职责", "查看本台所收通报"):
        assert words in page, words


async def test_of_the_other_incident_the_page_says_that_it_shows_no_more_than_told(schools: Running) -> None:
    await schools.told.issue(a_notification())
    await told(schools, suggestion())
    async with signed_in(schools, DUTY) as client:
        page = (await client.get(PAGE)).text
    assert "另一件只显示编号、类别、时间和上报台" in page


async def test_a_person_merges_and_undoes_by_forms_and_reads_who_said_what(schools: Running) -> None:
    issued = await schools.told.issue(a_notification())
    await told(schools, suggestion())
    async with signed_in(schools, DUTY) as client:
        form = {"relation": "same", "text": "同一起冲突", "revision": "1", "desk": DUTY.desks[0]}
        done = await submit(client, PAGE, form, at=PAGE)
        assert (done.status_code, done.headers["location"]) == (303, f"{PAGE}?desk={DUTY.desks[0]}")
        assert "张* 已于" in (await client.get(PAGE)).text
        await told(schools, linked())
        page = (await client.get(PAGE)).text
        for words in ("已合并为同一事由", "郑*", "警情与学校上报为同一事件", "撤销关联"):
            assert words in page, words
        assert "疑似同一事由" not in (await client.get("/desk")).text
        beside = (await client.get(f"/notifications/{issued.notification}")).text
        assert "关联 · 同一事由" not in beside
        assert "同一事由 · 警情与学校上报为同一事件" in beside
        done = await submit(client, PAGE, {"relation": "apart", "text": "核实为两起", "revision": "2"}, at=PAGE)
        assert done.status_code == 303
        await told(schools, unlinked())
        assert "关联已撤销" in (await client.get(PAGE)).text


async def test_a_suggestion_that_was_taken_back_is_shown_as_such_and_asks_for_nothing(schools: Running) -> None:
    issued = await schools.told.issue(a_notification())
    await told(schools, suggestion())
    await told(schools, lapsed())
    async with signed_in(schools, DUTY) as client:
        assert "疑似同一事由" not in re.sub(r"<title>.*?</title>", "", (await client.get("/desk")).text)
        for page in (PAGE, f"/notifications/{issued.notification}"):
            shown = (await client.get(page)).text
            assert "疑似已失效" in shown
            assert "不再相符，无须处理" in shown
        assert 'name="relation"' not in (await client.get(PAGE)).text


async def test_who_stated_an_incident_sees_its_links_beside_the_own_report(police: Running) -> None:
    event = await decided_alarm(police)
    await told(police, suggestion(), to=POLICE_DESK)
    async with signed_in(police, CALLER) as client:
        page = (await client.get(f"/events/{event}")).text
        assert OTHER_NUMBER in page[page.index('id="h-links"') :]
        page = (await client.get(PAGE)).text
    assert f"/events/{event}" in page
    assert "另一件只显示编号、类别、时间和上报台" in page


async def test_a_form_that_is_late_shows_what_stands_and_keeps_its_words(schools: Running) -> None:
    await told(schools, linked())
    async with signed_in(schools, DUTY) as client:
        late = await submit(client, PAGE, {"relation": "apart", "text": "核实为两起", "revision": "1"}, at=PAGE)
    assert late.status_code == 409
    for words in ("没有保存", "此关联已有新的决定", "核实为两起"):
        assert words in late.text, words


async def test_a_form_without_a_reason_names_it(schools: Running) -> None:
    await told(schools, suggestion())
    async with signed_in(schools, DUTY) as client:
        refused = await submit(client, PAGE, {"relation": "same", "revision": "1"}, at=PAGE)
    assert refused.status_code == 422
    assert "没有保存" in refused.text


async def test_what_nobody_suggested_is_linked_from_the_notification_by_number(schools: Running) -> None:
    issued = await schools.told.issue(a_notification())
    await schools.told.issue(a_notification(incident=OTHER, number=OTHER_NUMBER))
    at = f"/notifications/{issued.notification}"
    async with signed_in(schools, DUTY) as client:
        wrong = await submit(client, f"{at}/link", {"number": "XT-1", "relation": "related", "text": "相关"}, at=at)
        assert wrong.status_code == 422
        assert "本台没有这一编号的事由" in wrong.text
        done = await submit(client, f"{at}/link", {"number": OTHER_NUMBER, "relation": "related", "text": "相关"}, at=at)
        assert (done.status_code, done.headers["location"]) == (303, at)
        assert "关联" in (await client.get(at)).text


async def decided_alarm(police: Running, *, number: str | None = NUMBER) -> str:
    """The id of an own alarm; decided unless it has no number yet."""
    async with police.client(CALLER, **{"Idempotency-Key": "k-1"}) as desk:
        event = str((await desk.post("/api/alarms", json={"data": an_alarm()})).json()["id"])
    if number is not None:
        decision = DecisionMade(
            event_source=f"/police/{CALLER.unit}", event_id=event, event_type="police.alarm.raised", incident=INCIDENT, number=number,
            outcome="routed", decided_at=START,
        )  # fmt: skip
        await police.told.say("bus.decision.made", decision, to=POLICE_DESK)
    await police.told.answers()
    return event


async def test_a_desk_links_what_it_stated_itself_from_the_page_of_its_event(police: Running) -> None:
    event = await decided_alarm(police)
    await police.told.issue(a_notification(POLICE_DESK, incident=OTHER, number=OTHER_NUMBER))
    await police.told.answers()
    at = f"/events/{event}"
    async with signed_in(police, CALLER) as client:
        page = (await client.get(at)).text
        assert "可能是同一件事的事由" in page[page.index('id="alike"') :]
        assert f'<option value="{OTHER_NUMBER}">' in page
        wrong = await submit(client, f"{at}/link", {"number": "XT-1", "relation": "same", "text": "同一起"}, at=at)
        assert wrong.status_code == 422
        assert "本台没有这一编号的事由" in wrong.text
        done = await submit(client, f"{at}/link", {"number": OTHER_NUMBER, "relation": "same", "text": "同一起"}, at=at)
        assert (done.status_code, done.headers["location"]) == (303, at)
    ((name, headers, data),) = await police.told.answers()
    assert (name, headers["ce_incident"], headers["ce_publisher"]) == ("bus.incident.linked", INCIDENT, POLICE_DESK)
    assert (data["incident"], data["linked"], data["relation"], data["revision"]) == (INCIDENT, OTHER, "same", 0)


async def test_what_was_said_to_be_another_matter_is_not_shown_as_alike_again(police: Running) -> None:
    event = await decided_alarm(police)
    await police.told.issue(a_notification(POLICE_DESK, incident=OTHER, number=OTHER_NUMBER))
    await told(police, unlinked(2, dismissed=True), to=POLICE_DESK)
    async with signed_in(police, CALLER) as client:
        assert 'id="alike"' not in (await client.get(f"/events/{event}")).text


JOIN = {"number": OTHER_NUMBER, "relation": "related", "text": "相关"}
STATION = an_actor("police.station-duty@ps-990102-01", service="police", ref="p-7")


@pytest.mark.parametrize(
    ("actor", "decided", "status", "code"),
    [
        (CALLER, True, 200, None),
        (CALLER, False, 409, "not-decided"),
        (STATION, True, 404, "not-found"),
        (None, True, 401, "unauthenticated"),
    ],
    ids=["the stating desk", "not decided yet", "another unit", "nobody"],
)
async def test_who_may_link_an_own_event(police: Running, actor: Actor | None, decided: bool, status: int, code: str | None) -> None:
    """INVARIANT: an event is its unit's own to link — broken by a route without a row here."""
    event = await decided_alarm(police, number=NUMBER if decided else None)
    await police.told.issue(a_notification(POLICE_DESK, incident=OTHER, number=OTHER_NUMBER))
    async with police.client(actor) as desk:
        answer = await desk.post(f"/api/events/{event}/link", json=JOIN)
    assert answer.status_code == status, answer.text
    assert code is None or str(answer.json()["type"]).rpartition(":")[2] == code


@pytest.mark.parametrize(("number", "code"), [("XT-990102-20260921-ZZZZZZ", "unknown-number"), (NUMBER, "same-number")])
async def test_a_number_that_the_stating_desk_does_not_know_is_refused_by_field(police: Running, number: str, code: str) -> None:
    event = await decided_alarm(police)
    async with police.client(CALLER) as desk:
        answer = await desk.post(f"/api/events/{event}/link", json=JOIN | {"number": number})
    assert answer.status_code == 422
    assert [(one["field"], one["code"]) for one in answer.json()["errors"]] == [("number", code)]


async def test_a_foreign_link_is_a_page_that_says_not_found(schools: Running) -> None:
    await told(schools, suggestion())
    async with signed_in(schools, FOREIGNER) as client:
        assert (await client.get(PAGE)).status_code == 404
        assert NUMBER not in (await client.get("/desk")).text


@pytest.mark.parametrize("message", [suggestion(), lapsed(), linked(), unlinked()], ids=["suggested", "lapsed", "merged", "unlinked"])
async def test_the_english_page_leaves_no_chinese_label(schools: Running, message: object) -> None:
    await schools.told.issue(a_notification(incident=INCIDENT))
    await told(schools, message)
    async with signed_in(schools, DUTY) as client:
        await client.post("/language", data={"language": "en", "back": PAGE})
        page = (await client.get(PAGE)).text
    labels = re.findall(r"<(?:dt|h1|h2|label|legend|button|th)[^>]*>([^<]*)<", page)
    assert labels
    assert not [label for label in labels if re.search(r"[\u4e00-\u9fff]", label) and "中文" not in label]
