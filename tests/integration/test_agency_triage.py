"""分办 at a real desk: by the API and by the form, once, and what stands against it."""

from datetime import timedelta
from typing import Any

import pytest

from contracts.coordination import Basis, IncidentTriaged, MandateChoice, NotificationIssued, NotificationReturned, NotificationWithdrawn
from infra.http.auth import Actor
from tests.integration.agency_desk import (
    EDUCATION_DESK,
    OTHER_SCHOOL,
    SCHOOL,
    SCHOOL_DESK,
    START,
    Running,
    a_notification,
    an_actor,
)
from tests.integration.test_agency_pages import signed_in, submit

OFFICER = an_actor(EDUCATION_DESK, service="schools", shown="钱*")
COLLEAGUE = an_actor(EDUCATION_DESK, service="schools", ref="p-002", shown="孙*")
DUTY = an_actor(SCHOOL_DESK, service="schools", ref="p-003")
NAME = "bus.incident.triaged"
GOV_01 = Basis(mandate="GOV-01", version=1, name="无规则匹配或学校不明", pack="national-founding@1", document="", quote="", numbers="ours")


async def asked(schools: Running, **changes: Any) -> NotificationIssued:
    """GOV-01 at the duty officer's desk."""
    fields: dict[str, Any] = {"view": "E", "bases": (GOV_01,), "payload": {"schools": ["unknown"], "kind": "weapon"}}
    issued = await schools.told.issue(a_notification(EDUCATION_DESK, **(fields | changes)))
    await schools.told.answers()
    return issued


async def triage(
    at: Running, issued: NotificationIssued, actor: Actor = OFFICER, key: str = "t-1", **body: object
) -> "tuple[int, dict[str, Any]]":
    async with at.client(actor, **{"Idempotency-Key": key}) as desk:
        answer = await desk.post(f"/api/notifications/{issued.notification}/triage", json={"reason": "已与报警人核实", **body})
    return answer.status_code, answer.json()


async def answered(schools: Running, issued: NotificationIssued, said: dict[str, Any], refused: Any) -> None:
    """Routing's answer to what the desk said."""
    message = IncidentTriaged.model_validate({**said, "refused": refused})
    await schools.told.say(NAME, message, to=EDUCATION_DESK, incident=issued.incident)


async def test_a_triage_names_the_school_and_signs_in_one_act(schools: Running) -> None:
    issued = await asked(schools)
    status, answer = await triage(schools, issued, schools=[SCHOOL])
    assert (status, answer["state"]) == (200, "acknowledged")
    (said,) = await schools.told.answers()
    assert (said[0], said[2]["schools"], said[2].get("mandate"), said[2]["version"]) == (NAME, [SCHOOL], None, 1)
    assert (said[2]["person"]["shown"], said[2]["reason"]) == ("钱*", "已与报警人核实")
    async with schools.client(OFFICER) as desk:
        one = (await desk.get(f"/api/notifications/{issued.notification}")).json()
    assert (one["state"], one["signed_version"], one["signed_by"]["shown"]) == ("acknowledged", 1, "钱*")


async def test_the_same_request_again_is_one_triage(schools: Running) -> None:
    """INVARIANT: one request, one statement — broken by a retry after a lost answer that triages anew."""
    issued = await asked(schools)
    first = await triage(schools, issued, mandate="POL-01")
    assert await triage(schools, issued, mandate="POL-01") == first
    assert len(await schools.told.answers()) == 1
    status, problem = await triage(schools, issued, schools=[SCHOOL])
    assert (status, problem["type"].rpartition(":")[2].endswith("idempotency-key-reused")) == (422, True)


async def test_who_comes_second_reads_who_was_first(schools: Running) -> None:
    issued = await asked(schools)
    await triage(schools, issued, schools=[SCHOOL])
    status, problem = await triage(schools, issued, COLLEAGUE, key="t-2", schools=[OTHER_SCHOOL])
    assert (status, problem["type"].endswith("already-triaged")) == (409, True)
    assert "钱*" in problem["detail"]


async def test_a_signature_before_it_stays_the_signature(schools: Running) -> None:
    issued = await asked(schools)
    async with schools.client(COLLEAGUE) as desk:
        await desk.post(f"/api/notifications/{issued.notification}/acknowledge", json={"version": 1})
    assert (await triage(schools, issued, mandate="POL-01"))[0] == 200
    async with schools.client(OFFICER) as desk:
        assert (await desk.get(f"/api/notifications/{issued.notification}")).json()["signed_by"]["shown"] == "孙*"


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({}, "schools", "missing"),
        ({"schools": []}, "schools", "missing"),
        ({"schools": [SCHOOL], "mandate": "POL-01"}, "mandate", "must-be-absent"),
        ({"schools": ["3199009999"]}, "schools", "unknown-school"),
        ({"schools": ["unknown"]}, "schools", None),
        ({"schools": [SCHOOL, SCHOOL]}, "schools", None),
        ({"mandate": ""}, "mandate", None),
        ({"schools": [SCHOOL], "reason": " "}, "reason", None),
        ({"schools": [SCHOOL], "school": SCHOOL}, "school", None),
    ],
)
async def test_a_triage_that_says_nothing_or_too_much_names_the_field(schools: Running, body: Any, field: str, code: str | None) -> None:
    issued = await asked(schools)
    status, problem = await triage(schools, issued, **body)
    assert (status, problem["errors"][0]["field"].partition(".")[0]) == (422, field)
    assert code in (None, problem["errors"][0]["code"])
    assert await schools.told.answers() == []


@pytest.mark.parametrize("changes", [{"bases": ()}, {"kind": "inform"}], ids=["another mandate", "for information"])
async def test_only_who_is_asked_by_gov_01_triages(schools: Running, changes: Any) -> None:
    issued = await asked(schools, **changes)
    assert (await triage(schools, issued, schools=[SCHOOL]))[0] == 404


async def test_a_desk_of_another_unit_finds_nothing(schools: Running) -> None:
    assert (await triage(schools, await asked(schools), DUTY, schools=[SCHOOL]))[0] == 404


async def test_what_was_withdrawn_is_not_triaged(schools: Running) -> None:
    issued = await asked(schools)
    gone = NotificationWithdrawn(
        notification=issued.notification, incident=issued.incident, desk=EDUCATION_DESK, version=2, why="corrected", hide=True
    )
    await schools.told.say("bus.notification.withdrawn", gone, to=EDUCATION_DESK)
    status, problem = await triage(schools, issued, schools=[SCHOOL])
    assert (status, problem["type"].endswith("withdrawn")) == (409, True)


async def test_what_was_returned_is_not_triaged(schools: Running) -> None:
    issued = await asked(schools)
    async with schools.client(OFFICER) as desk:
        body = {"version": 1, "reason": "not-my-area", "text": "不属本区"}
        assert (await desk.post(f"/api/notifications/{issued.notification}/return", json=body)).status_code == 200
    (returned,) = await schools.told.answers()
    assert NotificationReturned.model_validate(returned[2]).desk == EDUCATION_DESK
    assert (await triage(schools, issued, schools=[SCHOOL]))[1]["type"].endswith("already-returned")


async def test_what_routing_refused_is_shown_and_may_be_said_anew(schools: Running) -> None:
    issued = await asked(schools)
    await triage(schools, issued, mandate="POL-99")
    (said,) = await schools.told.answers()
    await answered(schools, issued, dict(said[2]), "not-in-force")
    async with signed_in(schools, OFFICER) as client:
        page = (await client.get(f"/notifications/{issued.notification}")).text
    assert "该规则当时在事发地未生效" in page
    assert "提交分办" in page
    await schools.told.clock(START + timedelta(minutes=1))
    assert (await triage(schools, issued, key="t-2", mandate="POL-01"))[0] == 200


async def test_what_routing_did_stands(schools: Running) -> None:
    issued = await asked(schools)
    await triage(schools, issued, schools=[SCHOOL])
    (said,) = await schools.told.answers()
    await answered(schools, issued, dict(said[2]), None)
    await asked(schools, id=issued.notification, version=2, change="triaged: schools", bases=(GOV_01,))
    assert (await triage(schools, issued, key="t-2", schools=[SCHOOL]))[1]["type"].endswith("already-triaged")
    await schools.told.clock(START + timedelta(minutes=1))
    await asked(schools, id=issued.notification, version=3, change="corrected: kind")
    assert (await triage(schools, issued, key="t-3", mandate="POL-01"))[0] == 200


async def test_a_triage_by_the_form_needs_no_script(schools: Running) -> None:
    issued = await asked(schools)
    address = f"/notifications/{issued.notification}"
    async with signed_in(schools, OFFICER) as client:
        page = (await client.get(address)).text
        assert f'<option value="{SCHOOL}">泉西小学</option>' in page
        faulty = await submit(client, f"{address}/triage", {"schools": ["没有的学校"], "reason": "已核实"}, at=address)
        assert (faulty.status_code, 'value="没有的学校"' in faulty.text) == (422, True)
        done = await submit(client, f"{address}/triage", {"schools": ["泉西小学", OTHER_SCHOOL], "reason": "已核实"}, at=address)
        assert done.status_code == 303, done.text
        page = (await client.get(address)).text
        assert "提交分办" not in page
        assert "分办" in page
        assert "Triage: name the school" not in (await client.get(f"{address}?lang=en")).text
    (said,) = await schools.told.answers()
    assert said[2]["schools"] == [SCHOOL, OTHER_SCHOOL]


async def test_the_mandates_that_could_apply_are_offered_by_id_and_name(schools: Running) -> None:
    choices = (MandateChoice(mandate="POL-01", name="危及生命的警情"), MandateChoice(mandate="POL-03", name="其他涉校警情"))
    issued = await asked(schools, choices=choices)
    address = f"/notifications/{issued.notification}"
    async with signed_in(schools, OFFICER) as client:
        page = (await client.get(address)).text
        assert '<option value="POL-03">POL-03 其他涉校警情</option>' in page
        assert '<input id="triage-mandate"' not in page
        faulty = await submit(client, f"{address}/triage", {"schools": [SCHOOL], "mandate": "POL-03", "reason": "已核实"}, at=address)
        assert '<option value="POL-03" selected>' in faulty.text
        done = await submit(client, f"{address}/triage", {"mandate": "POL-03", "reason": "已核实"}, at=address)
        assert done.status_code == 303, done.text
    (said,) = await schools.told.answers()
    assert said[2]["mandate"] == "POL-03"
    async with schools.client(OFFICER) as desk:
        offered = (await desk.get(f"/api{address}")).json()["choices"]
    assert offered == [one.model_dump() for one in choices]


async def test_a_desk_that_is_not_asked_sees_no_form(schools: Running) -> None:
    issued = await asked(schools, bases=())
    async with signed_in(schools, OFFICER) as client:
        assert "提交分办" not in (await client.get(f"/notifications/{issued.notification}")).text
