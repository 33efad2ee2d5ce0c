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

SQUAD, PRINCIPAL = "urban.squad@urb-990102-01", f"school.principal@{C}"
DUTY_LEADER, DUTY_OFFICER = f"school.duty-leader@{C}", "education.duty-officer@edu-990102"


class BusRouteChanged(Closed):
    """公交线路变更: the contract file."""

    change_no: Annotated[Number, say("all", "work", "核对同一变更", "变更编号", max_length=32)]
    stop: Annotated[Literal["moved", "closed"], say("all", "work", "判断是否影响上下学", "站点变化")]
    schools: Annotated[tuple[SchoolRef, ...], say("all", "work", "确定涉及学校", "涉及学校", min_length=1), DISTINCT]
    note: Annotated[str, say("S U", "work", "安排学生乘车", "变更说明", max_length=200), FREE_TEXT]


CHANGED = EventType(
    name="urban.bus-route.changed", title="公交线路变更", model=BusRouteChanged, intake_model=intake_form(BusRouteChanged, {}),
    key=key_of("change_no"), key_field="change_no", family="bus-route", publishers=("urban.squad",), publish_within=(Within("4h"),),
)  # fmt: skip
TYPES = with_follow_ups(Head(of=CHANGED, marks=("S", "W"), rows={}))
DECLARATION = Agency(
    name="transport", title="交通运输", title_en="Transport",
    events=(EventIn(BusRouteChanged, path="/bus-routes", form="bus-route"),),
    desks=("urban.squad", "urban.bureau-desk", "urban.unit-leader", "urban.leader-in-charge", "city.urban-duty"),
)  # fmt: skip
ROWS = (
    ("hosts:", "hosts:\n  transport: [urban]"),
    ("housing, urban, civil", "housing, civil"),
    (
        "families:",
        "families:\n  - {topic: xietong.transport.bus-route.v1, owner: transport, events: [urban.bus-route.*], key: change_no}",
    ),
)
MANDATES = """
- id: TRN-01
  version: 1
  name: 学校门口公交站点取消
  covers: [M48]
  basis: [{row: M48, document: qinzhou-plan, quote: 监测预警、咨询服务、干预处置}]
  when: {type: urban.bus-route.changed, stop: [closed]}
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
    (packs / "national" / "transport.yaml").write_text(MANDATES, encoding="utf-8")
    return packs


def wider_catalogue(folder: Path) -> Catalogue:
    """The catalogue with the rows of the new service; the partners host those desks no more."""
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
    """The story district with a service of its own for transport, at the desks of urban management."""
    for one in TYPES:
        monkeypatch.setitem(registry._BY_NAME, one.name, one)
        monkeypatch.setitem(registry._BY_WIRE, one.wire, one)
    catalogue = wider_catalogue(tmp_path)
    monkeypatch.setattr(Catalogue, "load", lambda *_: catalogue)
    await apply(catalogue, servers.bootstrap)
    stage = await databases.fresh(schema_plans(catalogue))
    yield await found_city(wider=Wider(catalogue, stage, {"transport": DECLARATION}, wider_mandates(tmp_path)))
    await stage.close()


async def test_a_seventh_agency_needs_no_edit_where_the_others_live(city: City) -> None:
    """INVARIANT: an agency is a declaration — broken by chassis, core or infra that knows one of them by name."""
    city.audited = False  # the auditor knows the founding mandates alone
    transport = Speaker(
        city, path="/bus-routes", number="change_no", desk=SQUAD, usual={"stop": "closed", "schools": [C]}, prefix="GJ2026-"
    )
    await city.at("2026-09-14 10:00")
    change = await transport.states(note="校门口站点取消")
    assert change.decision["mandates"] == ["TRN-01@1"]
    city.desk(PRINCIPAL).expects(signature(by="12:00", first_action="14:00", view="S", shows={"note": "校门口站点取消"}))
    city.desk(DUTY_OFFICER).expects(signature(by="12:00", view="E", hidden=["note"]))
    await city.desk(DUTY_OFFICER).signs()
    assert city.board.heard(SQUAD, "bus.notification.acknowledged", desk=DUTY_OFFICER)
    await city.at("12:00")
    for desk in (PRINCIPAL, SQUAD):
        city.desk(desk).expects(missed(of=PRINCIPAL, due="12:00"))
    city.desk(DUTY_LEADER).expects(Escalation(step=1, of=PRINCIPAL, at="12:00"))
