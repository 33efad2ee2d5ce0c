"""What later events of an incident change for those who were told before: correction, withdrawal, a higher level, duplicates."""

from typing import Any

import pytest

from tests.acceptance.city import City, Notice, Refused, Stated, Withdrawal, inform, signature, told_again
from tests.acceptance.city.places import A_DUTY, A_LAW, B_DUTY, B_LAW, DUTY_OFFICER, SAFETY_DESK, STATION, A, B


async def alarm_at_the_wrong_school(city: City) -> Stated:
    """S13, the real alarm: A and the station have signed and begun by 10:05."""
    await city.at("2026-09-22 10:03:00")
    alarm = await city.police.raises(kind="intrusion", severity="life-risk", relation="on-campus", schools=[A], suspect_look="黑衣")
    city.desk(A_DUTY).expects(signature(by="10:08", first_action="10:08", view="S"))
    city.desk(STATION).expects(signature(by="10:08", first_action="10:08", view="P"))
    city.desk(DUTY_OFFICER).expects(signature(by="10:13", first_action="10:33", view="E"))
    city.desk(A_LAW).expects(inform(view="V"))
    city.task(alarm).expects(lead=STATION, assist=[A_DUTY, DUTY_OFFICER], report="09-23 10:03", close="09-28 17:30")
    for said, desk in (("10:04:30", A_DUTY), ("10:05", STATION)):
        await city.at(said)
        await city.desk(desk).signs()
        await city.desk(desk).reports("started")
    return alarm


async def corrected_to_the_other_school(city: City) -> Stated:
    alarm = await alarm_at_the_wrong_school(city)
    await city.at("10:06:00")
    await alarm.follow("corrected", {"changes": {"schools": {"old": [A], "new": [B]}}, "reason": "报警人更正校名"})
    city.desk(B_DUTY).expects(signature(by="10:11", first_action="10:11", view="S"))
    city.desk(B_LAW).expects(inform(view="V"))
    for desk in (A_DUTY, A_LAW):
        city.desk(desk).expects(Withdrawal(why="corrected", hides=True))
    city.desk(STATION).expects(signature(by="10:11", version=2, view="P", shows={"schools": [B]}, **FIRST_ACTION_DONE))
    city.desk(DUTY_OFFICER).expects(signature(by="10:13", first_action="10:33", version=2, view="E", shows={"schools": [B]}))
    city.take_task(version=2)
    return alarm


FIRST_ACTION_DONE: dict[str, Any] = {"first_action": "10:08"}


async def test_a_correction_tells_the_right_school_and_takes_the_data_from_the_wrong_one(city: City) -> None:
    await corrected_to_the_other_school(city)
    held = await city.owner.fetch("select message::text as text from schools.notifications where desk = $1", A_DUTY)
    assert "黑衣" not in held[0]["text"]
    await city.at("10:07")
    for desk in (B_DUTY, STATION, DUTY_OFFICER):
        await city.desk(desk).signs()
        await city.desk(desk).reports("started")
    await city.at("11:00")


async def test_a_withdrawal_tells_everybody_and_ends_every_open_duty(city: City) -> None:
    alarm = await corrected_to_the_other_school(city)
    await city.at("10:07")
    await alarm.follow("withdrawn", {"code": "false-alarm", "reason": "误报", "officer": "值班长"})
    for desk in (B_DUTY, B_LAW, STATION, DUTY_OFFICER):
        city.desk(desk).expects(Withdrawal(why="withdrawn"))
    await city.at("12:00")
    assert not [duty for duty in await city.routing("duties") if duty["body"]["missed_at"]]


async def test_a_higher_level_tells_more_desks_and_tightens_the_clocks_of_those_who_knew(city: City) -> None:
    await city.at("2026-09-21 10:00")
    alarm = await city.police.raises(kind="crowd", severity="urgent", relation="perimeter", schools=[A])
    city.desk(A_DUTY).expects(signature(by="10:30", first_action="24:00", view="S", mandates=["POL-03"]))
    city.desk(STATION).expects(signature(by="10:30", first_action="24:00", view="P", mandates=["POL-03"]))
    city.desk(SAFETY_DESK).expects(signature(by="09-22 17:30", view="E", mandates=["POL-03"]))
    city.desk(A_LAW).expects(inform(view="V"))
    city.task(alarm).expects(lead=STATION, assist=[A_DUTY], report="09-22 17:30", close="09-24 17:30")
    await city.desk(STATION).signs()
    await city.at("10:10")
    await alarm.follow(
        "level-changed", {"field": "severity", "from": "urgent", "to": "life-risk", "by": "police.110-desk", "why": "有人持械"}
    )
    for desk, view in ((A_DUTY, "S"), (STATION, "P")):
        city.desk(desk).expects(signature(by="10:15", first_action="10:15", view=view, version=2, shows={"severity": "life-risk"}))
    city.desk(DUTY_OFFICER).expects(signature(by="10:20", first_action="10:40", view="E", mandates=["POL-01"]))
    city.desk(SAFETY_DESK).expects(Withdrawal(why="superseded"))
    city.desk(A_LAW).expects(Notice(kind="inform", version=2, view="V"))
    city.task(alarm).expects(lead=STATION, assist=[A_DUTY, DUTY_OFFICER], report="09-22 10:10", close="09-24 17:30", version=2)
    for desk in (A_DUTY, STATION, DUTY_OFFICER):
        await city.desk(desk).signs()
        await city.desk(desk).reports("started")
    await city.at("11:00")


async def test_a_signature_on_the_old_version_leaves_the_new_one_open(city: City) -> None:
    """INVARIANT: 签收 holds for the version that was seen — broken by a click that signs what arrived after it."""
    alarm = await alarm_at_the_wrong_school(city)
    changes = {"kind": {"old": "intrusion", "new": "weapon"}}
    await alarm.follow("corrected", {"changes": changes, "reason": "核实"})
    city.take_everything()
    await city.desk(DUTY_OFFICER).signs(version=1)
    assert city.desk(DUTY_OFFICER).holds()["state"] == "open"
    await city.desk(DUTY_OFFICER).signs(version=2)
    assert city.desk(DUTY_OFFICER).holds()["state"] == "acknowledged"


async def test_the_same_statement_again_tells_nobody_anything(city: City) -> None:
    await city.at("2026-09-21 10:00")
    words = {"severity": "urgent", "schools": [A], "alarm_no": "J990102202609210042"}
    await city.police.raises(**words)
    city.take_everything()
    again = await city.police.raises(**words, revision=1)
    assert again.decision["outcome"] == "duplicate-of"
    city.audited = False  # the auditor calls one revision that is stored twice doubled


async def test_a_statement_that_contradicts_the_one_before_is_parked_and_shown_to_its_publisher(city: City) -> None:
    await city.at("2026-09-21 10:00")
    words = {"severity": "urgent", "schools": [A], "alarm_no": "J990102202609210043"}
    await city.police.raises(**words)
    city.take_everything()
    other = await city.police.raises(**words, casualties=2, revision=1)
    assert other.row["parked"]["reason"] == "conflict"
    assert other.row["decision"] is None
    city.audited = False  # the auditor calls every parked event lost


async def test_a_supplement_that_matches_another_rule_adds_its_desks_and_informs_the_others(city: City) -> None:
    alarm = await alarm_at_the_wrong_school(city)
    await alarm.follow("supplemented", {"added": {"injury_note": "一人轻伤"}})
    for desk, view in ((A_DUTY, "S"), (STATION, "P"), (DUTY_OFFICER, "E"), (A_LAW, "V")):
        city.desk(desk).expects(told_again(2, change="supplemented", view=view))
    await city.at("10:06")
    with pytest.raises(Refused) as refused:
        await city.desk(A_DUTY).signs()
    assert refused.value.status == 409
