"""What every follow-up has, whatever its head."""

from typing import Annotated

from pydantic import ConfigDict, model_validator
from pydantic_core import PydanticCustomError

from contracts.codes.shared import WithdrawnCode
from contracts.envelope import Closed
from contracts.fields import say
from contracts.texts import FREE_TEXT


class FollowUp(Closed):
    """Base of every follow-up model: closed, frozen, wire names on the wire."""

    model_config = ConfigDict(serialize_by_alias=True)


class Withdrawn(FollowUp):
    """撤销: what a head said is void; the named officer answers for it."""

    code: Annotated[WithdrawnCode, say("all", "work", "说明事件为何失效", "撤销类别", codes="withdrawn_code")]
    reason: Annotated[str, say("all", "work", "告知各接收单位撤销缘由", "撤销理由", max_length=500), FREE_TEXT]
    officer: Annotated[str, say("L", "personal", "由具名人员对撤销负责，供督办核查", "撤销责任人", max_length=40), FREE_TEXT]


class LevelMoved(FollowUp):
    """级别变更 without its field: who moved it and why."""

    by: Annotated[str, say("L", "personal", "由具名人员对变更负责，供督办核查", "变更责任人", max_length=80), FREE_TEXT]
    why: Annotated[str, say("all", "work", "告知各接收单位级别变更缘由", "变更理由", max_length=500), FREE_TEXT]

    @model_validator(mode="after")
    def _moves(self) -> "LevelMoved":
        if getattr(self, "from_", None) == getattr(self, "to", None):
            raise PydanticCustomError("nothing-changed", "Old and new value are the same")
        return self
