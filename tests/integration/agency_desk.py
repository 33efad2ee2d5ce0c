"""An agency's application on a real database, without Kafka: what routing would tell it is handed to its desk handlers directly."""

import asyncio
import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx
from joserfc.jwk import OKPKey
from pydantic import BaseModel

from contracts.coordination import Basis, DutyForm, DutyTimed, EventFacts, NotificationIssued, TaskOpened, TaskPart, TimedDuty, UnitRecord
from contracts.envelope import Envelope, Event
from contracts.ids import unit_of, uuid7
from contracts.registry import event_type
from infra.clock import machine_now
from infra.http.auth import Actor, issue, new_key, public_keys, read_keys
from infra.http.health import Probes
from infra.messaging.delivery import deliver
from infra.messaging.delivery.outcome import Outcome, Record
from infra.messaging.outbox import OutboxWriter
from infra.postgres.migrate import SchemaPlan
from infra.postgres.pool import Pool, connect
from infra.seal import new_private_key, public_key_of
from services import police, schools
from services.chassis.agency import Agency
from services.chassis.app import agency_app
from services.chassis.bureau import Bureau
from services.chassis.desk import DeskHandlers
from services.chassis.run import plan_of
from services.chassis.waking import Waker
from services.matters import load_matters
from tests.servers import Database
from topics.catalogue import Catalogue
from topics.codec import Encoded, encode

PLAN = (plan_of("police"), plan_of("schools"), SchemaPlan("routing", ()))
AGENCIES = {"police": police.agency, "schools": schools.agency}
SIGN_IN: OKPKey = new_key("sign-in-1")
START = datetime.fromisoformat("2026-09-21T16:38:00+08:00")
SCHOOL, OTHER_SCHOOL = "2199000101", "3199000102"
SCHOOL_DESK = f"school.duty-desk@{SCHOOL}"
EDUCATION_DESK = "education.duty-officer@edu-990102"
CONFERENCE_DESK = "education.conference-office@edu-990102"
POLICE_DESK = "police.110-desk@pb-990102"
STATION_DESK = "police.station-duty@ps-990102-01"
INCIDENT = uuid7(START, b"incident-1")
NUMBER = "XT-990102-20260921-K7Q0ZT"
NAMES = {
    SCHOOL: ("泉西小学", "990102001001"),
    OTHER_SCHOOL: ("湖西实验初中", "990102001002"),
    "edu-990102": ("湖西区教育局", ""),
    "pb-990102": ("湖西分局", ""),
    "ps-990102-01": ("泉西派出所", ""),
}
_numbers = itertools.count(1)


def an_alarm(**changes: Any) -> dict[str, Any]:
    """The data of an alarm as the police post it."""
    alarm: dict[str, Any] = {
        "alarm_no": "J370100000412", "kind": "weapon", "severity": "life-risk", "relation": "perimeter", "schools": [SCHOOL], "online": False,
        "place_text": "学校南门外", "casualties": 1, "suspect_at_large": True, "advice": ["lockdown", "hold-dismissal"], "first_disposal": "dispatched",
    }  # fmt: skip
    return {**alarm, **changes}


def an_actor(*desks: str, service: str, ref: str = "p-001", shown: str = "张*") -> Actor:
    """A person at some desks of one unit."""
    return Actor(ref=ref, shown=shown, unit=unit_of(desks[0]), desks=tuple(sorted(desks)), service=service)


def a_token(actor: Actor, *, use: Any = "access", number: str = "t-1", ttl: timedelta = timedelta(hours=1)) -> str:
    """A token as the sign-in issues it."""
    return issue(SIGN_IN, actor, use=use, number=number, now=machine_now(), ttl=ttl)


def a_notification(desk: str = SCHOOL_DESK, *, id: str | None = None, version: int = 1, **changes: Any) -> NotificationIssued:
    """A notification as routing issues it for POL-01."""
    forms = (DutyForm(duty="ack", form="5min", words="送达后 5 分钟"), DutyForm(duty="first-action", form="5min", words="送达后 5 分钟"))
    fields: dict[str, Any] = {
        "notification": id or uuid7(START, f"note-{next(_numbers):05d}".encode()), "incident": INCIDENT, "number": NUMBER, "desk": desk,
        "kind": "acknowledge", "version": version, "colour": "red", "ladder": "A", "view": "S", "forms": forms,
        "bases": (
            Basis(
                mandate="POL-01", version=1, name="校园或周边危及生命的警情", pack="national-founding", document="关于加强中小学幼儿园安全风险防控体系建设的意见",
                quote="公安机关和教育部门及学校要及时相互通报、协同处置", numbers="practice", matched=("紧急程度：危及生命", "涉校关系：校园周边"),
            ),
        ),
        "event": EventFacts(
            type="police.alarm.raised", time=START, known_at=START - timedelta(seconds=90), status="actual", county="990102", revision=1,
            publisher=POLICE_DESK,
        ),
        "payload": {"alarm_no": "J370100000412", "kind": "weapon", "severity": "life-risk", "schools": [SCHOOL], "place_text": "学校南门外"},
        "hidden": ("坐标", "伤情说明"), "part": "封闭管理、清点人数、引导警力",
    }  # fmt: skip
    return NotificationIssued(**{**fields, **changes})


def timed(notification: NotificationIssued, ack: datetime, *, duty: Any = "ack") -> DutyTimed:
    """The due of a notification as routing computes it."""
    due = TimedDuty(duty=duty, due=ack, derivation="送达后 5 分钟，全天计时", calendar_version="2026-1")
    return DutyTimed(
        notification=notification.notification,
        incident=notification.incident,
        desk=notification.desk,
        version=notification.version,
        duties=(due,),
    )


def a_task(*, lead: str = STATION_DESK, version: int = 1) -> TaskOpened:
    """The joint task of the incident."""
    parts = (
        TaskPart(desk=STATION_DESK, lead=lead == STATION_DESK, text="处警控制", agency="police"),
        TaskPart(desk=SCHOOL_DESK, lead=lead == SCHOOL_DESK, text="封闭管理、清点人数", agency="school"),
    )
    return TaskOpened(
        task=uuid7(START, b"task-00001"), incident=INCIDENT, number=NUMBER, version=version, title="校园或周边危及生命的警情", lead=lead, parts=parts,
        forms=(DutyForm(duty="close", form="3wd", words="3 个工作日"),), bases=(), opened_at=START,
    )  # fmt: skip


def an_envelope(
    name: str, data: BaseModel, *, to: str | None, incident: str = INCIDENT, id: str | None = None, status: Any = "actual"
) -> Envelope:
    """The envelope of a message of routing's."""
    kind = event_type(name)
    return Envelope(
        id=id or uuid7(START, f"msg-{next(_numbers):06d}".encode()), source="/routing", type=kind.wire, subject=kind.key(data), time=START,
        dataschema=kind.dataschema, known_at=START, county="990102", incident=incident, publisher="bus.routing@bus-990100", recipient=to, status=status,
    )  # fmt: skip


def encoded(envelope: Envelope, data: BaseModel) -> Encoded:
    """A message as it travels."""
    return encode(Event(envelope, data))


@dataclass
class Told:
    """Routing's side: says things to desks, and reads what the agency put into its outbox."""

    pool: Pool
    bureau: Bureau
    owner_dsn: str
    offset: int = 0
    seen: int = 0

    async def say(
        self, name: str, data: BaseModel, *, to: str | None, incident: str = INCIDENT, id: str | None = None, status: Any = "actual"
    ) -> Outcome:
        """Deliver one message as the consumer would."""
        self.offset += 1
        said = encoded(an_envelope(name, data, to=to, incident=incident, id=id, status=status), data)
        record = Record("to", 0, self.offset, 0, said.key, said.headers, said.value)
        settled = await deliver(
            [record], DeskHandlers(self.bureau.service), consumer=self.bureau.service, pool=self.pool, outbox=self.bureau.outbox
        )
        return settled[0][1]

    async def issue(self, notification: NotificationIssued, **how: Any) -> NotificationIssued:
        """Issue a notification."""
        await self.say("bus.notification.issued", notification, to=notification.desk, incident=notification.incident, **how)
        return notification

    async def answers(self) -> list[tuple[str, Mapping[str, Any], Mapping[str, Any]]]:
        """(name, envelope headers, data) of every outbox row since the last time."""
        import json

        rows = await self.pool.fetch("select seq, headers, value from outbox where seq > $1 order by seq", self.seen)
        self.seen = rows[-1]["seq"] if rows else self.seen
        return [
            (row["headers"]["ce_type"].removeprefix("xietong.").removesuffix(".v1"), row["headers"], json.loads(row["value"]))
            for row in rows
        ]

    async def clock(self, moment: datetime, *, speed: float = 0) -> None:
        """Set business time."""
        async with connect(self.owner_dsn, application="test") as owner:
            await owner.execute("select bus.set_business_time($1, $2)", moment, speed)


@dataclass
class Running:
    """An agency's application with its database and its stop."""

    app: Any
    bureau: Bureau
    told: Told
    stop: asyncio.Event
    seal_keys: dict[str, str] = field(default_factory=dict)

    def client(self, actor: Actor | None = None, **headers: str) -> httpx.AsyncClient:
        """A program (with the actor's token) or an anonymous one."""
        given = {"Authorization": f"Bearer {a_token(actor)}", **headers} if actor else headers
        return httpx.AsyncClient(transport=httpx.ASGITransport(app=self.app), base_url="http://desk.localhost", headers=given)


async def start(database: Database, service: str) -> Running:
    """The application of a service at business time START, its directory filled."""
    agency: Agency = AGENCIES[service]
    pool = await database.pool(service)
    private = {name: new_private_key() for name in Catalogue.load().services()}
    bureau = Bureau(
        agency=agency, pool=pool, outbox=OutboxWriter(Catalogue.load(), service), keys=read_keys(public_keys(SIGN_IN)),
        seal_key=private[service], waker=Waker(pool, service), matters=load_matters(),
    )  # fmt: skip
    told = Told(pool, bureau, database.owner_dsn)
    await told.clock(START)
    for unit, (name, place) in NAMES.items():
        row = {"from": "2025-09-01", "name": name, **({"place_code": place} if place else {})}
        await told.say("bus.directory.changed", UnitRecord(unit=unit, version=1, document={"unit": unit, "rows": [row]}), to=None)
    keys = {name: public_key_of(key) for name, key in private.items()}
    document = {"unit": "bus-990100", "rows": [{"from": "2025-09-01", "name": "协同平台"}], "seal_keys": keys}
    await told.say("bus.directory.changed", UnitRecord(unit="bus-990100", version=1, document=document), to=None)
    stop = asyncio.Event()

    async def nothing() -> list[str]:
        return []

    app = agency_app(bureau, Probes(alive=lambda: True, missing=nothing, degraded=nothing), stop)
    return Running(app, bureau, told, stop, private)
