"""What agencies state, as the golden events say it."""

import json
from pathlib import Path
from typing import Any

GOLDEN = Path(__file__).parents[3] / "contract" / "golden"


def golden(name: str, **changes: Any) -> dict[str, Any]:
    """What the first golden event of a type says, with other values in place of some."""
    path = sorted((GOLDEN / f"{name}.v1").glob("*.json"))[0]
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["data"]
    return {**data, **changes}
