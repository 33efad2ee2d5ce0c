"""Packs as routing keeps them: activated whole or not at all, told to whom it concerns, read by workers in the middle of their work."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from infra.messaging.delivery import Done, Retry
from services.routing.activate import Outcome, PackRefused, Registrar
from services.routing.directory import load_documents
from services.routing.directory_import import import_directory
from services.routing.packs import PackInvalid, pack_files
from services.routing.world import Reference
from tests.integration.routing.town import CALENDARS, CATALOGUE, SHELF, Town, outbox, reference
from tests.unit.routing.core.places import EDU, OPS, SAFETY, SCHOOL, A
from tests.unit.routing.packs.small import write_pack

POL_01 = next(
    f"- id: POL-01{text.split('- id: POL-02')[0]}"
    for text in [
        (Path(__file__).parents[3] / "services/routing/mandates/national/police.yaml").read_text(encoding="utf-8").split("- id: POL-01")[1]
    ]
)
QUANXI = f"quanxi@1 school {A} 2026-09-22"
COUNTY = "huxi@1 county 990102 2026-09-22"


def registrar(town: Town, pool: Any = None) -> Registrar:
    return Registrar(pool or town.pool, outbox(), SHELF, CALENDARS, CATALOGUE)


def stricter(ack: str = "6min") -> str:
    return POL_01.replace("view: E, ack: 10min", f"view: E, ack: {ack}")


async def activate(town: Town, folder: Path) -> Outcome:
    return await registrar(town).activate(folder.name, pack_files(folder))


async def bring(town: Town, tmp_path: Path, header: str, *rules: str) -> Outcome:
    return await activate(town, write_pack(tmp_path, header, *(rules or (stricter(),))))


async def number(town: Town) -> int:
    found: int = await town.owner.fetchval("select version from routing.reference_versions where name = 'packs'")
    return found


async def told(town: Town, name: str) -> dict[str, Any]:
    """desk → what it was told of a pack."""
    return {str(event.envelope.recipient): event.data for event in await town.told(name)}


async def informed(town: Town) -> Mapping[str, Any]:
    """desk → the notification it got about a pack."""
    return {event.data.desk: event.data for event in await town.told() if event.data.event.type.startswith("bus.pack.")}  # type: ignore[attr-defined]


async def stamped(town: Town, alarm: int) -> tuple[list[str], str]:
    row = await town.owner.fetchrow(
        "select decision from routing.incident_events where decision ->> 'event_id' in (select id from routing.incident_events) "
        "order by published_at desc, id desc offset $1 limit 1",
        alarm,
    )
    assert row is not None
    return row["decision"]["mandates"], row["decision"]["pack_version"]


async def test_a_school_may_be_stricter_from_the_day_its_pack_begins(town: Town, tmp_path: Path) -> None:
    outcome = await bring(town, tmp_path, QUANXI)
    assert (outcome.pack.name, outcome.number, outcome.already) == ("quanxi@1", 1, False)
    handlers = town.handlers
    await town.give(await town.alarm(1), handlers=handlers)
    assert await stamped(town, 0) == (["POL-01@1"], "national-founding@1#1")
    await town.at("09-22 10:00:00")
    await town.give(await town.alarm(2), handlers=handlers)
    issued = (await town.issued())[EDU]
    assert {basis.pack for basis in issued.bases} == {"quanxi@1"}
    await town.give(await town.delivery(issued), handlers=handlers)
    due = await town.owner.fetchval("select due from routing.duties where desk = $1 and kind = 'ack'", EDU)
    assert due == (await town.at("09-22 10:06:00"))


async def test_running_processes_read_a_new_pack_without_a_restart(town: Town, tmp_path: Path) -> None:
    """A worker and a clock that have a book in hand find the next one as soon as it is committed."""
    handlers, clock = town.handlers, await town.clock()
    await town.give(await town.alarm(1), handlers=handlers)
    await clock.tick()
    await bring(town, tmp_path, COUNTY)
    await town.at("09-22 10:00:00")
    await clock.tick()
    await town.give(await town.alarm(2), handlers=handlers)
    assert (await stamped(town, 0), await stamped(town, 1)) == (
        (["POL-01@1"], "national-founding@1#1"),
        (["POL-01@1"], "national-founding@1"),
    )
    assert {basis.pack for basis in (await town.issued())[SCHOOL].bases} == {"huxi@1"}


async def test_an_activation_is_told_to_operations_and_to_the_bureau_of_the_place(town: Town, tmp_path: Path) -> None:
    await bring(town, tmp_path, QUANXI)
    statements, notes = await told(town, "bus.pack.activated"), await informed(town)
    assert set(statements) == set(notes) == {OPS, SAFETY}
    said = statements[SAFETY]
    assert (said.pack, said.version, said.level, said.jurisdiction, said.rules) == ("quanxi", 1, "school", A, 1)
    assert {basis.mandate for basis in notes[SAFETY].bases} == {"GOV-08"}
    assert {basis.mandate for basis in notes[OPS].bases} == {"GOV-05"}
    assert (notes[SAFETY].kind, notes[SAFETY].view, notes[SAFETY].returnable) == ("inform", "L", False)
    assert notes[SAFETY].payload["effective_from"] == "2026-09-22T00:00:00+08:00"
    await town.give(*[await town.delivery(note) for note in notes.values()])
    assert await town.count("duties") == 0
    assert await town.count("notifications", "state = 'delivered'") == 2


async def test_a_pack_of_a_city_concerns_operations_alone(town: Town, tmp_path: Path) -> None:
    await bring(town, tmp_path, "quancheng@1 city 990100 2026-09-22")
    assert set(await told(town, "bus.pack.activated")) == {OPS}


REFUSED = [
    (COUNTY, POL_01.replace("close: 3wd", "close: 4wd"), "放宽了上级规则（national-founding@1 POL-01，national/police.yaml:2）的期限：close 由 3wd 放宽为 4wd"),
    ("huxi@1 county 990102 2026-09-21", stricter(), "effective_from 2026-09-21 已过，规则包不得追溯"),
    ("huxi@1 county 990999 2026-09-22", stricter(), "名录中没有辖区 990999"),
    (COUNTY, stricter().replace("relation: [on-campus", "relation: [on-campus], kind: {not_in: [fire]}, any_of: [{kind: [fire]}], x"), "未知"),
    (COUNTY, stricter().replace("severity: [life-risk]", "severity: [life-risk], kind: {not_in: [fire]}, any_of: [{kind: [fire]}]"), "永不生效"),
    (COUNTY, stricter().replace("to: school.law-vice-principal, kind: inform", "to: school.social-worker, kind: inform"), "不再告知 school.law-vice-principal"),
    ("national-founding@2 national - 2026-09-22", POL_01, "声称的要求 M63 没有规则承载"),
    ("national-founding@2 national - 2026-09-22", POL_01, "自 2026-09-22 起缺少 GOV-01"),
    ("national-founding@1 county 990102 2026-09-22", stricter(), "规则包 national-founding@1 已有此版本"),
]  # fmt: skip


@pytest.mark.parametrize(("header", "rules", "said"), REFUSED)
async def test_one_fault_refuses_the_whole_pack_and_the_old_one_stays(
    town: Town, tmp_path: Path, header: str, rules: str, said: str
) -> None:
    """INVARIANT: the rules are sound or as before — broken by storing a pack before everything is known about it."""
    more = stricter().replace("POL-01", "XX-01").replace("rank: 30", "rank: 1")
    with pytest.raises((PackRefused, PackInvalid)) as caught:
        await bring(town, tmp_path, header, rules, more)
    if said != "未知":
        assert said in caught.value.zh
    assert (await number(town), await town.count("packs")) == (0, 0)
    statements = await told(town, "bus.pack.refused")
    assert OPS in statements
    assert all(statement.reasons for statement in statements.values())
    assert await told(town, "bus.pack.activated") == {}
    await town.give(await town.alarm())
    assert await stamped(town, 0) == (["POL-01@1"], "national-founding@1")


async def test_a_refusal_names_both_rules_to_the_bureau_of_the_place(town: Town, tmp_path: Path) -> None:
    with pytest.raises(PackRefused) as caught:
        await bring(town, tmp_path, QUANXI, POL_01.replace("close: 3wd", "close: 4wd"))
    assert "loosens times of the rule above (national-founding@1 POL-01" in caught.value.en
    statement = (await told(town, "bus.pack.refused"))[SAFETY]
    assert len(statement.reasons) == 1
    assert "quanxi-1/rules.yaml:20 POL-01" in statement.reasons[0]
    assert set(await informed(town)) == {OPS, SAFETY}


async def test_a_statutory_duty_that_nobody_fills_refuses_and_another_warns(town: Town, tmp_path: Path) -> None:
    documents = {str(document["unit"]): document for document in load_documents()}
    silent = documents["edu-990102"] | {
        "rosters": [row for row in documents["edu-990102"]["rosters"] if row["role"] != "education.duty-officer"]
    }
    await import_directory(town.pool, [silent], outbox(), CALENDARS)
    rules = stricter().replace("POL-01", "XX-01").replace("rank: 30", "rank: 1")
    outcome = await bring(town, tmp_path, COUNTY, rules)
    assert [(finding.level, finding.code) for finding in outcome.findings] == [("warning", "no-person")]
    assert "教育局总值班" in (await told(town, "bus.pack.activated"))[OPS].warnings[0]
    with pytest.raises(PackRefused, match="法定职责"):
        await bring(
            town,
            tmp_path,
            "huxi@2 county 990102 2026-09-22",
            rules.replace("ack: 6min, first_action: 30min, from: ours", "ack: 6min, from: L14"),
        )


async def test_the_same_pack_again_changes_nothing_and_other_content_needs_a_higher_version(town: Town, tmp_path: Path) -> None:
    await bring(town, tmp_path, COUNTY)
    before = await town.digest()
    again = await bring(town, tmp_path, COUNTY)
    assert (again.already, again.number) == (True, 1)
    assert await town.digest() == before
    with pytest.raises(PackRefused, match="已启用且内容不同"):
        await bring(town, tmp_path, COUNTY, stricter("5min"))
    assert (await bring(town, tmp_path, "huxi@2 county 990102 2026-09-22", stricter("5min"))).number == 2


async def test_a_dry_run_finds_the_same_and_stores_and_tells_nothing(town: Town, tmp_path: Path) -> None:
    good, bad = (
        write_pack(tmp_path, COUNTY, stricter()),
        write_pack(tmp_path, "huxi@2 county 990102 2026-09-22", POL_01.replace("3wd", "4wd")),
    )
    before = await town.digest()
    assert await registrar(town).examine("x", pack_files(good)) == ()
    with pytest.raises(PackRefused):
        await registrar(town).examine("x", pack_files(bad))
    assert (await number(town), await town.digest()) == (0, before)


async def test_two_activations_at_once_come_one_after_the_other(town: Town, tmp_path: Path) -> None:
    """Each is held against what the other left: a school's pack that a county's overtakes is refused or comes first."""
    county = write_pack(tmp_path, COUNTY, stricter("4min"))
    school = write_pack(tmp_path, QUANXI, stricter("6min"))
    outcomes = await asyncio.gather(activate(town, county), activate(town, school), return_exceptions=True)
    done = [outcome for outcome in outcomes if isinstance(outcome, Outcome)]
    assert sorted(outcome.number for outcome in done) == list(range(1, len(done) + 1))
    refused = isinstance(outcomes[1], PackRefused)
    assert refused or (isinstance(outcomes[1], Outcome) and outcomes[1].number == 1)
    assert await number(town) == len(done)


async def test_a_pack_above_may_become_stricter_than_one_below_it_and_binds_at_once(town: Town, tmp_path: Path) -> None:
    await bring(town, tmp_path, QUANXI, stricter("6min"))
    await bring(town, tmp_path, COUNTY, stricter("4min"))
    await town.at("09-22 10:00:00")
    await town.give(await town.alarm())
    issued = (await town.issued())[EDU]
    assert {basis.pack for basis in issued.bases} == {"huxi@1", "quanxi@1"}
    assert {form.form for form in issued.forms if form.duty == "ack"} == {"4min", "6min"}


async def test_nothing_is_activated_where_there_is_no_directory(empty_town: Town, tmp_path: Path) -> None:
    with pytest.raises(Exception, match="名录无法使用"):
        await bring(empty_town, tmp_path, COUNTY)
    with pytest.raises(PackInvalid):
        await bring(empty_town, tmp_path, COUNTY, "- nonsense\n")
    assert await number(empty_town) == 0


async def test_a_pack_that_does_not_say_which_it_is_concerns_nobody(town: Town, tmp_path: Path) -> None:
    folder = write_pack(tmp_path, COUNTY, stricter())
    (folder / "pack.yaml").write_text("title: x\n", encoding="utf-8")
    with pytest.raises(PackInvalid):
        await activate(town, folder)
    assert await told(town, "bus.pack.refused") == {}


async def test_a_pack_that_this_program_refuses_holds_events_back_and_parks_none(town: Town, tmp_path: Path) -> None:
    """A worker older than the pack waits for its successor instead of deciding without it."""
    await bring(town, tmp_path, COUNTY)
    await town.owner.execute("""update routing.packs set files = '{"pack.yaml": "x: 1"}'""")
    batch = [town.record(await town.alarm())]
    assert await town.give_records(batch) == [Retry(0.1)]
    assert await town.count("dead_letters") == 0
    await town.owner.execute("delete from routing.packs")
    assert await town.give_records(batch, handlers=town.handlers) == [Done()]


async def test_an_activation_that_dies_before_its_commit_leaves_nothing(town: Town, tmp_path: Path) -> None:
    """INVARIANT: pack, number and what is told are one — broken by a second transaction."""
    before = await town.digest()
    folder = write_pack(tmp_path, COUNTY, stricter())

    class Dying(type(outbox())):  # type: ignore[misc]  # the writer's own class
        def row(self, event: Any, topic: str | None = None) -> Any:
            raise RuntimeError("power cut")

    one = Registrar(town.pool, Dying(CATALOGUE, "routing"), SHELF, CALENDARS, CATALOGUE)
    with pytest.raises(RuntimeError, match="power cut"):
        await one.activate("huxi", pack_files(folder))
    assert (await number(town), await town.count("packs"), await town.digest()) == (0, 0, before)
    assert (await activate(town, folder)).number == 1


async def test_stored_packs_cannot_be_changed_and_the_clock_only_reads_them(town: Town, tmp_path: Path) -> None:
    await bring(town, tmp_path, COUNTY)
    clock = await town.database.pool("routing", role="xt_clock")
    assert await clock.fetchval("select count(*) from packs") == 1
    for pool, sql in ((town.pool, "update packs set level = 'x'"), (town.pool, "delete from packs"), (clock, "delete from packs")):
        with pytest.raises(Exception, match="permission denied"):
            await pool.execute(sql)


async def test_a_reference_reads_nothing_while_nothing_moved(town: Town, tmp_path: Path) -> None:
    from infra.postgres.unit_of_work import unit_of_work

    await bring(town, tmp_path, COUNTY)
    held: Reference = reference()
    async with unit_of_work(town.pool) as uow:
        first = await held.current(uow)
    async with unit_of_work(town.pool) as uow:
        assert await held.current(uow) is first
    await import_directory(town.pool, [load_documents()[0] | {"channels": []}], outbox(), CALENDARS)
    async with unit_of_work(town.pool) as uow:
        second = await held.current(uow)
    assert second is not first
    assert second.book is first.book
