"""A desk in a story: what its people do through the real API, and what the story expects of it."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import httpx

from contracts.ids import role_of, unit_of
from infra.http.auth import Actor
from services.demo.audit import Answered, Stated
from services.demo.audit.log import ACTS
from tests.acceptance.city.board import Row
from tests.acceptance.city.expect import Expectation

if TYPE_CHECKING:
    from tests.acceptance.city.city import City


COUNTY = "990102"


class Refused(AssertionError):
    """The API refused; ``problem`` is its problem+json."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        super().__init__(f"{status}: {problem}")
        self.status = status
        self.problem = problem


def accepted(desk: "Desk", path: str, body: Mapping[str, Any], answer: Mapping[str, Any]) -> Stated | Answered | None:
    """What a client's log keeps of an accepted request, for the audit at the end of the story; nothing of an act that it does not judge."""
    if "source" not in answer:
        act = next((one for one in ACTS if one == path.rpartition("/")[2]), None)
        if act is None:
            return None
        given = {name: (body or {}).get(name) for name in ("version", "ruling", "new_desk", "of_desk", "score", "schools", "mandate")}
        return Answered(
            service=desk.service, desk=desk.id, act=act, object=path.split("/")[2], at=datetime.fromisoformat(answer["at"]), **given
        )
    time = datetime.fromisoformat(answer["time"])
    return Stated(
        service=desk.service, publisher=desk.id, source=answer["source"], id=answer["id"],
        name=answer["type"].removeprefix("xietong.").rpartition(".v")[0], subject=answer["subject"], revision=answer["revision"], time=time,
        known_at=datetime.fromisoformat(body["known_at"]) if "known_at" in body else time, county=body.get("county", COUNTY),
        data=body["data"], status=body.get("status", "actual"), place_code=body.get("place_code"),
    )  # fmt: skip


class Desk:
    """``role@unit`` of the city, with a person of its own."""

    def __init__(self, city: "City", desk: str) -> None:
        self._city = city
        self.id = desk
        self.service = city.catalogue.host_of(role_of(desk))

    def actor(self) -> Actor:
        return Actor(ref=f"p-{self.id}"[:60], shown="测*", unit=unit_of(self.id), desks=(self.id,), service=self.service)

    async def ask(self, method: str, path: str, body: Any = None, *, key: str | None = None) -> Any:
        """One request as this desk's person; Refused for anything but 2xx."""
        headers = {"Authorization": f"Bearer {self._city.engine.keys.token(self.actor())}", "Idempotency-Key": key or str(uuid.uuid4())}
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{self._city.engine.ports[self.service]}", timeout=30) as client:
            answer = await client.request(method, f"/api{path}", json=body, headers=headers)
        if answer.status_code >= 300:
            raise Refused(answer.status_code, answer.json())
        return answer.json() if answer.content else None

    async def act(self, path: str, body: Any) -> Any:
        """POST something, note that it was accepted, and let the city come to rest."""
        answer = await self.ask("POST", path, body)
        entry = accepted(self, path, body, answer)
        if entry is not None:
            self._city.log.write(entry)
        await self._city.settle()
        return answer

    def expects(self, *wanted: Expectation) -> None:
        """Everything named here is at the desk, exactly so; what is never named fails the story at its next step."""
        for one in wanted:
            self._city.take(one.meet(self._city.sight(), self.id))

    def holds(self, incident: str | None = None, *, mandate: str | None = None) -> Row:
        """The desk's newest notification, of an incident or by a mandate where it has several."""
        rows = [row for row in self._city.board.rows["notifications"] if row["desk"] == self.id and row["state"] != "withdrawn"]
        rows = [row for row in rows if incident in (None, row["incident"])]
        rows = [row for row in rows if mandate is None or mandate in {basis["mandate"] for basis in row["message"]["bases"]}]
        assert rows, f"{self.id} holds no notification"
        return max(rows, key=lambda row: (row["delivered_at"], row["id"]))

    async def signs(self, incident: str | None = None, *, version: int | None = None, mandate: str | None = None, **more: Any) -> Any:
        """签收 of the newest version, or of the one that the person saw."""
        return await self._sign(self.holds(incident, mandate=mandate), version, more)

    async def signs_for(self, desk: str, **more: Any) -> Any:
        """The unit's leader signs what another desk of the unit holds."""
        return await self._sign(self._city.desk(desk).holds(), None, more)

    async def _sign(self, row: Row, version: int | None, more: Mapping[str, Any]) -> Any:
        return await self.act(f"/notifications/{row['id']}/acknowledge", {"version": version or row["version"], **more})

    async def reports(self, progress: str, text: str = "", *, incident: str | None = None) -> Any:
        """分工反馈 on the desk's notification."""
        return await self._report(self.holds(incident), progress, text)

    async def reports_for(self, desk: str, progress: str, text: str = "") -> Any:
        """The unit's leader reports for another desk of the unit."""
        return await self._report(self._city.desk(desk).holds(), progress, text)

    async def _report(self, row: Row, progress: str, text: str) -> Any:
        body = {"progress": progress, "text": text} if text else {"progress": progress}
        return await self.act(f"/notifications/{row['id']}/report", body)

    async def reports_on_task(self, progress: str, text: str = "", *, incident: str) -> Any:
        return await self.act(f"/tasks/{self._task(incident)}/report", {"progress": progress, **({"text": text} if text else {})})

    async def returns(self, reason: str, text: str = "不属于本单位职责", *, to: str | None = None, incident: str | None = None) -> Any:
        """退单."""
        row = self.holds(incident)
        body = {"version": row["version"], "reason": reason, "text": text, **({"suggested_desk": to} if to else {})}
        return await self.act(f"/notifications/{row['id']}/return", body)

    async def rules(self, ruling: str, *, to: str | None = None, reason: str = "依职责分工裁定") -> Any:
        """裁定 of the arbitration this desk holds."""
        rows = [r for r in self._city.board.rows["notifications"] if r["desk"] == self.id and r["arbitration_of"] and not r["ruled"]]
        assert rows, f"{self.id} holds no arbitration"
        row = max(rows, key=lambda r: (r["delivered_at"], r["id"]))
        body = {"ruling": ruling, "reason": reason, **({"new_desk": to} if to else {})}
        return await self.act(f"/arbitrations/{row['id']}/ruling", body)

    async def triages(self, *, reason: str = "已与报警人核实", **named: Any) -> Any:
        """分办 from the notification of GOV-01: ``schools`` or ``mandate``."""
        return await self.act(f"/notifications/{self.holds(mandate='GOV-01')['id']}/triage", {"reason": reason, **named})

    async def closes(self, outcome: str, *, incident: str) -> Any:
        """办结, asked by the lead."""
        return await self.act(f"/tasks/{self._task(incident)}/close", {"outcome": outcome})

    async def rates(self, of: str, score: int, *, incident: str) -> Any:
        """互评 after the close."""
        return await self.act(f"/tasks/{self._task(incident)}/rate", {"of_desk": of, "score": score})

    async def pauses(self, lab: str, *, incident: str) -> Any:
        """暂停 by the lead: its close waits for a laboratory."""
        return await self.act(f"/tasks/{self._task(incident)}/pause", {"lab": lab})

    async def resumes(self, *, incident: str) -> Any:
        """恢复 by the lead."""
        return await self.act(f"/tasks/{self._task(incident)}/resume", None)

    async def looks_again(self, followed_on: str, text: str, *, incident: str) -> Any:
        """回访 by the lead."""
        return await self.act(f"/tasks/{self._task(incident)}/follow-up", {"followed_on": followed_on, "text": text})

    def _task(self, incident: str) -> str:
        rows = [row for row in self._city.board.rows["tasks"] if row["desk"] == self.id and row["incident"] == incident]
        assert rows, f"{self.id} has no part in a task of {incident}"
        return str(rows[0]["id"])
