"""S09: one shop near two schools; one of them stays silent over a weekend with a make-up school day; the sanction is told back."""

from typing import Any

from tests.acceptance.city import City, Escalation, Stated, cleared, missed, signature, told_again
from tests.acceptance.city.places import A_DUTY, B_DUTY, B_PRINCIPAL, DUTY_OFFICER, SAFETY_DESK, A, B

MARKET_STATION, FOOD_SAFETY = "market.station@mkt-990102-01", "market.food-safety-desk@mkt-990102"
OUTSIDE_MARKET = ["uscc", "operator", "inspection_no"]
NEAR = [{"school_id": A, "metres": 85}, {"school_id": B, "metres": 140}]
FINDING: dict[str, Any] = {
    "finding_no": "WT-310", "inspection_no": "JC-2201", "object": "food-shop", "grade": "major", "problems": ["expired", "three-noes"],
    "goods": [{"name": "辣条"}], "shop_name": "湖西路小百味食品店", "uscc": "91990102MA3AB12C34",
    "operator": {"name": "测试经营者", "phone": "0531-86012345"}, "schools": NEAR, "ill_pupils": 0, "sealed": True, "recheck_on": "2026-09-28",
}  # fmt: skip


async def a_shop_near_two_schools(city: City) -> Stated:
    """MKT-02. The third school, 230 m away, is not in the finding and hears nothing."""
    await city.at("2026-09-17 16:00")
    finding = await city.states(MARKET_STATION, "/findings", FINDING, key="WT-310")
    seen: dict[str, Any] = {"mandates": ["MKT-02"], "hidden": OUTSIDE_MARKET, "shows": {"schools": NEAR, "shop_name": "湖西路小百味食品店"}}
    city.desk(A_DUTY).expects(signature(by="09-18 18:00", view="S", **seen))
    city.desk(B_DUTY).expects(signature(by="09-18 18:30", view="S", **seen))
    city.desk(SAFETY_DESK).expects(signature(by="09-18 17:30", view="E", **seen))
    city.task(finding).expects(lead=MARKET_STATION, assist=[A_DUTY, B_DUTY], report="09-28 24:00", close="10-21 17:30")
    return finding


async def the_other_school_stays_silent(city: City) -> None:
    """A and the bureau sign on Friday. B climbs ladder C: the second step is a working day later, which is the make-up Sunday."""
    await city.at("09-18 09:00")
    for desk in (A_DUTY, SAFETY_DESK):
        await city.desk(desk).signs()
    await city.at("09-18 18:30")
    for desk in (B_DUTY, MARKET_STATION):
        city.desk(desk).expects(missed(of=B_DUTY, due="18:30"))
    city.desk(B_PRINCIPAL).expects(Escalation(step=1, of=B_DUTY, at="18:30"))
    await city.at("09-20 17:30")
    city.desk(DUTY_OFFICER).expects(Escalation(step=2, of=B_DUTY, at="17:30"))
    await city.at("09-21 09:00")
    await city.desk(B_DUTY).signs()
    for desk in (B_DUTY, B_PRINCIPAL, DUTY_OFFICER, MARKET_STATION):
        city.desk(desk).expects(cleared(of=B_DUTY, why="acknowledged"))
    await city.at("09-21 17:30")


async def test_one_finding_reaches_both_schools_the_bureau_once_and_no_operator_leaves_the_market(city: City) -> None:
    finding = await a_shop_near_two_schools(city)
    assert {line["desk"] for line in finding.decision["recipients"]} == {A_DUTY, B_DUTY, SAFETY_DESK}


async def test_the_silent_school_is_escalated_and_the_sanction_is_told_to_all_three(city: City) -> None:
    finding = await a_shop_near_two_schools(city)
    await the_other_school_stays_silent(city)
    await city.at("09-28 15:00")
    await city.desk(MARKET_STATION).reports_on_task("started", "复查：过期食品已下架", incident=finding.incident)
    await city.at("10-12 10:00")
    sanction = await finding.follow("sanction", {"outcome": "fined", "public": True}, desk=FOOD_SAFETY)
    assert sanction.incident == finding.incident
    for desk, view in ((A_DUTY, "S"), (B_DUTY, "S"), (SAFETY_DESK, "E")):
        told = {"outcome": "fined", "public": True}
        city.desk(desk).expects(told_again(2, view=view, mandates=["MKT-02", "MKT-06"], shows=told, hidden=OUTSIDE_MARKET))
    await city.at("10-21 17:00")
