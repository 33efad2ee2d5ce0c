"""What a person sees happen: pages ring, count and change by themselves, and say so when they cannot."""

import asyncio
import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Route, expect

from tests.acceptance.browsing import Screen, Screens, screens_of
from tests.acceptance.city import City
from tests.acceptance.city.places import A_DUTY, DUTY_OFFICER, POLICE_110, STATION, A
from tests.acceptance.conftest import Founding
from tests.acceptance.test_s10_guard_posts import Gates

ALARM = {
    "alarm_no": "J990102202609210001", "kind": "weapon", "severity": "life-risk", "relation": "perimeter", "schools": A, "online": "no",
    "place_text": "南门外路口", "casualties": "1", "suspect_at_large": "yes", "advice": "lockdown", "first_disposal": "dispatched",
}  # fmt: skip
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
LATE = """const before = window.fetch;
window.fetch = async (...asked) => {
  window.fetch = before;
  const answer = await before(...asked), text = await answer.text();
  await new Promise((resolve) => { window.arrive = resolve; });
  return new Response(text.replace('<title>', '<title>late '), answer);
};
document.dispatchEvent(new CustomEvent('moved'));"""
"""The page asks for itself, and the answer waits on its way until ``arrive``."""
PAGES = ("/desk", "/desk?show=all", "/events", "/events/new", "/guard")


@pytest.fixture
async def screens(city: City) -> AsyncIterator[Screens]:
    await city.at("2026-09-21 16:38")
    async with screens_of(city) as shown:
        yield shown
    city.take_everything()


async def opened(screen: Screen) -> None:
    """Open what stands first on the desk's list."""
    await screen.page.locator("#list a.button").first.click()
    await screen.page.wait_for_url("**/notifications/*")


async def test_a_filed_alarm_rings_at_the_school_and_its_signature_shows_at_the_police(screens: Screens) -> None:
    school, police = await screens.at(A_DUTY), await screens.at(POLICE_110)
    await school.shows("没有待办。")
    await school.page.click("[data-start]")
    await police.go("/events/new/alarm")
    await police.files("form[data-filing]", **ALARM)
    await school.shows("涉校涉生警情")
    await school.rings()
    await expect(school.page).to_have_title(re.compile(r"^\(1\)"))
    await opened(school)
    for words in ("为什么告知我", "公安机关和教育部门及学校要及时相互通报、协同处置", "起 5 分钟内签收", "剩 5 分"):
        await school.shows(words)
    await police.shows("泉西小学")
    await school.page.check("form.sign input[type=checkbox]")
    await school.page.click("form.sign button")
    await school.shows("已签收")
    await police.shows("测*", within="#told")


async def test_the_school_that_a_person_names_on_the_page_is_rung(screens: Screens) -> None:
    await screens.city.police.raises(kind="weapon", severity="life-risk", relation="perimeter", schools=["unknown"], place_code="990102001")
    screens.city.take_everything()
    school, office = await screens.at(A_DUTY), await screens.at(DUTY_OFFICER)
    await opened(office)
    await office.files("form[action$='/triage']", schools=A, reason="电话核实为泉西小学")
    await school.shows("涉校涉生警情")
    await office.shows("电话核实为泉西小学", within="#timeline")


async def test_a_page_counts_down_by_the_time_of_the_bus_and_says_when_it_is_over(screens: Screens) -> None:
    school = await screens.at(A_DUTY)
    await screens.city.police.raises(kind="weapon", severity="life-risk", relation="perimeter", schools=[A])
    await school.shows("剩 5 分")
    screens.city.take_everything()
    await screens.city.at("16:44")
    await school.shows("超时 1 分")
    screens.city.take_everything()


async def test_an_answer_that_was_long_on_its_way_does_not_turn_the_clock_of_a_page_back(screens: Screens) -> None:
    school = await screens.at(A_DUTY)
    await screens.city.police.raises(kind="weapon", severity="life-risk", relation="perimeter", schools=[A])
    await school.shows("剩 5 分")
    screens.city.take_everything()
    await school.page.evaluate(LATE)
    await school.page.wait_for_function("() => window.arrive !== undefined", polling=100)
    await screens.city.at("16:39")
    await school.shows("剩 4 分")
    await school.page.evaluate("window.arrive()")
    await expect(school.page).to_have_title(re.compile("late"))
    await school.shows("剩 4 分")
    screens.city.take_everything()


async def test_a_tab_that_comes_later_has_what_was_told_while_it_was_on_its_way(screens: Screens) -> None:
    """INVARIANT: every tab shows what is there — broken by a tab that hears only what the one with the stream is told from now on."""
    first = await screens.at(A_DUTY)
    await first.page.locator(".link-state.live").wait_for()
    second, asked, arrives = await first.another(), asyncio.Event(), asyncio.Event()

    async def slow(route: Route) -> None:
        asked.set()
        await arrives.wait()
        await route.continue_()

    await second.page.route("**/static/desk.js*", slow)
    await second.page.goto(f"{second.home}/desk", wait_until="commit")
    await asked.wait()
    await second.shows("没有待办。")
    await screens.city.police.raises(kind="weapon", severity="life-risk", relation="perimeter", schools=[A])
    await first.shows("涉校涉生警情")
    arrives.set()
    await second.shows("涉校涉生警情")
    await second.page.locator(".link-state.live").wait_for()
    screens.city.take_everything()


async def test_a_desk_whose_service_is_gone_says_how_old_it_is(screens: Screens) -> None:
    school = await screens.at(A_DUTY)
    await school.page.locator(".link-state.live").wait_for()
    await screens.city.engine.end("schools")
    await school.page.locator("[data-offline-bar]:not([hidden])").wait_for()
    assert "16:38" in await school.page.locator("[data-offline-bar]").inner_text()


async def test_the_form_shows_what_the_unit_holds_of_the_same_while_it_is_filled_in(screens: Screens) -> None:
    await screens.city.police.raises(kind="weapon", severity="life-risk", relation="perimeter", schools=[A])
    screens.city.take_everything()
    school = await screens.at(A_DUTY)
    await school.go("/events/new/campus-incident")
    await school.page.locator("[name='kind']").first.select_option("intrusion")
    await school.shows("涉校涉生警情", within="#alike")


async def test_a_tap_at_a_gate_without_network_is_kept_on_the_phone_and_sent_when_there_is_one(found_city: Founding) -> None:
    city = await found_city(guarded=[A])
    await city.at("2026-09-01 00:10")
    gates = Gates(city)
    await gates.roster(A, "2026-09-01")
    city.take_everything()
    await city.at("2026-09-01 07:05")
    async with screens_of(city) as screens:
        phone = await screens.at(STATION, **PHONE)
        await phone.go("/guard/checkin/2199000101/2026-09-01/A-G1/am")
        await phone.shows("police-A-G1-am")
        await phone.context.set_offline(True)
        await phone.page.locator("section.crew[aria-label='police-A-G1-am'] form button").first.click()
        await phone.shows("本机有 1 条签到待上传", within="#held")
        await phone.context.set_offline(False)
        await phone.page.locator("#held").wait_for(state="hidden")
        await phone.page.locator("section.crew[aria-label='police-A-G1-am'] .chip.done").wait_for()
        await city.settle()
        assert await gates.states_of(STATION, "A-G1", "am", "2026-09-01") == {
            "police": (1, "voided"), "school": (0, "open"),
        }  # fmt: skip
    city.take_everything()


async def test_pages_read_in_english_as_well(screens: Screens) -> None:
    school = await screens.at(A_DUTY)
    await school.page.click("form[action='/language'] button")
    await school.page.locator("html[lang=en]").wait_for(state="attached")
    for words in ("school duty desk", "Nothing to do.", "Live"):
        await school.shows(words, within="body")


async def test_no_page_of_a_desk_keeps_anybody_out(screens: Screens) -> None:
    """INVARIANT: every page can be used by keyboard and read aloud — broken by a field without its label, or by pale ink."""
    await screens.city.police.raises(kind="weapon", severity="life-risk", relation="perimeter", schools=[A])
    screens.city.take_everything()
    school, station, phone = await screens.at(A_DUTY), await screens.at(STATION), await screens.at(STATION, **PHONE)
    await opened(station)
    found = await station.barriers()
    await station.page.goto(station.home + (await station.page.locator("a[href^='/tasks/']").first.get_attribute("href") or ""))
    found += await station.barriers()
    for screen, form in ((school, "/events/new/campus-incident"), (phone, "/guard/checkin")):
        for page in (*PAGES, form):
            await screen.go(page)
            found += await screen.barriers()
    assert not found
