"""One fight, two reports: police and school are asked whether it is one, a person says so, nobody owes less by it, and it can be undone."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.acceptance.city import City, Refused, Stated, linked, unlinked
from tests.acceptance.city.places import A_DUTY, A_LAW, B_DUTY, POLICE_110, SAFETY_DESK, STATION, A

BOTH = (POLICE_110, STATION, A_DUTY, SAFETY_DESK, A_LAW)
"""Who stated or leads one of them, and who was told of both."""
WORDS: dict[str, Any] = {"text": "警情与学校上报为同一起冲突", "revision": 1}


async def both_report(city: City) -> tuple[Stated, Stated]:
    """The alarm at ten, the school's own report five minutes later."""
    await city.at("2026-09-21 10:00:00")
    alarm = await city.police.raises(kind="violence", severity="urgent", relation="on-campus", schools=[A])
    city.take_everything()
    await city.at("10:05:00")
    report = await city.schools.reports(desk=A_DUTY, kind="violence", severity="urgent", school_id=A)
    city.take_everything()
    return alarm, report


async def asked(city: City, desk: str) -> Mapping[str, Any]:
    """The one suggestion that waits at a desk."""
    (one,) = (await city.desk(desk).ask("GET", "/links"))["items"]
    found: Mapping[str, Any] = one
    return found


async def says(city: City, desk: str, link: str, act: str, **body: Any) -> None:
    """A person at a desk decides, and the city comes to rest."""
    await city.desk(desk).ask("POST", f"/links/{link}/{act}", body)
    await city.settle()


async def owed(city: City) -> list[Any]:
    """Every notification, duty and task, as routing keeps them."""
    rows = [await city.routing(table) for table in ("notifications", "duties", "tasks")]
    return [sorted(({k: v for k, v in row.items() if k != "reissue_after"} for row in some), key=lambda row: row["id"]) for some in rows]


async def test_one_fight_is_suggested_merged_signed_for_twice_and_parted_again(city: City) -> None:
    alarm, report = await both_report(city)
    suggested = {row["desk"] for row in city.board.rows["updates"] if row["name"] == "bus.link.suggested"}
    assert suggested == set(BOTH)
    at_police, at_school = await asked(city, POLICE_110), await asked(city, A_DUTY)
    assert at_police["id"] == at_school["id"]
    assert (at_police["own"]["event"], at_police["other"]["type"]) == (alarm.id, "school.campus-incident.reported")
    assert at_police["other"]["notification"] is None
    before = await owed(city)

    await says(city, A_DUTY, at_school["id"], "link", relation="same", **WORDS)
    assert await owed(city) == before
    for desk in BOTH:
        city.desk(desk).expects(linked(relation="same", text=WORDS["text"], desk=A_DUTY))
    for desk in (POLICE_110, STATION):
        seen = await city.desk(desk).ask("GET", f"/links/{at_school['id']}")
        assert (seen["state"], seen["said_by"], seen["person"]["shown"]) == ("merged", A_DUTY, "测*")
        assert {seen["own"]["incident"], seen["other"]["incident"]} == {alarm.incident, report.incident}
        assert (await city.desk(desk).ask("GET", "/links"))["items"] == []

    await everybody_signs_for_each(city, alarm, report)
    signed = await owed(city)
    await says(city, STATION, at_school["id"], "unlink", text="核实为两起", revision=2)
    assert await owed(city) == signed
    for desk in BOTH:
        city.desk(desk).expects(unlinked(text="核实为两起", desk=STATION, dismissed=False))
    (beside,) = (await city.desk(A_DUTY).ask("GET", f"/notifications/{city.desk(A_DUTY).holds(alarm.incident)['id']}"))["links"]
    assert (beside["state"], beside["other"]["event"]) == ("unlinked", report.id)


async def everybody_signs_for_each(city: City, alarm: Stated, report: Stated) -> None:
    """INVARIANT: a signature for one is none for the other — broken by a merge that lets one stand for both."""
    await city.desk(STATION).signs(alarm.incident)
    states = {(row["incident"], row["state"]) for row in city.board.rows["notifications"] if row["desk"] == STATION}
    assert states == {(alarm.incident, "acknowledged"), (report.incident, "open")}
    await city.desk(STATION).signs(report.incident)
    await city.desk(A_DUTY).signs(alarm.incident)
    for incident in (alarm.incident, report.incident):
        await city.desk(SAFETY_DESK).signs(incident)


async def test_a_desk_of_neither_finds_no_link_and_a_late_word_learns_what_stands(city: City) -> None:
    await both_report(city)
    one = await asked(city, POLICE_110)
    with pytest.raises(Refused) as foreign:
        await city.desk(B_DUTY).ask("POST", f"/links/{one['id']}/link", {"relation": "same", **WORDS})
    assert foreign.value.status == 404
    await says(city, POLICE_110, one["id"], "unlink", **WORDS)
    for desk in BOTH:
        city.desk(desk).expects(unlinked(desk=POLICE_110, dismissed=True))
    with pytest.raises(Refused) as late:
        await city.desk(A_DUTY).ask("POST", f"/links/{one['id']}/link", {"relation": "same", **WORDS})
    assert late.value.status == 409
