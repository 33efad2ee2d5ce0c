"""S12: an open RED moves to another city. The old school stays responsible until the new school and the new hospital have both signed; from
then on it sees no new record. Each of those awaited takes its share by its signature, of which the old side hears at once."""

from typing import Any

from infra.embedded import Servers
from tests.acceptance.city import City, Escalation, Stated, Update, cleared, inform, missed, signature
from tests.acceptance.city.places import (
    B_DOCTOR,
    B_PRINCIPAL,
    B_PSYCH,
    CITY_EDUCATION,
    DUTY_OFFICER,
    EDU_IN_CHARGE,
    EXPERTS,
    HEALTH,
    HOSPITAL,
    B,
)
from tests.acceptance.city.wire import records, schema_text, texts
from tests.acceptance.test_s05_orange_red_yellow import CASE, NO

H = "3199000401"
H_PSYCH, H_PRINCIPAL, H_DOCTOR = (f"school.{role}@{H}" for role in ("psych-teacher", "principal", "resident-doctor"))
HOSPITAL_NEW, HB_NEW = "health.hospital-green-channel@hos-990202-psy", "health.emergency-office@hb-990202"
EDU_NEW, EDU_NEW_IN_CHARGE = "education.duty-officer@edu-990202", "education.leader-in-charge@edu-990202"
CITY_EDUCATION_NEW = "city.education-duty@city-education-990200"
NAME, PLAN = "林一诺", "每周复诊一次，家长陪同"
TRANSFER: dict[str, Any] = {
    "handover_no": "ZX-3", "referral_no": NO, "level": "red", "from_school": B, "to_school": H, "to_county": "990202",
    "leaves_on": "2026-10-19", "pupil": [{"name": NAME, "sex": "female", "age_band": "14-15"}], "care_plan": [{"text": PLAN}],
    "hospital_from": "hos-990100-psy", "hospital_to": "hos-990202-psy",
}  # fmt: skip
ABOUT_IT = ["handover_no", "level", "from_school", "to_school", "to_county"]


def offered() -> Update:
    return Update(name="bus.handover.offered", says={"handover": "ZX-3", "awaited": [H_PSYCH, HOSPITAL_NEW], "from_unit": B, "to_unit": H})


async def open_red(city: City) -> Stated:
    """The case at B, half an hour before: everybody in the ring has signed and acted, so that no clock of it speaks in this story."""
    await city.at("2026-10-16 15:30")
    case = await city.states(B_PSYCH, "/psych-risks", {**CASE, "level": "red", "assessed_at": "2026-10-16T15:20:00+08:00"}, key=NO)
    for desk in (HOSPITAL, EXPERTS, HEALTH, DUTY_OFFICER, B_PRINCIPAL):
        await city.desk(desk).signs(case.incident)
    for desk in (HOSPITAL, EXPERTS, B_PRINCIPAL):
        await city.desk(desk).reports("started", "已处置", incident=case.incident)
    city.take_everything()
    return case


async def transfer(city: City) -> Stated:
    """XFR-01, Fri 10-16 16:00."""
    await city.at("10-16 16:00")
    moving = await city.states(B_PSYCH, "/pupil-transfers", TRANSFER, key="ZX-3")
    about: dict[str, Any] = {"mandates": ["XFR-01"], "about": moving.incident}
    city.desk(H_PSYCH).expects(signature(by="18:00", view="S", hidden=["care_plan"], shows={"referral_no": NO}, **about), offered())
    city.desk(HOSPITAL_NEW).expects(signature(by="18:00", view="K", **about), offered())
    city.desk(EDU_NEW).expects(signature(by="18:00", view="E", only=[*ABOUT_IT, "leaves_on"], **about))
    city.desk(HB_NEW).expects(inform(view="H", only=[*ABOUT_IT, "hospital_from", "hospital_to"], **about))
    city.desk(DUTY_OFFICER).expects(inform(view="E", only=[*ABOUT_IT, "leaves_on"], **about))
    city.desk(B_PSYCH).expects(offered())
    city.task(moving).expects(lead=B_PSYCH, assist=[H_PSYCH, HOSPITAL_NEW], report="10-17 16:00", close=None)
    return moving


async def the_hospital_takes_its_share(city: City) -> None:
    """16:20; the bureau of the new county signs at 16:30, for which nobody waits."""
    await city.at("16:20")
    await city.desk(HOSPITAL_NEW).signs()
    for desk in (B_PSYCH, H_PSYCH):
        city.desk(desk).expects(Update(name="bus.handover.accepted", says={"handover": "ZX-3", "desk": HOSPITAL_NEW}))
    await city.at("16:30")
    await city.desk(EDU_NEW).signs()


async def the_school_is_silent(city: City) -> None:
    """Ladder B of the new school's teacher, in the new county; the old school hears of the second step."""
    await city.at("18:00")
    for desk in (H_PSYCH, B_PSYCH):
        city.desk(desk).expects(missed(of=H_PSYCH, due="18:00"))
    city.desk(H_PRINCIPAL).expects(Escalation(step=1, of=H_PSYCH, at="18:00"))
    await city.at("18:30")
    city.desk(EDU_NEW).expects(Escalation(step=2, of=H_PSYCH, at="18:30"))
    city.desk(B_PSYCH).expects(Escalation(step=2, of=H_PSYCH, at="18:30", to_publisher=True))
    await city.at("20:00")
    city.desk(EDU_NEW_IN_CHARGE).expects(Escalation(step=3, of=H_PSYCH, at="20:00"))


async def both_have_signed(city: City) -> None:
    """20:40: the handover is completed, and the ladder ends before its fourth step (22:00)."""
    await city.at("20:40")
    assert not city.board.heard(B_PSYCH, "bus.handover.completed")
    await city.desk(H_PSYCH).signs()
    for desk in (H_PSYCH, B_PSYCH, H_PRINCIPAL, EDU_NEW, EDU_NEW_IN_CHARGE):
        city.desk(desk).expects(cleared(of=H_PSYCH, why="acknowledged"))
    for desk in (B_PSYCH, H_PSYCH, HOSPITAL_NEW, EDU_NEW, DUTY_OFFICER, HB_NEW):
        city.desk(desk).expects(Update(name="bus.handover.completed", says={"handover": "ZX-3", "from_unit": B, "to_unit": H}))


async def handed_over(city: City) -> tuple[Stated, Stated]:
    case = await open_red(city)
    moving = await transfer(city)
    await the_hospital_takes_its_share(city)
    await the_school_is_silent(city)
    await both_have_signed(city)
    return case, moving


async def incidents(city: City, family: str) -> dict[str, Any]:
    return {row["scope"]: row for row in await city.routing("incidents") if row["family"] == family}


async def test_the_old_school_is_responsible_until_both_have_signed(city: City) -> None:
    """The case at B is open until 20:40; then its clocks end, everybody with a part hears it, and no step of 22:00 or report of 10-17 comes."""
    case, _ = await handed_over(city)
    found = await incidents(city, "psych")
    assert found[B]["closed_at"] is not None
    assert found[H]["closed_at"] is None
    for desk in (B_PSYCH, HOSPITAL, EXPERTS, B_PRINCIPAL):
        assert city.board.heard(desk, "bus.task.closed", outcome="handed-over"), desk
    await city.at("10-17 16:30")
    missed_kinds = {(row["desk"], row["kind"]) for row in await city.routing("duties") if row["missed_at"]}
    assert missed_kinds == {(H_PSYCH, "ack")}
    assert case.incident == found[B]["id"]


async def test_what_the_new_school_states_from_then_on_the_old_side_never_sees(city: City) -> None:
    """INVARIANT: after completion the old side sees no new record — broken by a follow-up that joins the old case by its number."""
    await handed_over(city)
    await city.at("10-19 10:00")
    followed = {"referral_no": NO, "step": "review", "next_on": "2026-10-26"}
    stated = await city.states(H_PSYCH, f"/psych-risks/{NO}/followups", followed, key=NO)
    assert stated.incident == (await incidents(city, "psych"))[H]["id"]
    city.desk(H_DOCTOR).expects(inform(view="S", mandates=["PSY-09"], about=stated.incident))
    city.desk(HOSPITAL_NEW).expects(inform(view="K", mandates=["PSY-09"], about=stated.incident))
    rows = [row for table in ("notifications", "updates", "tasks") for row in city.board.rows[table]]
    assert {row["desk"] for row in rows if row["incident"] == stated.incident} == {H_DOCTOR, HOSPITAL_NEW}


async def test_education_and_the_roads_to_it_hold_no_pupil(city: City, servers: Servers) -> None:
    """INVARIANT: who the pupil is, is for both schools and the hospital, and in clear for nobody — broken by a list that is handed on."""
    await open_red(city)
    await transfer(city)
    for service in city.catalogue.services():
        told = texts(await records(servers.bootstrap, city.catalogue.to_service(service), city.begin))
        assert not any(word in told for word in (NAME, PLAN)), service
    for desk in (EDU_NEW, DUTY_OFFICER, HB_NEW):
        assert not {"pupil", "care_plan", "referral_no"} & city.desk(desk).holds().get("message")["payload"].keys()
    stored = await schema_text(city.dsn("xt_schools"), "schools")
    assert not any(word in stored for word in (NAME, PLAN))


async def test_a_day_without_both_signatures_is_told_to_both_sides_leaders_and_cities(city: City) -> None:
    """The hospital refuses and says why; the teacher signs. 24 hours after it was offered both counties and both cities hear of it."""
    await open_red(city)
    moving = await transfer(city)
    await city.at("16:20")
    await city.desk(H_PSYCH).signs()
    for desk in (B_PSYCH, HOSPITAL_NEW):
        city.desk(desk).expects(Update(name="bus.handover.accepted", says={"desk": H_PSYCH}))
    await city.desk(EDU_NEW).signs()
    refusal = {"reason": "no-capacity", "text": "床位已满，下周可接"}
    await city.desk(HOSPITAL_NEW).act(f"/notifications/{city.desk(HOSPITAL_NEW).holds()['id']}/refuse-handover", refusal)
    for desk in (B_PSYCH, H_PSYCH, EDU_NEW, DUTY_OFFICER):
        city.desk(desk).expects(Update(name="bus.handover.refused", says={"desk": HOSPITAL_NEW, "reason": "no-capacity"}))
    await city.desk(B_PSYCH).reports_on_task("started", "已与接收医院联系", incident=moving.incident)
    await city.owner.execute("select bus.set_business_time('2026-10-17 15:59:59+08', 0)")
    await city.settle()
    city.take_everything()
    await city.owner.execute("select bus.set_business_time('2026-10-17 16:00:00+08', 0)")
    await city.settle()
    for desk in (EDU_NEW_IN_CHARGE, EDU_IN_CHARGE, CITY_EDUCATION_NEW, CITY_EDUCATION):
        city.desk(desk).expects(Escalation(step=1, of=B_PSYCH, at="10-17 16:00", duty="close"))
    assert B_DOCTOR not in {row["desk"] for row in city.board.rows["escalations"]}
