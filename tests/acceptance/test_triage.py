"""GOV-01: nobody knew the school, or no rule fitted; a person says which, the bus decides again, and whoever it concerns is rung."""

import pytest

from tests.acceptance.city import City, Refused, inform, missed, signature, triaged
from tests.acceptance.city.places import A_DUTY, A_LAW, A_PRINCIPAL, DUTY_OFFICER, OPS, POLICE_110, SAFETY_DESK, STATION, A, B

HEARD = (DUTY_OFFICER, OPS, POLICE_110, STATION)
"""Whom GOV-01 was told, who stated it, and who leads."""


async def test_the_school_that_the_desk_names_is_rung_and_its_clock_runs_from_then(city: City) -> None:
    await city.at("2026-09-21 10:00")
    alarm = await city.police.raises(
        kind="weapon", severity="life-risk", relation="perimeter", schools=["unknown"], place_code="990102001"
    )
    assert alarm.decision["outcome"] == "unmatched"
    city.desk(STATION).expects(signature(by="10:05", first_action="10:05", view="P", mandates=["POL-01"]))
    city.desk(DUTY_OFFICER).expects(signature(by="10:10", first_action="10:30", view="E", mandates=["POL-01", "GOV-01"]))
    city.desk(OPS).expects(inform(view="L", mandates=["GOV-01"]))
    city.take_everything()
    await city.at("10:02")
    await city.desk(DUTY_OFFICER).triages(schools=[A])
    city.desk(A_DUTY).expects(signature(by="10:07", first_action="10:07", view="S", mandates=["POL-01"], shows={"schools": [A]}))
    city.desk(A_LAW).expects(inform(view="V", mandates=["POL-01"]))
    city.desk(STATION).expects(signature(version=2, by="10:05", first_action="10:05", change="triaged: schools", shows={"schools": [A]}))
    for desk in HEARD:
        city.desk(desk).expects(triaged(schools=[A], desk=DUTY_OFFICER, refused=None))
    city.take_task(version=2)
    assert alarm.decision["outcome"] == "routed"
    assert {line["desk"] for line in alarm.decision["recipients"]} == {A_DUTY, A_LAW, STATION, DUTY_OFFICER, OPS}
    assert any("分办写明" in words for words in city.desk(A_DUTY).holds()["message"]["bases"][0]["matched"])
    assert city.desk(DUTY_OFFICER).holds()["state"] == "acknowledged"
    with pytest.raises(Refused) as second:
        await city.desk(DUTY_OFFICER).triages(schools=[B])
    assert second.value.status == 409
    await city.desk(STATION).signs()
    await city.desk(STATION).reports("started")
    city.take_everything()
    await city.at("10:07")
    city.desk(A_DUTY).expects(missed(of=A_DUTY, due="10:07"), missed(of=A_DUTY, due="10:07", duty="first-action"))
    city.take_everything()


async def test_a_mandate_that_the_desk_names_is_applied_where_the_school_is_not_known(city: City) -> None:
    await city.at("2026-09-21 10:00")
    alarm = await city.police.raises(
        kind="pupil-missing", severity="routine", relation="pupil-only", schools=["unknown"], place_code="990102001"
    )
    assert alarm.decision["outcome"] == "unmatched"
    city.desk(SAFETY_DESK).expects(signature(by="14:00", view="E", mandates=["GOV-01"]))
    city.desk(OPS).expects(inform(view="L", mandates=["GOV-01"]))
    await city.at("10:05")
    await city.desk(SAFETY_DESK).triages(mandate="MKT-01")
    city.desk(SAFETY_DESK).expects(triaged(mandate="MKT-01", refused="other-type"))
    city.take_everything()
    await city.at("10:06")
    await city.desk(SAFETY_DESK).triages(mandate="POL-03", reason="发生在校门外")
    city.desk(STATION).expects(signature(by="10:36", first_action="09-22 00:00", view="P", mandates=["POL-03"]))
    city.take_everything()
    heard = {row["desk"] for row in city.board.rows["updates"] if row["name"] == "bus.incident.triaged" and not row["message"]["refused"]}
    assert heard == {SAFETY_DESK, OPS, POLICE_110, STATION}
    assert {row["desk"] for row in city.board.rows["notifications"]} == {SAFETY_DESK, OPS, STATION}
    assert A_PRINCIPAL not in heard
