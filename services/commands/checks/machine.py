"""What must be true of the machine and the data root before anything starts."""

import json
import shutil
import sys
from pathlib import Path

from infra.embedded.ports import is_free
from services.commands.checks.result import Check
from services.commands.system.home import home_of
from services.commands.system.secrets import Secrets
from services.commands.system.state import read_state

LEAST_PYTHON = (3, 11)
LEAST_DISK = 2 * 1024**3
"""Bytes: servers, their data and logs for a long demo."""


def check_python(version: tuple[int, ...] = tuple(sys.version_info[:3])) -> Check:
    text = ".".join(map(str, version))
    return Check.of(
        version >= LEAST_PYTHON, "python", ("Python", "Python"), (f"{text}（需要 3.11 以上）", f"{text} (3.11 or newer is needed)")
    )


def check_disk(home: Path) -> Check:
    there = next(folder for folder in (home, *home.parents) if folder.exists())
    free = shutil.disk_usage(there).free
    gigabytes = f"{free / 1024**3:.1f} GB"
    return Check.of(free >= LEAST_DISK, "disk", ("磁盘", "disk"), (f"{there} 剩余 {gigabytes}", f"{there} has {gigabytes} free"))


def check_ports(home: Path) -> Check:
    """The ports kept for this data root are ours or nobody's."""
    file = home / "services" / "ports.json"
    ports: dict[str, int] = json.loads(file.read_text()) if file.exists() else {}
    if read_state(home) is not None:
        return Check.of(True, "ports", ("端口", "ports"), ("使用中", "in use by the running system"))
    taken = [f"{name} {port}" for name, port in ports.items() if not is_free(port)]
    if taken:
        words = (
            "、".join(taken) + " 被别的程序占用，下次启动会换端口",
            ", ".join(taken) + " taken by others, the next start takes other ports",
        )
        return Check.note("ports", "端口", "ports", *words)
    return Check.of(True, "ports", ("端口", "ports"), ("可用", "free"))


def check_keys(home: Path | None = None) -> Check:
    home = home or home_of()
    if not (home / "secrets").exists():
        return Check.note("keys", "密钥", "keys", "尚未生成，首次启动时生成", "not made yet, the first start makes them")
    faults = Secrets.of(home).faults()
    words = (
        ("其他用户可读：" + "、".join(faults), "readable by others: " + ", ".join(faults))
        if faults
        else ("已生成，仅本人可读", "made, readable by their owner alone")
    )
    return Check.of(not faults, "keys", ("密钥", "keys"), words)
