"""Opening a sealed row: the reader and the purpose are written down before the data leaves."""

from contracts.ids import role_of
from contracts.sealed import SealedRow
from infra.http.auth import Actor
from infra.http.errors import Forbidden, NotFound
from infra.seal import open_row
from services.chassis.bureau import Bureau
from services.chassis.reading.notifications import queries, read_notification
from services.chassis.reading.shapes import OpenedRow


class MayNotOpen(Forbidden):
    """您的岗位不能查看学生身份信息。"""

    code = "may-not-open"
    title_en = "Your role may not open sealed rows"


async def open_sealed(bureau: Bureau, actor: Actor, notification: str, row: str, purpose: str) -> OpenedRow:
    """Open one row of a notification: NotFound for a foreign one, MayNotOpen for a role that may not; the opening is committed first."""
    async with bureau.request(actor) as uow:
        shape = await read_notification(uow, actor, bureau.agency, notification)
        desk = _opener(bureau, actor, shape.desk, shape.event_name)
        sealed = await uow.fetchval(queries["sealed_row"], notification, row)
        if sealed is None:
            raise NotFound()
        person = actor.person_at(desk).model_dump()
        await uow.execute(queries["keep_opening"], actor.unit, notification, row, desk, person, purpose, uow.now)
    locked = SealedRow.model_validate(sealed)
    content = open_row(locked, service=bureau.service, private_key=bureau.seal_key)
    return OpenedRow(row=locked.row, school_id=locked.school_id, content=content)


def _opener(bureau: Bureau, actor: Actor, told_desk: str, event_name: str) -> str:
    """The person's desk that may open: the told one first."""
    for desk in sorted(actor.desks, key=lambda own: own != told_desk):
        same = role_of(desk).partition(".")[0] == role_of(told_desk).partition(".")[0]
        if same and bureau.agency.may_open(role_of(desk), event_name):
            return desk
    raise MayNotOpen()
