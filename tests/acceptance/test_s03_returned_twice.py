"""S03: 退单, twice. A hazard that two agencies return; the leaders' ruling is final, the close due never moves, nobody is late for it.

城管 is no member of the plan: a role needs a desk in the Directory, not membership.
"""

import pytest

from tests.acceptance.city import City, Refused, Stated, Update, Withdrawal, inform, ruled, signature, told_again
from tests.acceptance.city.places import (
    A_SAFETY,
    CONFERENCE,
    EDU_IN_CHARGE,
    MARKET_IN_CHARGE,
    MARKET_STATION,
    SAFETY_DESK,
    SQUAD,
    URBAN_IN_CHARGE,
    A,
)

PLACE, VENDORS = "南门外便道", "放学时段流动摊贩占道经营"
NOTHING_HIDDEN = ["hazard_no", "domain", "level", "school_id", "place_text", "description", "wished_by"]
CLOSE = "09-30 17:30"


async def vendors_at_the_gate(city: City) -> Stated:
    """HAZ-07 at 15:00 on Tue 09-22."""
    await city.at("2026-09-22 15:00")
    hazard = {
        "hazard_no": "H-26-31", "domain": "street-vendor", "level": "general", "school_id": A, "place_text": PLACE, "description": VENDORS,
        "wished_by": "2026-09-30",
    }  # fmt: skip
    stated = await city.states(A_SAFETY, "/hazards", hazard, key="H-26-31")
    city.desk(SQUAD).expects(signature(by="09-23 10:00", first_action="09-23 17:30", view="U", mandates=["HAZ-07"], only=NOTHING_HIDDEN))
    city.desk(SAFETY_DESK).expects(inform(view="E", mandates=["HAZ-07"], only=NOTHING_HIDDEN))
    city.task(stated).expects(lead=SQUAD, assist=[A_SAFETY], report="09-24 17:30", close=CLOSE)
    return stated


async def returned_by_the_squad(city: City) -> Stated:
    """16:20: the joint conference's office has one working day; the ladder of the squad is held meanwhile."""
    hazard = await vendors_at_the_gate(city)
    await city.at("16:20")
    await city.desk(SQUAD).returns("not-my-duty", "属食品摊贩，应由市场监管处置", to=MARKET_STATION)
    shown = {
        "returned_desk": SQUAD, "return_reason": "not-my-duty", "suggested_desk": MARKET_STATION, "final": False,
        "domain": "street-vendor", "place_text": PLACE,
    }  # fmt: skip
    city.desk(CONFERENCE).expects(
        signature(by="09-23 17:30", ruling="09-23 17:30", view="L", mandates=["GOV-03"], shows=shown, hidden=["description"])
    )
    assert city.board.heard(A_SAFETY, "bus.notification.returned", desk=SQUAD)
    return hazard


async def given_to_the_market_station(city: City) -> Stated:
    """Wed 09-23 11:00: uphold."""
    hazard = await returned_by_the_squad(city)
    await city.at("09-23 10:00")
    await city.at("11:00")
    await city.desk(CONFERENCE).rules("uphold", to=MARKET_STATION)
    city.desk(SQUAD).expects(Withdrawal(why="redirected", hides=True))
    city.desk(MARKET_STATION).expects(
        signature(by="15:00", first_action="09-24 17:30", view="M", mandates=["HAZ-07"], shows={"place_text": PLACE}, hidden=["photo"])
    )
    told(city, "uphold", SQUAD, MARKET_STATION, A_SAFETY)
    city.task(hazard).expects(lead=MARKET_STATION, assist=[A_SAFETY], report="09-28 17:30", close=CLOSE, version=2)
    return hazard


async def given_back_to_the_squad(city: City) -> Stated:
    """14:00: market returns too; Thu 09-24 10:00 a leader rules, and that is final."""
    hazard = await given_to_the_market_station(city)
    await city.at("14:00")
    await city.desk(MARKET_STATION).returns("not-my-duty", "无证摊贩属占道经营", to=SQUAD)
    for desk in (URBAN_IN_CHARGE, MARKET_IN_CHARGE, EDU_IN_CHARGE):
        city.desk(desk).expects(signature(by="09-24 17:30", ruling="09-24 17:30", view="L", mandates=["GOV-03"], shows={"final": True}))
    await city.at("09-24 10:00")
    await city.desk(EDU_IN_CHARGE).rules("uphold", to=SQUAD)
    for desk in (URBAN_IN_CHARGE, MARKET_IN_CHARGE):
        city.desk(desk).expects(Withdrawal(why="superseded"))
    city.desk(MARKET_STATION).expects(Withdrawal(why="redirected", hides=True))
    city.desk(SQUAD).expects(signature(by="14:00", first_action="09-28 17:30", view="U", mandates=["HAZ-07"], only=NOTHING_HIDDEN))
    told(city, "uphold", MARKET_STATION, SQUAD, A_SAFETY)
    city.task(hazard).expects(lead=SQUAD, assist=[A_SAFETY], report="09-29 17:30", close=CLOSE, version=3)
    return hazard


def told(city: City, ruling: str, *desks: str) -> None:
    for desk in desks:
        city.desk(desk).expects(ruled(ruling))


async def test_the_squad_owes_it_until_it_returns_it(city: City) -> None:
    await vendors_at_the_gate(city)


async def test_a_returned_duty_passes_its_due_without_a_miss(city: City) -> None:
    await returned_by_the_squad(city)
    await city.at("09-23 10:59")
    assert await city.routing("duties")
    assert not await late(city)


async def test_an_upheld_return_gives_the_duty_afresh_and_the_task_closes_when_it_always_did(city: City) -> None:
    """The squad is redirected, not late."""
    await given_to_the_market_station(city)
    assert {row["state"] for row in await city.routing("notifications") if row["desk"] == SQUAD} == {"redirected"}
    await city.at("13:59")
    assert not await late(city)


async def both_sides_have_their_word(city: City, incident: str) -> None:
    """GOV-10: the squad and the school rate each other once, and the squad looks again; whose part was redirected has no word."""
    await city.desk(SQUAD).rates(A_SAFETY, 5, incident=incident)
    await city.desk(A_SAFETY).rates(SQUAD, 4, incident=incident)
    city.desk(A_SAFETY).expects(Update(name="bus.task.rated", says={"desk": SQUAD, "score": 5}))
    city.desk(SQUAD).expects(Update(name="bus.task.rated", says={"desk": A_SAFETY, "score": 4}))
    with pytest.raises(Refused) as again:
        await city.desk(A_SAFETY).rates(SQUAD, 1, incident=incident)
    assert (again.value.status, again.value.problem["type"].rpartition(":")[2]) == (409, "already-rated")
    await city.desk(SQUAD).looks_again("2026-10-08", "节后复查，未见摊贩回潮", incident=incident)
    city.desk(A_SAFETY).expects(Update(name="bus.task.followed-up", says={"desk": SQUAD, "followed_on": "2026-10-08"}))
    (task,) = [row["body"] for row in await city.routing("tasks")]
    assert [(one["by"], one["of"], one["score"]) for one in task["ratings"]] == [(SQUAD, A_SAFETY, 5), (A_SAFETY, SQUAD, 4)]


async def test_the_leaders_have_the_last_word_and_a_third_return_is_refused(city: City) -> None:
    hazard = await given_back_to_the_squad(city)
    with pytest.raises(Refused) as refused:
        await city.desk(SQUAD).returns("not-my-duty")
    assert (refused.value.status, refused.value.problem["type"].rpartition(":")[2]) == (409, "ruling-is-final")
    await city.desk(SQUAD).signs()
    await city.desk(SQUAD).reports("started", "已劝离摊贩，安排巡查", incident=hazard.incident)
    await city.at("09-30 16:00")
    await city.desk(A_SAFETY).reports_on_task("done", incident=hazard.incident)
    await city.desk(SQUAD).closes("已清理，纳入日常巡查", incident=hazard.incident)
    city.desk(SQUAD).expects(told_again(2, change="task-closed"))
    await city.at("10-08 09:00")
    await both_sides_have_their_word(city, hazard.incident)
    assert not await late(city)


async def test_each_ruling_leaves_a_proposal_for_the_next_pack(city: City) -> None:
    """“Street vendors at A go to …”: a ruling is the rule that was missing."""
    await given_back_to_the_squad(city)
    rulings = [row["body"] for row in await city.routing("incidents") if row["family"] == "arbitration"]
    proposals = sorted((body["proposal"] for body in rulings if body["proposal"]), key=lambda one: str(one["ruled_at"]))
    assert [(one["returned_by"], one["goes_to"], one["ruled_by"]) for one in proposals] == [
        (SQUAD, [MARKET_STATION], CONFERENCE),
        (MARKET_STATION, [SQUAD], EDU_IN_CHARGE),
    ]
    for one in proposals:
        assert (one["event"], one["codes"], one["schools"]) == ("school.hazard.reported", {"domain": "street-vendor"}, [A])
        assert one["mandates"] == ["HAZ-07"]


async def late(city: City) -> list[str]:
    return [duty["desk"] for duty in await city.routing("duties") if duty["body"]["missed_at"]]
