"""The road is cut or a message cannot be handled yet: nothing is lost, and nobody is called late who was not."""

from infra.messaging.dead_letters import ask_replay
from infra.postgres.pool import open_pool
from infra.postgres.unit_of_work import unit_of_work
from tests.acceptance.city import City, Escalation, cleared, inform, missed, signature, told_again
from tests.acceptance.city.places import (
    A_DUTY,
    A_LAW,
    A_PRINCIPAL,
    B_DUTY,
    B_LAW,
    DUTY_OFFICER,
    OPS,
    POLICE_110,
    SAFETY_DESK,
    STATION,
    A,
    B,
)
from tests.servers import until


async def alarm_with_two_signatures(city: City) -> None:
    """POL-01 at 10:00; station and duty officer have signed and begun, the school has not."""
    await city.at("2026-09-21 10:00")
    alarm = await city.police.raises(kind="intrusion", severity="life-risk", relation="on-campus", schools=[A])
    city.desk(A_DUTY).expects(signature(by="10:05", first_action="10:05", view="S"))
    city.desk(STATION).expects(signature(by="10:05", first_action="10:05", view="P"))
    city.desk(DUTY_OFFICER).expects(signature(by="10:10", first_action="10:30", view="E"))
    city.desk(A_LAW).expects(inform(view="V"))
    city.task(alarm).expects(lead=STATION, assist=[A_DUTY, DUTY_OFFICER], report="09-22 10:00", close="09-24 17:30")
    for desk in (STATION, DUTY_OFFICER):
        await city.desk(desk).signs()
        await city.desk(desk).reports("started")


async def test_a_signature_given_in_time_while_kafka_was_down_voids_the_miss(city: City) -> None:
    """INVARIANT: lateness follows done_at — broken by counting a miss that an earlier answer disproves."""
    await alarm_with_two_signatures(city)
    await city.cut_kafka()
    await city.at("10:03")
    await city.desk(A_DUTY).signs()
    await city.desk(A_DUTY).reports("started")
    await city.at("10:06")
    (early,) = {row["desk"] for row in await city.routing("duties") if row["body"]["missed_at"]}
    assert early == A_DUTY
    await city.join_kafka()
    for duty in ("ack", "first-action"):
        for desk in (A_DUTY, STATION, POLICE_110):
            city.desk(desk).expects(missed(of=A_DUTY, due="10:05", duty=duty), cleared(of=A_DUTY, why="in-time", duty=duty))
        city.desk(A_PRINCIPAL).expects(cleared(of=A_DUTY, why="in-time", duty=duty))
    city.desk(A_PRINCIPAL).expects(Escalation(step=1, of=A_DUTY, at="10:05"))
    duties = [row["body"] for row in await city.routing("duties") if row["desk"] == A_DUTY and row["kind"] in ("ack", "first-action")]
    assert {(duty["state"], duty["voided"]) for duty in duties} == {("met", True)}
    await city.at("11:00")


async def test_an_alarm_raised_while_kafka_is_down_is_delivered_when_it_is_back_and_the_wait_is_the_bus_s(city: City) -> None:
    await city.at("2026-09-21 10:00")
    await city.cut_kafka()
    await city.police.raises(kind="intrusion", severity="life-risk", relation="on-campus", schools=[A])
    assert not city.board.rows["notifications"]
    await city.at("10:20")
    await city.join_kafka()
    city.desk(A_DUTY).expects(signature(by="10:25", first_action="10:25", view="S"))
    city.desk(STATION).expects(signature(by="10:25", first_action="10:25", view="P"))
    city.desk(DUTY_OFFICER).expects(signature(by="10:30", first_action="10:50", view="E"))
    city.desk(A_LAW).expects(inform(view="V"))
    city.take_task(version=1)
    await city.at("10:24")


async def test_brokers_that_lost_everything_cost_neither_a_signature_nor_an_alarm(city: City) -> None:
    """INVARIANT: PostgreSQL is the truth, Kafka the road — broken by an outbox or a reader that trusts an offset of the log that is gone."""
    await alarm_with_two_signatures(city)
    await city.cut_kafka()
    await city.at("10:03")
    await city.desk(A_DUTY).signs()
    await city.desk(A_DUTY).reports("started")
    await city.police.raises(kind="crowd", severity="routine", relation="perimeter", schools=[B], desk=STATION)
    await city.wipe_kafka()
    city.desk(B_DUTY).expects(signature(by="10:33", first_action="24:00", view="S", mandates=["POL-03"]))
    city.desk(SAFETY_DESK).expects(signature(by="09-22 17:30", view="E", mandates=["POL-03"]))
    city.desk(B_LAW).expects(inform(view="V"))
    city.take_task(version=1)
    await city.at("10:10")


async def test_a_parked_statement_counts_once_it_is_replayed(city: City) -> None:
    """INVARIANT: the replay of a dead letter is a first arrival — broken by an inbox row beside the dead letter."""
    await city.at("2026-09-21 10:00")
    city.audited = False  # one number stated twice against itself, which the auditor rightly refuses to explain
    words = {"severity": "life-risk", "alarm_no": "J990102202609210777"}
    wrong = await city.police.raises(**words, schools=[B])
    other = await city.police.raises(**words, schools=[A], revision=1)
    (parked,) = await city.routing("dead_letters")
    assert (parked["reason"], parked["status"], other.row["parked"]["reason"]) == ("conflict", "parked", "conflict")
    await wrong.follow("withdrawn", {"code": "wrong-entity", "reason": "录错", "officer": "值班长"})
    city.take_everything()
    await replay(city, parked["id"])
    city.desk(A_DUTY).expects(signature(by="10:05", first_action="10:05", view="S"))
    city.desk(STATION).expects(signature(by="10:05", first_action="10:05", view="P"))
    city.desk(DUTY_OFFICER).expects(signature(by="10:10", first_action="10:30", view="E"))
    city.desk(A_LAW).expects(inform(view="V"))
    (replayed,) = await city.routing("dead_letters")
    assert replayed["status"] == "replayed"
    city.take_task(version=1)
    city.audited = False  # the auditor calls every parked event lost


async def test_a_follow_up_waits_for_its_head(city: City) -> None:
    await city.at("2026-09-21 10:00")
    number = "J990102202609210778"
    await supplemented_too_early(city, number)
    await city.at("10:09")
    assert not city.board.rows["notifications"]
    await city.police.raises(alarm_no=number, revision=1, severity="life-risk", relation="on-campus", schools=[A])
    city.desk(A_DUTY).expects(told_again(2, change="supplemented", view="S", shows={"suspect_look": "戴黑色帽子"}))
    city.desk(STATION).expects(told_again(2, change="supplemented", view="P", shows={"suspect_look": "戴黑色帽子"}))
    for desk, view in ((DUTY_OFFICER, "E"), (A_LAW, "V")):
        city.desk(desk).expects(told_again(2, change="supplemented", view=view, hidden=["suspect_look"]))
    city.take_everything()


async def test_a_follow_up_whose_head_never_comes_reaches_a_person_after_ten_minutes(city: City) -> None:
    await city.at("2026-09-21 10:00")
    early = await supplemented_too_early(city, "J990102202609210779")
    await city.at("10:10")
    event = next(row for row in city.board.rows["events"] if row["id"] == early)
    assert (event["decision"]["outcome"], event["decision"]["notes"]) == ("unmatched", ["head-missing"])
    city.desk(SAFETY_DESK).expects(signature(by="14:10", view="E", mandates=["GOV-01"]))
    city.desk(OPS).expects(inform(view="L", mandates=["GOV-01"]))


async def supplemented_too_early(city: City, number: str) -> str:
    """A supplement of an alarm that routing does not know; its id."""
    added = {"revision": 2, "data": {"added": {"suspect_look": "戴黑色帽子"}}}
    answer = await city.desk(POLICE_110).act(f"/alarms/{number}/supplemented", added)
    return str(answer["id"])


async def replay(city: City, letter: int) -> None:
    """A person asks for it; routing's own process delivers it."""
    pool = await open_pool(city.dsn("xt_routing"), schema="routing", application="city", size=(1, 1))
    try:
        async with unit_of_work(pool) as uow:
            assert await ask_replay(uow, letter, by="p-ops")
    finally:
        await pool.close()

    async def done() -> bool:
        return bool(await city.owner.fetchval("select status = 'replayed' from routing.dead_letters where id = $1", letter))

    await until(done)
    await city.settle()
