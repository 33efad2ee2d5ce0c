"""One person comes to a post or leaves it, entered on a page: a batch of one, with the time of the server.

What a phone kept while it had no network carries its own time; whether it came too late is judged like any device's."""

import hashlib
from datetime import datetime
from typing import Any

from contracts.codes.police import CheckAct
from contracts.codes.shared import GuardSlot
from contracts.envelope import Closed
from contracts.texts import Instant
from contracts.values import PersonRef
from infra.clock import BEIJING
from infra.http.auth import Actor
from infra.http.errors import FieldFault, Invalid, NotFound
from infra.http.idempotency import Answer, RequestKey, earlier_answer, keep_answer
from infra.postgres.unit_of_work import UnitOfWork
from services.chassis.bureau import Bureau
from services.chassis.guard.board import PostKey, read_post, today
from services.chassis.guard.rights import CHECKINS, inlet_of
from services.chassis.intake.accept import Posting, accept
from services.chassis.intake.body import Stated


class CheckinBody(Closed):
    """Who came to which slot of the post, or left it."""

    slot: GuardSlot
    person_ref: PersonRef
    act: CheckAct


class Held(Closed):
    """When a phone without network kept a check-in, and when it sends it: both by the phone's clock."""

    checked_at: Instant
    sent_at: Instant


async def check_in(
    bureau: Bureau, uow: UnitOfWork, actor: Actor, key: PostKey, body: CheckinBody, *, request: str, held: Held | None = None
) -> datetime:
    """State one check-in; when it was. The same ``request`` again states nothing more, be it held back or not.

    NotFound for a post that the unit does not look at, Invalid for a post of another day, NotThePublisher for a desk that records none."""
    post = await read_post(uow, bureau.agency, actor, key)
    inlet = inlet_of(bureau.agency, CHECKINS)
    if inlet is None:
        raise NotFound()
    if held is None and key.day != today(uow):
        raise Invalid(fields=(FieldFault("date", "只能为当天的岗位签到", "Only posts of today can be checked in at", "not-today"),))
    asked = RequestKey.of(unit=actor.unit, person=actor.ref, key=f"checkin:{request}", path=post.post, body=body.model_dump_json().encode())
    before = await earlier_answer(uow, asked)
    if before is not None:
        return datetime.fromisoformat(before.body["at"])
    times = held or Held(checked_at=uow.now, sent_at=uow.now)
    batch = inlet.posted.model_validate(_batch(key, body, times, offline=held is not None, mark=_mark(actor, request)))
    await accept(bureau, uow, actor, Posting(inlet, Stated(known_at=min(times.checked_at, uow.now)), batch))
    await keep_answer(uow, asked, Answer(202, {"at": times.checked_at.isoformat()}))
    return times.checked_at


def _mark(actor: Actor, request: str) -> str:
    """Stands for the device and for the batch: the same request is the same one of both."""
    return hashlib.sha256(f"{actor.unit}/{actor.ref}/{request}".encode()).hexdigest()[:32]


def _batch(key: PostKey, body: CheckinBody, held: Held, *, offline: bool, mark: str) -> dict[str, Any]:
    item = {
        "item_no": 1, "gate_id": key.gate, "peak": key.peak, "slot": body.slot, "person_ref": body.person_ref, "act": body.act,
        "checked_at": held.checked_at.astimezone(BEIJING).isoformat(), "method": "manual",
    }  # fmt: skip
    return {
        "gate_id": key.gate, "school_id": key.school, "batch_no": f"page-{mark}", "device_id": f"page-{mark}", "offline": offline,
        "items": [item], "uploaded_at": held.sent_at.astimezone(BEIJING).isoformat(),
    }  # fmt: skip
