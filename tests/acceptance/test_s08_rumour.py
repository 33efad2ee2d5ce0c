"""S08: an online rumour in a holiday, the campaign of three agencies, and a school's own clue."""

from typing import Any

from tests.acceptance.city import City, Stated, inform, signature, told_again
from tests.acceptance.city.places import A_DUTY, B_DUTY, DUTY_OFFICER, SAFETY_DESK, A, B

CYBERSPACE, CAMPAIGN, CYBER_POLICE = "cyberspace.duty-desk@cac-990102", "cyberspace.campaign-desk@cac-990102", "police.cyber-desk@pb-990102"
URLS = ["https://video.example/v/88120"]
RUMOUR: dict[str, Any] = {
    "case_no": "WX-26-55", "kind": "rumour", "grade": "serious", "schools": [A], "platform": "短视频A", "urls": URLS, "reach": 180_000,
    "pupil_identifiable": False, "account_ref": [{"text": "甲号主播"}], "suggested_line": "网传食堂事件不实，以学校通报为准",
}  # fmt: skip
CAMPAIGN_DATA: dict[str, Any] = {
    "campaign_no": "QL-2026-Q4", "title": "清朗护苗四季度行动", "topics": ["cyberbullying", "fraud"], "from": "2026-10-12", "to": "2026-11-30",
    "report_every": "weekly",
}  # fmt: skip
CLUE: dict[str, Any] = {
    "clue_no": "W-26-09", "school_id": B, "kind": "cyberbullying", "urls": ["https://video.example/v/90001"], "platform": "短视频A",
    "pupil_identifiable": True, "pupils": [{"name": "测试学生", "class": "八年级2班"}],
}  # fmt: skip


async def rumour_in_the_holiday(city: City) -> Stated:
    """CYB-02, on the Sunday of the Mid-Autumn holiday: the school's on-call person and the bureau have the same four hours as the police."""
    await city.at("2026-09-27 20:00")
    rumour = await city.states(CYBERSPACE, "/contents", RUMOUR, key="WX-26-55")
    dues: dict[str, Any] = {"by": "24:00", "first_action": "09-28 20:00", "mandates": ["CYB-02"]}
    city.desk(CYBER_POLICE).expects(signature(view="P", shows={"urls": URLS, "reach": 180_000}, hidden=["suggested_line"], **dues))
    city.desk(DUTY_OFFICER).expects(signature(view="E", shows={"reach": 180_000}, hidden=["urls", "account_ref"], **dues))
    city.desk(A_DUTY).expects(signature(view="S", hidden=["urls", "account_ref", "reach"], **dues))
    assert city.desk(CYBER_POLICE).holds()["message"]["payload"]["account_ref"]
    city.task(rumour).expects(
        lead=CYBERSPACE, assist=[CYBER_POLICE, DUTY_OFFICER, A_DUTY], report="09-28 20:00", close="10-09 17:30", title="严重网络有害信息"
    )
    return rumour


async def all_have_signed_and_begun(city: City, rumour: Stated) -> None:
    await city.at("22:00")
    for desk in (CYBER_POLICE, DUTY_OFFICER, A_DUTY):
        await city.desk(desk).signs(rumour.incident)
        await city.desk(desk).reports("started", incident=rumour.incident)
    await city.at("09-28 16:00")
    await city.desk(CYBERSPACE).reports_on_task("started", "平台已下架，账号禁言", incident=rumour.incident)


async def the_rumour_ends(city: City, rumour: Stated) -> None:
    """Concluded before its close: everybody hears it in its own view, and what the lead owed is in."""
    await city.at("09-30 15:00")
    await rumour.follow("concluded", {"outcome": "removed"})
    for desk, view in ((CYBER_POLICE, "P"), (DUTY_OFFICER, "E"), (A_DUTY, "S")):
        city.desk(desk).expects(told_again(2, change="concluded", view=view, mandates=["CYB-02"], shows={"outcome": "removed"}))


async def test_a_rumour_in_a_holiday_reaches_three_desks_and_its_addresses_only_the_police(city: City) -> None:
    rumour = await rumour_in_the_holiday(city)
    await all_have_signed_and_begun(city, rumour)
    await the_rumour_ends(city, rumour)
    await city.at("10-09 17:00")


async def campaign(city: City) -> Stated:
    """CYB-05: lead and assistants are named by the source text."""
    await city.at("2026-10-12 10:00")
    launched = await city.states(CAMPAIGN, "/campaigns", CAMPAIGN_DATA, key="QL-2026-Q4")
    city.desk(CYBER_POLICE).expects(signature(by="10-13 17:30", view="P", mandates=["CYB-05"]))
    city.desk(SAFETY_DESK).expects(signature(by="10-13 17:30", view="E", mandates=["CYB-05"]))
    city.task(launched).expects(lead=CAMPAIGN, assist=[CYBER_POLICE, SAFETY_DESK], report="10-16 17:30", close="11-30 24:00")
    for desk in (CYBER_POLICE, SAFETY_DESK):
        await city.desk(desk).signs(launched.incident)
    return launched


async def clue_of_the_school(city: City) -> Stated:
    """CYB-06 and CYB-07: the cyberspace desk leads, the police look into it, the school watches over its pupil."""
    await city.at("10-14 16:00")
    clue = await city.states(B_DUTY, "/online-harms", CLUE, key="W-26-09")
    dues: dict[str, Any] = {"by": "20:00", "first_action": "10-15 16:00", "about": clue.incident}
    city.desk(CYBERSPACE).expects(signature(view="C", mandates=["CYB-06"], hidden=["pupils"], shows={"urls": CLUE["urls"]}, **dues))
    city.desk(CYBER_POLICE).expects(signature(view="P", mandates=["CYB-07"], shows={"urls": CLUE["urls"]}, **dues))
    city.desk(SAFETY_DESK).expects(inform(view="E", mandates=["CYB-06"], hidden=["urls", "pupils"], about=clue.incident))
    city.task(clue).expects(lead=CYBERSPACE, assist=[B_DUTY, CYBER_POLICE], report="10-15 16:00", close="10-21 17:30")
    return clue


async def test_a_campaign_is_reported_weekly_while_a_schools_clue_goes_its_own_way(city: City) -> None:
    launched = await campaign(city)
    clue = await clue_of_the_school(city)
    await city.at("17:00")
    for desk in (CYBERSPACE, CYBER_POLICE):
        await city.desk(desk).signs(clue.incident)
        await city.desk(desk).reports("started", "已核查", incident=clue.incident)
    await city.at("10-16 15:00")
    await city.desk(CAMPAIGN).reports_on_task("started", "第一周清理 42 条", incident=launched.incident)
    task = next(row["id"] for row in city.board.rows["tasks"] if row["incident"] == launched.incident)
    dues = [row["due"] for row in await city.routing("duties") if row["body"]["owner"] == task and row["kind"] == "report"]
    assert sorted(dues) == ["2026-10-16T09:30:00+00:00", "2026-10-23T09:30:00+00:00"]
    await city.at("10-21 17:00")
