"""Whoever waits for a worker's readiness finds one that routes at once."""

import aiohttp
import pytest

from infra.embedded.ports import claim
from tests.conformance.alarms import alarm
from tests.conformance.audit import audit
from tests.conformance.patience import until
from tests.conformance.scene import Scene

pytestmark = pytest.mark.slow


async def test_a_ready_worker_has_its_logs_and_decides(scene: Scene) -> None:
    port = claim(["routing"], kept_in=scene.folder / "ports")["routing"]
    missing: list[list[str]] = []

    async def ready() -> bool:
        try:
            async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/readyz") as answer:
                missing.append((await answer.json())["missing"])
                return answer.status == 200
        except aiohttp.ClientConnectionError:
            return False

    await scene.worker(http_port=str(port))
    await until(ready)
    assert ["kafka"] in missing
    await scene.state(alarm(1))
    await scene.settled()
    await audit(scene)
