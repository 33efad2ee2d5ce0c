"""The embedded servers report their progress in Chinese; here are the same lines in English."""

from collections.abc import Mapping

from services.commands.both import both

_LINES: Mapping[str, str] = {
    "已结束上次遗留的服务器进程": "ended server processes that an earlier run had left",
    "启动 PostgreSQL 与 Kafka": "starting PostgreSQL and Kafka",
    "初始化 PostgreSQL 数据目录": "making the data folder of PostgreSQL",
    "为 PostgreSQL 的账号开放目录通行权限": "letting the account of PostgreSQL pass a folder",
    "为 Kafka 生成启动缓存": "making a start cache for Kafka (about 15 s, the first time only)",
    "下载 Apache Kafka": "downloading Apache Kafka (about 45 MB, the first time only)",
    "已下载": "downloaded",
}


def in_both(line: str) -> str:
    """The line with its English; a line that is not known stays as it is."""
    for zh, en in _LINES.items():
        if line.startswith(zh):
            rest = line.removeprefix(zh).strip(" ：") if zh in ("已下载", "为 PostgreSQL 的账号开放目录通行权限") else ""
            return both(line, f"{en} {rest}".rstrip())
    return line
