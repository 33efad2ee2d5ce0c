"""A suggestion that a later word makes pointless is taken back by the clock, by itself; what a person said stays."""

from typing import Any

import pytest

from contracts.envelope import Event
from infra.messaging.delivery import Done
from tests.integration.routing.linked_town import Linked
from tests.integration.routing.town import Town
from tests.unit.routing.core.places import POLICE_110, RAISED, REPORTED, SCHOOL, STATION, B

LAPSED, LINKED, SUGGESTED = "bus.link.lapsed", "bus.incident.linked", "bus.link.suggested"
ELSEWHERE = {"schools": {"old": ["2199000101"], "new": [B]}}


@pytest.fixture
async def linked(town: Town) -> Linked:
    return Linked(town)


async def alarm_says(linked: Linked, follow: str, *, revision: int = 2, **data: Any) -> Event:
    """A follow-up of the first alarm."""
    number = (await linked.fight()).envelope.subject
    return await linked.town.statement(f"{RAISED}.{follow}", POLICE_110, {"alarm_no": number, **data}, revision=revision)


async def corrected(linked: Linked, *, revision: int = 2, **changes: Any) -> Event:
    return await alarm_says(linked, "corrected", revision=revision, reason="核实更正", changes=changes)


async def withdrawn(linked: Linked) -> Event:
    return await alarm_says(linked, "withdrawn", reason="误报", code="false-alarm", officer="p-1")


async def to_another_school(linked: Linked) -> Event:
    return await corrected(linked, **ELSEWHERE)


async def to_a_kind_of_no_matter(linked: Linked) -> Event:
    return await corrected(linked, kind={"old": "violence", "new": "other"}, kind_note={"old": None, "new": "不明"})


ENDS = {"withdrawn": withdrawn, "another school": to_another_school, "a kind of no matter": to_a_kind_of_no_matter}


@pytest.mark.parametrize("end", ENDS)
async def test_what_no_longer_fits_is_taken_back_from_everybody_who_was_asked(linked: Linked, end: str) -> None:
    """INVARIANT: nobody is asked about what is no longer so — broken by a watcher that looks only at what may fit something new."""
    alarm, report = await linked.both()
    asked, said = await linked.told(SUGGESTED), await linked.said()
    assert await linked.gives(await ENDS[end](linked)) == [Done()]
    await linked.looks()
    assert await linked.state(alarm, report) == ("lapsed", 2)
    told = await linked.told(LAPSED, since=said)
    assert told.keys() == asked.keys()
    assert {one.revision for one in told.values()} == {2}
    assert await linked.looks() == 0
    assert await linked.told(LAPSED, since=await linked.said()) == {}


async def test_a_level_change_of_a_pair_that_still_fits_takes_nothing_back(linked: Linked) -> None:
    alarm, report = await linked.both()
    worse = {"field": "severity", "from": "urgent", "to": "life-risk", "by": "值班长", "why": "伤者昏迷"}
    await linked.gives(await alarm_says(linked, "level-changed", **worse))
    await linked.looks()
    assert await linked.state(alarm, report) == ("suggested", 1)


async def test_a_closed_incident_takes_no_suggestion_back(linked: Linked) -> None:
    """INVARIANT: what is done with may still have been counted twice — broken by ending a question with the work."""
    alarm, report = await linked.both()
    await linked.town.owner.execute(
        "update routing.incidents set closed_at = opened_at, body = jsonb_set(body, '{closed_at}', body -> 'first_time') where id = $1::uuid", report
    )  # fmt: skip
    await linked.gives(await corrected(linked, casualties={"old": 0, "new": 2}))
    await linked.looks()
    assert await linked.state(alarm, report) == ("suggested", 1)


@pytest.mark.parametrize("said", ["merged", "linked", "dismissed"])
@pytest.mark.parametrize("end", ENDS)
async def test_what_a_person_has_decided_stays(linked: Linked, end: str, said: str) -> None:
    """INVARIANT: the bus takes back its own word alone — broken by a look that lapses whatever does not fit."""
    alarm, report = await linked.both()
    relation = {"merged": "same", "linked": "related"}.get(said)
    answer = await (linked.link(alarm, report, SCHOOL, relation) if relation else linked.part(alarm, report, SCHOOL, revision=1))
    await linked.gives(answer)
    await linked.gives(await ENDS[end](linked))
    await linked.looks()
    assert await linked.state(alarm, report) == (said, 2)


async def test_what_fits_again_is_suggested_again(linked: Linked) -> None:
    alarm, report = await linked.both()
    await linked.gives(await to_another_school(linked))
    await linked.looks()
    said = await linked.said()
    back = {"old": [B], "new": ["2199000101"]}
    await linked.gives(await corrected(linked, revision=3, schools=back))
    await linked.looks()
    assert await linked.state(alarm, report) == ("suggested", 3)
    assert {"police.110-desk", "school.duty-desk"} <= (await linked.told(SUGGESTED, since=said)).keys()


async def test_what_was_known_in_time_and_stated_long_after_is_found_by_a_correction_of_the_first(linked: Linked) -> None:
    known_at = await linked.town.now()
    elsewhere = await linked.fight(schools=[B])
    await linked.gives(elsewhere)
    await linked.town.at("09-21 15:00:00")
    data = (await linked.report()).data.model_dump(exclude_none=True)
    report = await linked.town.statement(REPORTED, SCHOOL, data, known_at=known_at)
    await linked.gives(report)
    await linked.looks()
    assert await linked.states() == {}
    await linked.gives(await corrected(linked, schools={"old": [B], "new": ["2199000101"]}))
    await linked.looks()
    assert await linked.state(await linked.incident(elsewhere), await linked.incident(report)) == ("suggested", 1)


async def test_a_word_that_crosses_the_taking_back_learns_it(linked: Linked) -> None:
    alarm, report = await linked.both()
    await linked.gives(await to_another_school(linked))
    await linked.looks()
    said = await linked.said()
    assert await linked.gives(await linked.link(alarm, report, SCHOOL)) == [Done()]
    assert await linked.state(alarm, report) == ("lapsed", 2)
    ((to, answer),) = [(event.envelope.recipient, event.data) for event in await linked.town.told(LINKED, since=said)]
    assert (to, answer.refused) == (SCHOOL, "crossed")  # type: ignore[attr-defined]


@pytest.mark.parametrize("revision", [0, 2], ids=["never told of it", "was told of it"])
async def test_a_desk_that_stands_in_both_links_what_lapsed_and_nobody_else_does(linked: Linked, revision: int) -> None:
    """INVARIANT: what is not suggested is linked by who stands in both alone — broken by rights that outlive the suggestion."""
    alarm, report = await linked.both()
    await linked.gives(await to_a_kind_of_no_matter(linked))
    await linked.looks()
    said = await linked.said()
    await linked.gives(await linked.link(alarm, report, POLICE_110, revision=2))
    assert await linked.state(alarm, report) == ("lapsed", 2)
    (refused,) = await linked.town.told(LINKED, since=said)
    assert refused.data.refused == "not-entitled"  # type: ignore[attr-defined]
    await linked.gives(await linked.link(alarm, report, STATION, "related", revision=revision))
    assert await linked.state(alarm, report) == ("linked", 3)


async def test_what_waits_for_no_word_any_more_makes_room_for_another_suggestion(linked: Linked) -> None:
    await linked.gives(await linked.report())
    for number in range(1, 7):
        await linked.gives(await linked.fight(number))
        await linked.looks()
    states = sorted((await linked.states()).values())
    assert states == [("suggested", 1)] * 5
    await linked.gives(await withdrawn(linked))
    await linked.looks()
    added = {"incident_no": "X-1", "added": {"injury_note": "轻微擦伤"}}
    await linked.gives(await linked.town.statement(f"{REPORTED}.supplemented", SCHOOL, added, revision=2))
    await linked.looks()
    assert sorted((await linked.states()).values()) == [("lapsed", 2), *[("suggested", 1)] * 5]
