"""What stands before a person whose form was refused, and before one whose clock runs on."""

from datetime import UTC, timedelta

from tests.integration.agency_desk import CONFERENCE_DESK, SCHOOL_DESK, START, Running, a_notification, an_actor, timed
from tests.integration.test_agency_pages import DUTY, signed_in, submit

MINUTES = timedelta(minutes=1)


async def test_a_refused_form_names_its_fields_as_the_page_does(schools: Running) -> None:
    returned = {"returned_desk": SCHOOL_DESK, "return_reason": "not-my-duty", "return_text": "不属本校职责", "suggested_desk": None, "final": False}
    item = await schools.told.issue(
        a_notification(CONFERENCE_DESK, arbitration_of="returned-1", view="L", returnable=False, payload=returned)
    )
    address = f"/notifications/{item.notification}"
    async with signed_in(schools, an_actor(CONFERENCE_DESK, service="schools")) as client:
        refused = await submit(client, f"{address}/ruling", {"ruling": "uphold", "new_desk": "派出所", "reason": "属实"}, at=address)
    assert refused.status_code == 422
    assert "<li>改派到：" in refused.text
    assert "new_desk：" not in refused.text


async def test_the_address_of_a_form_leads_back_to_the_page_it_stands_on(schools: Running) -> None:
    issued = await schools.told.issue(a_notification())
    address = f"/notifications/{issued.notification}"
    async with signed_in(schools, DUTY) as client:
        refused = await submit(client, f"{address}/return", {"version": "1", "reason": "not-my-duty"}, at=address)
        back = await client.get(f"{address}/return")
        program = await client.get(f"/api{address}/return")
    assert refused.status_code == 422
    assert (back.status_code, back.headers["location"]) == (303, address)
    assert program.status_code == 405


async def test_a_returned_notification_shows_the_time_left(schools: Running) -> None:
    issued = await schools.told.issue(a_notification())
    await schools.told.say("bus.duty.timed", timed(issued, START + 5 * MINUTES), to=SCHOOL_DESK)
    address = f"/notifications/{issued.notification}"
    async with signed_in(schools, DUTY) as client:
        await submit(client, f"{address}/return", {"version": "1", "reason": "not-my-duty", "text": "不属本校职责"}, at=address)
        page = (await client.get(address)).text
    assert f'data-due="{(START + 5 * MINUTES).astimezone(UTC).isoformat()}"' in page
    assert "时限继续计算" in page


async def test_nearly_due_is_what_the_list_shows_as_nearly_due(schools: Running) -> None:
    issued = await schools.told.issue(a_notification())
    await schools.told.say("bus.duty.timed", timed(issued, START + 5 * MINUTES), to=SCHOOL_DESK)
    async with signed_in(schools, DUTY) as client:
        fresh = (await client.get("/desk")).text
        await schools.told.clock(START + 4 * MINUTES)
        late = (await client.get("/desk")).text
    assert ("临近 <strong>0</strong>" in fresh, "临近 <strong>1</strong>" in late) == (True, True)
