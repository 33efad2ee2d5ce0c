"""S11: a list of two pupils from two communities, a nil report, a missing one; and a visit after which education leads."""

from typing import Any

from tests.acceptance.city import City, Overdue, Stated, cleared, missed, signature
from tests.acceptance.city.places import B_DUTY, STUDENT_DESK, A, B, E
from tests.acceptance.conftest import Founding

E_DUTY, E_PRINCIPAL = f"school.duty-desk@{E}", f"school.principal@{E}"
FURONG, LIUBU = "community.desk@com-990102001001", "community.desk@com-990102102201"
CIVIL = "civil.protection-duty@civ-990102"
ELSEWHERE = ("3199000301", "3199000401", "2198000501")
"""Schools of other counties, which owe their lists too."""
PUPIL: dict[str, Any] = {"class": "初二3班", "age_band": "14-15", "last_seen_on": "2026-09-11", "reason": "work"}
NAMES = ("林一诺", "陈小满")
PUPILS = [
    {"row_no": 1, "name": NAMES[0], "home_community": "990102001001", **PUPIL},
    {"row_no": 2, "name": NAMES[1], "home_community": "990102102201", **PUPIL},
]


async def submits(city: City, school: str, *pupils: dict[str, Any]) -> Stated:
    """The list of September, or the report that there is nobody to list."""
    data = {"school_id": school, "month": "2026-09", "nil": not pupils, "count": len(pupils), "signed_by": "p-12"}
    data |= {"pupils": list(pupils)} if pupils else {}
    return await city.states(f"school.duty-desk@{school}", "/dropout-lists", data, key=f"{school}/2026-09")


async def nil_at_a(city: City) -> None:
    """DRP-02: nobody is told. The schools of the neighbours have nobody to list either."""
    await city.at("2026-09-30 15:00")
    for school in (A, *ELSEWHERE):
        await submits(city, school)
    city.nothing_else()


async def two_pupils_at_b(city: City) -> dict[str, str]:
    """DRP-01: each community leads a task of its own and gets its own row; returns their incidents."""
    await city.at("17:10")
    stated = await submits(city, B, *PUPILS)
    homes = {desk: str(city.desk(desk).holds()["incident"]) for desk in (FURONG, LIUBU)}
    assert len({*homes.values(), stated.incident}) == 3, "each community's incident is linked, and none is the list's own"
    for desk, incident in homes.items():
        city.desk(desk).expects(signature(by="10-09 17:30", first_action="10-15 17:30", view="W", mandates=["DRP-01"], hidden=["signed_by"]))
        assert len(city.desk(desk).holds(incident)["message"]["payload"]["pupils"]) == 1, f"{desk} sees its own row alone"
    city.desk(STUDENT_DESK).expects(signature(by="10-09 17:30", view="E", mandates=["DRP-01"]))
    for desk, incident in homes.items():
        city.task(incident).expects(lead=desk, assist=[B_DUTY, STUDENT_DESK], report="10-20 17:30", close="11-03 17:30")
    return homes


async def nothing_from_e(city: City) -> None:
    """PER-01 at the desk close of the last school day; the bureau hears on the next one, after the holiday."""
    await city.at("17:29")
    await city.at("17:30")
    city.desk(E_PRINCIPAL).expects(Overdue(step=1, of=E_DUTY, due="09-30 17:30", at="09-30 17:30"))
    city.desk(E_DUTY).expects(missed(of=E_DUTY, due="17:30", duty="periodic"))
    await city.at("10-08 10:00")
    for desk in (FURONG, LIUBU, STUDENT_DESK):
        await city.desk(desk).signs(mandate="DRP-01")
    await city.at("10-08 17:30")
    city.desk(STUDENT_DESK).expects(Overdue(step=2, of=E_DUTY, due="09-30 17:30", at="10-08 17:30"))


async def nil_at_e_is_late(city: City) -> None:
    """Accepted, late, and cleared before the ladder goes on at 17:30."""
    await city.at("10-09 09:00")
    await submits(city, E)
    for desk in (E_DUTY, E_PRINCIPAL, STUDENT_DESK):
        city.desk(desk).expects(cleared(of=E_DUTY, why="done", duty="periodic"))
    states = {row["unit"]: row["state"] for row in await city.routing("expectations") if row["period"] == "2026-09"}
    assert (states[A], states[B], states[E]) == ("met", "met", "late")
    assert not [row for row in await city.routing("expectations") if row["period"] == "2026-08"], "August has no school day"
    await city.at("10-09 17:30")


async def the_visit_needs_more(city: City, homes: dict[str, str]) -> None:
    """DRP-04: education leads on in the community's incident; B, who submitted the list, signs that it knows (DRP-03)."""
    for desk, incident in homes.items():
        await city.desk(desk).reports("started", "已联系家庭", incident=incident)
    await city.at("10-13 15:00")
    visit = {"row_ref": f"{B}/2026-09/1", "visited_on": "2026-10-13", "found": "working", "next": "escalate"}
    visited = await city.states(FURONG, "/visits", visit, key=f"{B}/2026-09")
    assert visited.incident == homes[FURONG]
    about: dict[str, Any] = {"about": homes[FURONG]}
    city.desk(B_DUTY).expects(signature(by="10-14 18:30", view="S", mandates=["DRP-03"], **about))
    city.desk(STUDENT_DESK).expects(signature(by="10-14 17:30", first_action="10-16 17:30", view="E", mandates=["DRP-03", "DRP-04"], **about))
    city.desk(CIVIL).expects(signature(by="10-14 17:30", first_action="10-16 17:30", view="W", mandates=["DRP-04"], **about))
    city.task(homes[FURONG]).expects(
        lead=STUDENT_DESK, assist=[FURONG, B_DUTY, CIVIL], report="10-20 17:30", close="11-10 17:30", version=2
    )


async def test_the_story(found_city: Founding) -> None:
    city = await found_city(awaited={"PER-01"})
    await nil_at_a(city)
    homes = await two_pupils_at_b(city)
    await nothing_from_e(city)
    await nil_at_e_is_late(city)
    await the_visit_needs_more(city, homes)
    await city.at("10-14 10:00")
    for desk in (B_DUTY, STUDENT_DESK, CIVIL):
        await city.desk(desk).signs(homes[FURONG])
    for desk in (STUDENT_DESK, CIVIL):
        await city.desk(desk).reports("started", "已着手", incident=homes[FURONG])
    await city.at("10-16 17:30")
