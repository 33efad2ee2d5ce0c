"""PostgreSQL refuses to run as root, so root lends it an account without rights, and a way to its own files."""

import os
import pwd
import stat
from collections.abc import Callable
from pathlib import Path

from infra.embedded.errors import EmbeddedError
from infra.embedded.process import Account

_NAME = "nobody"
_OTHERS_PASS = stat.S_IXOTH
_OTHERS_READ = stat.S_IROTH


def unprivileged(data: Path) -> Account | None:
    """None for anyone but root; else the owner of the data that is already there, or `nobody`."""
    if os.geteuid() != 0:
        return None
    if data.exists() and data.stat().st_uid != 0:
        return Account(uid=data.stat().st_uid, gid=data.stat().st_gid)
    try:
        entry = pwd.getpwnam(_NAME)
    except KeyError as missing:
        raise EmbeddedError(
            f"以 root 身份运行 PostgreSQL 需要系统账号 {_NAME}；请创建它，或用普通用户运行",
            en=f"to run PostgreSQL, root needs the system account {_NAME}: create it, or run as another user",
        ) from missing
    return Account(uid=entry.pw_uid, gid=entry.pw_gid)


def open_way(target: Path, progress: Callable[[str], None]) -> None:
    """Let other accounts pass (not list) the folders above `target`; each that had to be changed is told."""
    for folder in target.absolute().parents:
        mode = folder.stat().st_mode
        if not mode & _OTHERS_PASS:
            progress(f"为 PostgreSQL 的账号开放目录通行权限：{folder}")
            folder.chmod(mode | _OTHERS_PASS)


def open_tree(tree: Path) -> None:
    """Let other accounts read and run what an installation with a narrow umask kept to root."""
    for path in (tree, *tree.rglob("*")):
        if path.is_symlink():
            continue
        mode = path.stat().st_mode
        wanted = mode | _OTHERS_READ | (_OTHERS_PASS if mode & stat.S_IXUSR else 0)
        if wanted != mode:
            path.chmod(wanted)
