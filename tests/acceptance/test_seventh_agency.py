"""A seventh agency: one contract file, one declaration, catalogue rows and mandates; nothing in chassis, core or infra knows of it."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, Literal

import pytest

from contracts import registry
from contracts.envelope import Closed
from contracts.event_type import EventType, Within, key_of
from contracts.fields import say
from contracts.followups import Head, with_follow_ups
from contracts.forms import intake_form
from contracts.texts import DISTINCT, FREE_TEXT, Number, SchoolRef
from infra.embedded import Servers
from infra.messaging.admin import apply
from services.chassis.agency import Agency, EventIn
from services.routing.packs import FOUNDING
from services.schemas import schema_plans
from tests.acceptance.city import Agency as Speaker
from tests.acceptance.city import City, Escalation, missed, signature
from tests.acceptance.city.places import C
from tests.acceptance.conftest import Founding, Wider
from tests.servers import Databases
from topics.catalogue import DEFAULT, Catalogue

SUPERVISION, PRINCIPAL = "fire.supervision-desk@fire-990102", f"school.principal@{C}"
DUTY_LEADER, DUTY_OFFICER = f"school.duty-leader@{C}", "education.duty-officer@edu-990102"


class HazardFound(Closed):
    """消防隐患: the contract file."""

    hazard_no: Annotated[Number, say("all", "work", "核对同一隐患", "隐患编号", max_length=32)]
    level: Annotated[Literal["general", "grave"], say("all", "work", "判断隐患等级", "隐患等级")]
    schools: Annotated[tuple[SchoolRef, ...], say("all", "work", "确定涉及学校", "涉及学校", min_length=1), DISTINCT]
    note: Annotated[str, say("S U", "work", "整改所需", "隐患说明", max_length=200), FREE_TEXT]


FOUND = EventType(
    name="fire.hazard.found", title="消防隐患", model=HazardFound, intake_model=intake_form(HazardFound, {}), key=key_of("hazard_no"),
    key_field="hazard_no", family="fire-hazard", publishers=("fire.supervision-desk",), publish_within=(Within("4h"),),
)  # fmt: skip
TYPES = with_follow_ups(Head(of=FOUND, marks=("S", "W"), rows={}))
DECLARATION = Agency(
    name="firefighters", title="消防", title_en="Fire service",
    events=(EventIn(HazardFound, path="/hazards", form="fire-hazard"),),
    desks=("fire.station-duty", "fire.supervision-desk", "fire.unit-leader", "fire.leader-in-charge", "city.fire-duty"),
)  # fmt: skip
ROWS = (
    ("hosts:", "hosts:\n  firefighters: [fire]"),
    ("partners: [fire, ", "partners: ["),
    (
        "families:",
        "families:\n  - {topic: xietong.firefighters.fire-hazard.v1, owner: firefighters, events: [fire.hazard.*], key: hazard_no}",
    ),
)
MANDATES = """
- id: HAZ-01
  version: 1
  name: 学校重大消防隐患
  covers: [M46]
  basis: [{row: M46, document: qinzhou-plan, quote: 监测预警、咨询服务、干预处置}]
  when: {type: fire.hazard.found, level: [grave]}
  notify:
    - {to: school.principal, kind: acknowledge, view: S, ack: 2h, first_action: 4h, from: ours}
    - {to: education.duty-officer, kind: acknowledge, view: E, ack: 2h, from: ours}
  rank: 20
  ladder: B
"""


def wider_mandates(folder: Path) -> Path:
    """The founding packs and one rule more."""
    packs = folder / "mandates"
    shutil.copytree(FOUNDING, packs)
    (packs / "national" / "fire.yaml").write_text(MANDATES, encoding="utf-8")
    return packs


def wider_catalogue(folder: Path) -> Catalogue:
    """The catalogue with the rows of the new service; the partners host the fire service's desks no more."""
    text = DEFAULT.read_text(encoding="utf-8")
    for old, new in ROWS:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    file = folder / "catalogue.yaml"
    file.write_text(text, encoding="utf-8")
    return Catalogue.load(file)


@pytest.fixture
async def city(
    found_city: Founding, databases: Databases, servers: Servers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[City]:
    """The story district with a service of its own for the fire brigade."""
    for one in TYPES:
        monkeypatch.setitem(registry._BY_NAME, one.name, one)
        monkeypatch.setitem(registry._BY_WIRE, one.wire, one)
    catalogue = wider_catalogue(tmp_path)
    monkeypatch.setattr(Catalogue, "load", lambda *_: catalogue)
    await apply(catalogue, servers.bootstrap)
    stage = await databases.fresh(schema_plans(catalogue))
    yield await found_city(wider=Wider(catalogue, stage, {"firefighters": DECLARATION}, wider_mandates(tmp_path)))
    await stage.close()


async def test_a_seventh_agency_needs_no_edit_where_the_others_live(city: City) -> None:
    """INVARIANT: an agency is a declaration — broken by chassis, core or infra that knows one of them by name."""
    city.audited = False  # the auditor knows the founding mandates alone
    brigade = Speaker(
        city, path="/hazards", number="hazard_no", desk=SUPERVISION, usual={"level": "grave", "schools": [C]}, prefix="XF2026-"
    )
    await city.at("2026-09-14 10:00")
    hazard = await brigade.states(note="宿舍疏散通道堵塞")
    assert hazard.decision["mandates"] == ["HAZ-01@1"]
    city.desk(PRINCIPAL).expects(signature(by="12:00", first_action="14:00", view="S", shows={"note": "宿舍疏散通道堵塞"}))
    city.desk(DUTY_OFFICER).expects(signature(by="12:00", view="E", hidden=["note"]))
    await city.desk(DUTY_OFFICER).signs()
    assert city.board.heard(SUPERVISION, "bus.notification.acknowledged", desk=DUTY_OFFICER)
    await city.at("12:00")
    for desk in (PRINCIPAL, SUPERVISION):
        city.desk(desk).expects(missed(of=PRINCIPAL, due="12:00"))
    city.desk(DUTY_LEADER).expects(Escalation(step=1, of=PRINCIPAL, at="12:00"))
