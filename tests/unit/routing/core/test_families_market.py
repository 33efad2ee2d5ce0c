"""Market supervision and cyberspace: one event for each mandate that no story tells.

A passed check (MKT-01) is told to nobody at once: the school's weekly digest tells it."""

from typing import Any

import pytest

from services.routing.core.model import World
from tests.unit.routing.core.families import Case, cases, check, led, payload, play, told
from tests.unit.routing.core.places import EDU, OTHER_STATION, POLICE_110, PRINCIPAL, SAFETY, SCHOOL, SCHOOL_B, STATION, A, B, E

SHOPS, FOOD_SAFETY = "market.station@mkt-990102-01", "market.food-safety-desk@mkt-990102"
CDC, CYBERSPACE, CYBER_POLICE = "health.cdc-duty@cdc-990102", "cyberspace.duty-desk@cac-990102", "police.cyber-desk@pb-990102"
FOUND, CHECKED, DECIDED, RECALLED = (
    "market.finding.issued", "market.inspection.recorded", "market.sanction.decided", "market.recall.ordered"
)  # fmt: skip
CONTENT, ORDERED, CLUE = "cyberspace.content.found", "cyberspace.platform-order.issued", "school.online-harm.reported"
SCHOOL_E, SCHOOL_C, SCHOOL_D = (f"school.duty-desk@{school}" for school in (E, "3499000103", "1199000104"))
NEAR = [{"school_id": A, "metres": 85}]
INSPECTION: dict[str, Any] = {
    "inspection_no": "JC-2201", "object": "food-shop", "uscc": "91990102MA3AB12C34", "shop_name": "小百味食品店",
    "shop_point": {"lon": 117.0, "lat": 36.6, "crs": "CGCS2000"}, "schools": NEAR, "checked_at": "2026-09-21T09:30:00+08:00",
    "result": "pass",
}  # fmt: skip
FINDING: dict[str, Any] = {
    "finding_no": "WT-310", "inspection_no": "JC-2201", "object": "food-shop", "grade": "minor", "problems": ["expired"],
    "shop_name": "小百味食品店", "uscc": "91990102MA3AB12C34", "operator": {"name": "测试经营者", "phone": "0531-86012345"},
    "schools": NEAR, "ill_pupils": 0, "sealed": True, "recheck_on": "2026-09-28",
}  # fmt: skip
TOYS = FINDING | {"object": "toys", "problems": ["lottery-toy"]}
RECALL: dict[str, Any] = {
    "recall_no": "ZH-8", "goods": [{"name": "牛奶", "brand": "甲牌", "batch": "260915"}], "class": "1", "scope": ["990102"],
    "reason": "microbial",
}  # fmt: skip
SANCTION = {"finding_no": "WT-310", "outcome": "transferred-to-police", "public": False}
HARM: dict[str, Any] = {
    "case_no": "WX-26-55", "kind": "vulgar", "grade": "general", "schools": [A], "platform": "短视频A", "urls": ["https://v.example/1"],
    "pupil_identifiable": False, "reach": 900,
}  # fmt: skip
ORDER = {"case_no": "WX-26-55", "platform": "短视频A", "order": "delete", "result": "done"}
SEEN: dict[str, Any] = {
    "clue_no": "W-26-09", "school_id": B, "kind": "rumour", "urls": ["https://v.example/2"], "platform": "短视频A",
    "pupil_identifiable": False,
}  # fmt: skip
LAUNCHED, CAMPAIGN_DESK = "cyberspace.campaign.launched", "cyberspace.campaign-desk@cac-990102"
CAMPAIGN: dict[str, Any] = {
    "campaign_no": "QL-2026-Q3", "title": "清朗护苗", "topics": ["fraud"], "from": "2026-09-21", "to": "2026-10-31", "report_every": "weekly",
}  # fmt: skip
IN_A_DAY, WITHIN_HALF_AN_HOUR = "A S 09-22 18:00", "A S 09-21 10:30 / 09-22 00:00"
FIRST_FINDING = {SCHOOL: IN_A_DAY, SAFETY: "A E 09-22 17:30"}


@cases(
    Case(name=CHECKED, by=SHOPS, data=INSPECTION, mandates="MKT-01", told={}),
    Case(name=CHECKED, by=SHOPS, data=INSPECTION | {"result": "problems"}, mandates="MKT-10", told={}),
    Case(
        name=FOUND,
        by=SHOPS,
        data=FINDING | {"object": "catering"},
        mandates="MKT-03",
        told={SCHOOL: WITHIN_HALF_AN_HOUR, EDU: "A E 09-21 12:00"},
        task=led(SHOPS, SCHOOL, EDU, report="09-22 17:30", close="10-12 17:30"),
    ),
    Case(
        name=FOUND,
        by=FOOD_SAFETY,
        data=FINDING | {"grade": "critical", "problems": ["toxic"], "ill_pupils": 2},
        mandates="MKT-03 MKT-04",
        told={CDC: "A H 09-21 10:30 / 09-21 12:00", SCHOOL: "A S 09-21 10:30 / 09-21 12:00", EDU: "A E 09-21 10:30"},
        task=led(FOOD_SAFETY, CDC, SCHOOL, EDU, report="09-21 17:00", close="-"),
    ),
    Case(
        name=FOUND,
        by=SHOPS,
        data=TOYS,
        mandates="MKT-02 MKT-05",
        told={SCHOOL: IN_A_DAY, SAFETY: "A E 09-22 17:30 / 09-23 17:30"},
        task=led(SHOPS, SCHOOL, SAFETY, report="09-29 00:00", close="10-26 17:30"),
    ),
    Case(
        name=DECIDED,
        by=FOOD_SAFETY,
        data=SANCTION,
        mandates="MKT-06 MKT-07",
        after=((FOUND, SHOPS, FINDING | {"schools": [*NEAR, {"school_id": E, "metres": 190}]}),),
        told={SCHOOL: "v2 S", SCHOOL_E: "v2 S", SAFETY: "v2 E", STATION: "A P 09-22 17:30", OTHER_STATION: "A P 09-22 17:30"},
        task=led(SHOPS, SCHOOL, SCHOOL_E, report="09-29 00:00", close="10-26 17:30"),
    ),
    Case(
        name=RECALLED,
        by=FOOD_SAFETY,
        data=RECALL,
        mandates="MKT-08",
        told={**{desk: WITHIN_HALF_AN_HOUR for desk in (SCHOOL, SCHOOL_B, SCHOOL_C, SCHOOL_D, SCHOOL_E)}, EDU: "A E 09-21 12:00"},
        task=led(FOOD_SAFETY, SCHOOL, SCHOOL_B, SCHOOL_C, SCHOOL_D, SCHOOL_E, EDU, report="09-22 18:00", close="09-29 17:30"),
    ),
    Case(
        name=RECALLED,
        by=FOOD_SAFETY,
        data=RECALL | {"class": "3", "scope": [A, "990102102"]},
        mandates="MKT-09",
        told={SCHOOL: "B S 09-22 18:00", SCHOOL_E: "B S 09-22 17:30", SAFETY: "B E 09-22 17:30"},
    ),
    Case(
        name=CONTENT,
        by=CYBERSPACE,
        data=HARM,
        mandates="CYB-01",
        told={SCHOOL: IN_A_DAY, SAFETY: "A E 09-22 17:30"},
        task=led(CYBERSPACE, SCHOOL, report="09-24 17:30", close="09-29 17:30"),
    ),
    Case(
        name=CONTENT,
        by=CYBERSPACE,
        data=HARM | {"kind": "fraud"},
        mandates="CYB-03",
        told={CYBER_POLICE: "A P 09-21 14:00 / 09-22 10:00", SCHOOL: "A S 09-21 14:00 / 09-22 10:00", SAFETY: "I E"},
        task=led(CYBER_POLICE, CYBERSPACE, SCHOOL, report="09-22 10:00", close="10-12 17:30"),
    ),
    Case(
        name=CONTENT,
        by=CYBERSPACE,
        data=HARM | {"kind": "cyberbullying", "grade": "serious"},
        mandates="CYB-02 CYB-03",
        told={
            CYBER_POLICE: "A P 09-21 14:00 / 09-22 10:00",
            EDU: "A E 09-21 14:00 / 09-22 10:00",
            SCHOOL: "A S 09-21 14:00 / 09-22 10:00",
            SAFETY: "I E",
        },
        task=led(CYBER_POLICE, CYBERSPACE, SCHOOL, EDU, report="09-22 10:00", close="10-12 17:30"),
    ),
    Case(
        name=CONTENT,
        by=CYBERSPACE,
        data=HARM | {"kind": "self-harm", "grade": "imminent", "pupil_identifiable": True},
        mandates="CYB-04",
        told={POLICE_110: "A P 09-21 10:05 / 09-21 10:05", PRINCIPAL: "A S 09-21 10:10 / 09-21 10:30", EDU: "A E 09-21 10:10"},
        task=led(POLICE_110, CYBERSPACE, PRINCIPAL, report="09-22 10:00", close="09-24 17:30"),
    ),
    Case(
        name=CLUE,
        by=SCHOOL_B,
        data=SEEN,
        mandates="CYB-06",
        told={CYBERSPACE: "A C 09-21 14:00 / 09-22 10:00", SAFETY: "I E"},
        task=led(CYBERSPACE, SCHOOL_B, report="09-22 10:00", close="09-29 17:30"),
    ),
    Case(
        name=ORDERED,
        by=CYBERSPACE,
        data=ORDER,
        mandates="CYB-08",
        after=((CONTENT, CYBERSPACE, HARM),),
        told={SCHOOL: "v2 S", SAFETY: "v2 E"},
        task=led(CYBERSPACE, SCHOOL, report="09-24 17:30", close="09-29 17:30"),
    ),
)
def test_everybody_whom_the_mandate_names_is_told_and_nobody_else(world: World, case: Case) -> None:
    check(world, case)


def test_no_operator_leaves_the_market_and_disease_control_learns_the_shop(world: World) -> None:
    ill = FINDING | {"ill_pupils": 2, "goods": [{"name": "辣条"}]}
    bench, _ = play(world, Case(name=FOUND, by=SHOPS, data=ill, mandates="", told={}))
    assert all(not payload(bench, desk).keys() & {"uscc", "operator", "inspection_no"} for desk in told(bench))
    assert payload(bench, CDC)["shop_name"] == "小百味食品店"


def test_police_learn_of_a_sanction_its_outcome_and_the_bureau_that_the_platform_obeyed(world: World) -> None:
    handed, _ = play(world, Case(name=DECIDED, by=FOOD_SAFETY, data=SANCTION, mandates="", after=((FOUND, SHOPS, FINDING),), told={}))
    assert payload(handed, STATION).keys() == {"finding_no", "outcome"}
    obeyed, _ = play(world, Case(name=ORDERED, by=CYBERSPACE, data=ORDER, mandates="", after=((CONTENT, CYBERSPACE, HARM),), told={}))
    assert payload(obeyed, SAFETY)["result"] == "done"
    assert not payload(obeyed, SAFETY).keys() & {"order", "urls"}


def test_the_lists_of_a_recall_name_the_schools_of_a_city_and_each_bureau(world: World) -> None:
    bench, _ = play(world, Case(name=RECALLED, by=FOOD_SAFETY, data=RECALL | {"scope": ["990103"]}, mandates="", told={}))
    assert {desk.partition("@")[2] for desk in told(bench)} == {"3199000301", "edu-990102", "edu-990103"}


@pytest.mark.parametrize("rhythm", ["weekly", "fortnightly"])
def test_a_campaign_is_reported_each_week_whatever_rhythm_it_states(world: World, rhythm: str) -> None:
    """INVARIANT: nobody loosens what it owes by a field of its own statement — broken by a report due that reads ``report_every``."""
    owed = led(CAMPAIGN_DESK, CYBER_POLICE, SAFETY, report="09-24 17:30", close="11-01 00:00")
    case = Case(
        name=LAUNCHED,
        by=CAMPAIGN_DESK,
        data=CAMPAIGN | {"report_every": rhythm},
        mandates="CYB-05",
        told={CYBER_POLICE: "A P 09-22 17:30", SAFETY: "A E 09-22 17:30"},
        task=owed,
    )
    bench = check(world, case)
    assert payload(bench, CYBER_POLICE)["report_every"] == rhythm, "what the campaign itself plans is told to its assistants"
