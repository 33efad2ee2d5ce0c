"""S06: pupils fall ill after lunch. Two hours by law from when the school knew; a count that grows brings the city and the leaders in.

One more desk than the story names is told of the supplement: “everyone else gets version n+1 as inform” (mandates.md §2) takes in the
vice-principal for health, who sees the number of the ill.
"""

from datetime import datetime

import pytest

from infra.embedded import Servers
from services.routing.core.matching.views import project
from tests.acceptance.city import City, Escalation, Stated, Update, cleared, inform, missed, signature, told_again
from tests.acceptance.city.places import (
    A_HEALTH_VICE,
    A_PRINCIPAL,
    CDC,
    CITY_HEALTH,
    CITY_MARKET,
    DUTY_OFFICER,
    EDU_IN_CHARGE,
    HEALTH,
    HEALTH_LEADER,
    MARKET,
    A,
)
from tests.acceptance.city.times import instant
from tests.acceptance.city.wire import records, schema_text, texts

SUSPECTED = "school.food-illness.suspected"
NAME, CLASS, SUPPLIER = "周小满", "三年级2班", "91350100M000100Y43"
ILLNESS = {
    "incident_no": "SP-0921", "school_id": A, "ill": 12, "severe": 0, "in_hospital": 3, "dead": 0, "meal": "lunch",
    "meal_at": "2026-09-21T11:50:00+08:00", "onset_first_at": "2026-09-21T12:40:00+08:00", "source": "catering", "supplier_uscc": SUPPLIER,
    "symptoms": ["vomiting"], "samples_kept": True, "sealed": ["food"], "service_stopped": True,
}  # fmt: skip
CASE = {"name": NAME, "class": CLASS, "age_band": "6-13", "onset": "2026-09-21T12:40:00+08:00", "hospital": "区人民医院"}
FOUR = ((MARKET, "M"), (HEALTH, "H"), (CDC, "H"), (DUTY_OFFICER, "E"))


async def lunch(city: City) -> Stated:
    """FOD-01 on Mon 09-21 13:55, known since 13:10."""
    await city.at("2026-09-21 13:55")
    illness = await city.states(A_PRINCIPAL, "/food-illnesses", {**ILLNESS, "cases": [CASE]}, key="SP-0921", known_at="13:10")
    for desk, view in FOUR:
        hidden = {"M": ["cases"], "E": ["cases"], "H": ["supplier_uscc"]}[view]
        shows = {"M": {"supplier_uscc": SUPPLIER}, "E": {"supplier_uscc": SUPPLIER}, "H": {"ill": 12}}[view]
        city.desk(desk).expects(
            signature(
                by="14:25", first_action="15:55", view=view, mandates=["FOD-01"], hidden=hidden, shows=shows, hidden_labels=LABELS[view]
            )
        )
    city.desk(A_HEALTH_VICE).expects(inform(view="V", mandates=["FOD-01"], only=["incident_no", "school_id", "ill"]))
    city.task(illness).expects(lead=MARKET, assist=[CDC, DUTY_OFFICER, A_PRINCIPAL], report="09-22 17:00", close=None)
    return illness


LABELS = {"M": ["病例名单"], "E": ["病例名单"], "H": ["供餐单位统一社会信用代码"]}


async def three_sign(city: City) -> None:
    """Education 14:10, market 14:20, CDC 14:24; each starts. The emergency office does not, and its leader hears of it at 14:25."""
    for said, desk in (("14:10", DUTY_OFFICER), ("14:20", MARKET), ("14:24", CDC)):
        await city.at(said)
        await city.desk(desk).signs()
        await city.desk(desk).reports("started")
    await city.at("14:25")
    for desk in (HEALTH, A_PRINCIPAL, MARKET):
        city.desk(desk).expects(missed(of=HEALTH, due="14:25"))
    city.desk(HEALTH_LEADER).expects(Escalation(step=1, of=HEALTH, at="14:25"))


async def more_fall_ill(city: City) -> Stated:
    """14:40: 31 ill, one of them gravely: FOD-02 matches as well."""
    illness = await lunch(city)
    await three_sign(city)
    await city.at("14:40")
    await illness.follow("supplemented", {"added": {"ill": 31, "severe": 1}})
    city.desk(EDU_IN_CHARGE).expects(signature(by="15:10", first_action="15:40", view="E", mandates=["FOD-02"], shows={"ill": 31}))
    city.desk(CITY_HEALTH).expects(signature(by="15:10", first_action="16:40", view="H", mandates=["FOD-02"], hidden=["supplier_uscc"]))
    city.desk(CITY_MARKET).expects(signature(by="15:10", first_action="16:40", view="M", mandates=["FOD-02"], hidden=["cases"]))
    for desk, view in (*FOUR, (A_HEALTH_VICE, "V")):
        city.desk(desk).expects(told_again(2, change="supplemented", view=view, shows={"ill": 31}))
    return illness


async def test_four_desks_have_half_an_hour_and_the_market_bureau_leads(city: City) -> None:
    await lunch(city)


async def test_the_school_kept_the_bound_of_the_law_and_overran_our_own(city: City) -> None:
    """Known 13:10, said 13:55: 15:10 by law is met, our own 13:40 is overrun by 15 minutes; the school reads both on its event."""
    illness = await lunch(city)
    said = illness.decision
    assert [datetime.fromisoformat(said[name]) for name in ("law_due", "publish_due")] == [instant("15:10", city.now), instant("13:40", city.now)]
    assert (said["law_met"], said["law"], said["overrun_minutes"]) == (True, "食品安全事故应急预案", 15)
    (decided,) = await city.routing("incident_events")
    assert datetime.fromisoformat(decided["law_due"]) == instant("15:10", city.now)


async def test_a_silent_office_climbs_its_own_ladder_while_the_matter_grows(city: City) -> None:
    """14:25 step 1, 14:55 step 2 with the school; the supplement moves no due. The city's desk is told for two reasons."""
    await more_fall_ill(city)
    for desk in (EDU_IN_CHARGE, CITY_HEALTH, CITY_MARKET):
        await city.desk(desk).signs()
        await city.desk(desk).reports("started")
    dues = {(row["desk"], row["kind"]): row["due"] for row in await city.routing("duties") if row["desk"] in dict(FOUR)}
    assert {datetime.fromisoformat(due) for (_, kind), due in dues.items() if kind == "ack"} == {datetime.fromisoformat(AT_14_25)}
    await city.at("14:55")
    city.desk(CITY_HEALTH).expects(Escalation(step=2, of=HEALTH, at="14:55"))
    city.desk(A_PRINCIPAL).expects(Escalation(step=2, of=HEALTH, at="14:55", to_publisher=True))
    await city.at("15:00")
    await city.desk(HEALTH).signs()
    await city.desk(HEALTH).reports("started")
    for desk in (HEALTH, HEALTH_LEADER, CITY_HEALTH, A_PRINCIPAL, MARKET):
        city.desk(desk).expects(cleared(of=HEALTH, why="acknowledged"))
    await city.at("09-22 16:59")


AT_14_25 = "2026-09-21T14:25:00+08:00"


async def test_the_close_waits_for_the_laboratory_and_everybody_with_a_part_knows(city: City) -> None:
    """The market bureau pauses its close; the report stays due, and the auditor would miss a desk that was not told."""
    illness = await lunch(city)
    before = await dues_of(city)
    await city.desk(MARKET).pauses("市食品检验所", incident=illness.incident)
    for desk in (CDC, DUTY_OFFICER, A_PRINCIPAL):
        city.desk(desk).expects(Update(name="bus.task.paused", says={"lab": "市食品检验所"}))
    await city.at("14:10")
    await city.desk(MARKET).resumes(incident=illness.incident)
    for desk in (CDC, DUTY_OFFICER, A_PRINCIPAL):
        city.desk(desk).expects(Update(name="bus.task.resumed", says={"desk": MARKET}))
    assert await dues_of(city) == before
    row = await city.owner.fetchrow("delete from health.updates where name = 'bus.task.paused' returning *")
    with pytest.raises(AssertionError, match=f"lost: {CDC} was never told of the pause"):
        await city.audit()
    await city.owner.execute("insert into health.updates values ($1, $2, $3, $4, $5, $6, $7, $8, $9)", *row.values())


async def dues_of(city: City) -> dict[tuple[str, str], str]:
    """Every due but the close's."""
    return {(row["desk"], row["kind"]): row["due"] for row in await city.routing("duties") if row["kind"] != "close"}


async def test_names_are_on_healths_machine_alone_and_market_has_no_class(city: City, servers: Servers) -> None:
    """INVARIANT: who is ill is for health alone, and for nobody in clear — broken by a list that is handed on whole."""
    await lunch(city)
    told = texts(await records(servers.bootstrap, city.catalogue.to_service("health"), city.begin))
    assert '"cases"' in told
    for service in ("market", "schools"):
        seen = texts(await records(servers.bootstrap, city.catalogue.to_service(service), city.begin))
        assert '"cases"' not in seen
        assert not any(word in seen for word in (NAME, CLASS))
    stored = await schema_text(city.dsn("xt_market"), "market")
    assert not any(word in stored for word in (NAME, CLASS))


def test_the_view_of_a_school_has_neither_supplier_nor_symptoms() -> None:
    seen, _ = project(SUSPECTED, ILLNESS, "S", school=A)
    assert not {"supplier_uscc", "symptoms", "cases"} & seen.keys()
