"""S07: severe bullying, ten days from the start of the investigation, and the appeal."""

from tests.acceptance.city import City, Stated, inform, signature, told_again
from tests.acceptance.city.places import B_DUTY, B_MORAL, B_PRINCIPAL, CYBERSPACE, DUTY_OFFICER, MINOR_CASES, STUDENT_DESK, B

POST = "https://short-video.example/v/20260917"
CASE = {
    "case_no": "QL-26-07", "grade": "severe", "crime_suspected": False, "channels": ["physical", "online"], "school_id": B,
    "known_from": "parent", "victims_count": 1, "actors_count": 3, "investigation_started_at": "2026-09-18T10:00:00+08:00",
    "pupils": [{"role": "victim", "name": "郑小禾", "class": "初二4班", "age_band": "14-15"}],
    "account": [{"text": "多次被同班三人堵在楼梯间，视频被发到网上"}], "post_urls": [POST],
}  # fmt: skip


async def severe_case(city: City) -> Stated:
    """BUL-02 and BUL-04 on Fri 09-18 10:20, known since 09:30, investigated since 10:00."""
    await city.at("2026-09-18 10:20")
    case = await city.states(B_MORAL, "/bullying", CASE, key="QL-26-07", known_at="09:30")
    city.desk(MINOR_CASES).expects(signature(by="12:20", first_action="24:00", view="P", mandates=["BUL-02"], shows={"post_urls": [POST]}))
    city.desk(DUTY_OFFICER).expects(
        signature(by="12:20", first_action="24:00", view="E", mandates=["BUL-02"], hidden=["pupils", "account", "post_urls"])
    )
    city.desk(B_PRINCIPAL).expects(signature(by="12:20", view="S", mandates=["BUL-02"], hidden=["post_urls"]))
    city.desk(CYBERSPACE).expects(
        signature(by="14:20", first_action="09-19 10:20", view="C", mandates=["BUL-04"], only=["channels", "school_id", "post_urls"])
    )
    city.task(case).expects(lead=B_MORAL, assist=[MINOR_CASES, DUTY_OFFICER, CYBERSPACE], report="09-20 17:30", close="09-28 24:00")
    return case


async def investigated(city: City) -> Stated:
    """Everybody signs and starts; the school reports on the make-up Sunday and concludes on the tenth day."""
    case = await severe_case(city)
    await city.at("11:00")
    for desk in (MINOR_CASES, DUTY_OFFICER, B_PRINCIPAL, CYBERSPACE):
        await city.desk(desk).signs()
        await city.desk(desk).reports("started")
    await city.at("09-20 16:00")
    await city.desk(B_MORAL).reports_on_task("started", "已询问当事学生并告知双方监护人", incident=case.incident)
    await city.at("09-28 16:00")
    await case.follow("concluded", {"outcome": "founded"})
    return case


def expect_the_outcome(city: City) -> None:
    for desk, view in ((MINOR_CASES, "P"), (DUTY_OFFICER, "E"), (B_PRINCIPAL, "S")):
        city.desk(desk).expects(told_again(2, change="concluded", view=view, shows={"outcome": "founded"}))
    city.desk(CYBERSPACE).expects(told_again(2, change="concluded", view="C", hidden=["outcome", "pupils", "account"]))


async def test_a_severe_case_goes_to_police_education_and_cyberspace_each_with_its_own_view(city: City) -> None:
    """Who it is stays with the school and the police: sealed rows reach no other machine."""
    await severe_case(city)
    rows = {row["desk"]: row["message"]["payload"] for row in city.board.rows["notifications"]}
    holders = {desk for desk, payload in rows.items() if {"pupils", "account"} & payload.keys()}
    assert holders == {MINOR_CASES, B_PRINCIPAL}


async def test_a_conclusion_on_the_tenth_day_is_in_time(city: City) -> None:
    await investigated(city)
    expect_the_outcome(city)
    await city.at("10-08 12:00")
    assert not [duty["desk"] for duty in await city.routing("duties") if duty["body"]["missed_at"]]


async def test_the_appeal_has_fifteen_days_and_a_task_of_its_own(city: City) -> None:
    """BUL-05 on Fri 10-09; the grounds are for the bureau, not for the school that decided."""
    case = await investigated(city)
    expect_the_outcome(city)
    await city.at("2026-10-09 11:00")
    appeal = {
        "case_no": "QL-26-07", "requested_by": "victim-side", "grounds": [{"text": "认定过轻，未处理网上传播"}], "received_on": "2026-10-09",
    }  # fmt: skip
    review = await city.states(B_DUTY, "/bullying-reviews", appeal, key="QL-26-07")
    assert review.incident != case.incident
    city.desk(STUDENT_DESK).expects(signature(by="10-10 17:30", view="E", mandates=["BUL-05"], shows={"received_on": "2026-10-09"}))
    city.desk(B_PRINCIPAL).expects(inform(view="S", mandates=["BUL-05"], only=["case_no", "requested_by", "received_on"]))
    city.task(review).expects(lead=STUDENT_DESK, report="10-22 17:30", close="10-24 24:00")
    await city.at("10-10 17:29")
