"""`xietong token`: sign a token or a sign-in link for a person at a desk."""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from services.commands.both import JSON_HELP, both
from services.commands.errors import WrongUse
from services.commands.serve import PROCESSES
from services.commands.terminal import terminal_of

if TYPE_CHECKING:
    from infra.http.auth import Actor, Use

HELP = both(
    "签发访问令牌，例如 xietong token police.110-desk@pb-990102；--ticket 给出浏览器登录链接",
    "Sign an access token, for example xietong token police.110-desk@pb-990102; --ticket gives a sign-in link",
)
LONGEST_HOURS = 12.0
ServiceOption = Annotated[
    str | None,
    typer.Option(
        "--service",
        metavar="PROCESS",
        help=both(
            "在哪个进程使用（默认：值守台所在的服务）；履职统计用 clock",
            "the process it is for (default: the desk's own); clock for figures",
        ),
    ),
]


def token(
    context: typer.Context,
    desks: Annotated[
        list[str], typer.Argument(metavar="DESK", help=both("值守台 role@unit，同一单位可多个", "desk role@unit; several of one unit"))
    ],
    *,
    ticket: Annotated[
        bool, typer.Option("--ticket", help=both("浏览器登录链接，只能用一次", "a sign-in link for a browser, good for one use"))
    ] = False,
    name: Annotated[
        str, typer.Option(metavar="NAME", help=both("姓名；令牌里只有 张* 这样的写法", "name; the token holds its first letter alone"))
    ] = "值班员",
    service: ServiceOption = None,
    hours: Annotated[
        float, typer.Option(metavar="HOURS", help=both("有效小时数，至多 12", "hours it is good for, 12 at most"))
    ] = LONGEST_HOURS,
    as_json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    from infra.clock import machine_now
    from infra.http.auth import issue
    from services.commands.system.home import home_of
    from services.commands.system.secrets import Secrets

    terminal, home = terminal_of(context), home_of()
    if not 0 < hours <= LONGEST_HOURS:
        raise WrongUse("有效小时数应在 0 与 12 之间", en="the hours must lie between 0 and 12")
    actor, use = _meant_for(actor_at(desks, name), service), _use(ticket)
    if not Secrets.of(home).has_signing_key:
        zh = f"注意：{home} 还没有签名密钥，现在生成；只有用这个数据目录启动的系统认它（XIETONG_HOME）"
        terminal.note(both(zh, f"note: {home} has no signing key yet, it is made now; only a system started on this data root (XIETONG_HOME) trusts it"))
    signed = issue(
        Secrets.of(home).signing_key(), actor, use=use, number=secrets.token_hex(8), now=machine_now(), ttl=timedelta(hours=hours)
    )
    link = sign_in_link(actor, signed, _port(actor.service)) if ticket else None
    if as_json:
        terminal.json({"token": signed, "desks": list(actor.desks), "service": actor.service, "link": link})
    else:
        terminal.say(link or signed)


def _meant_for(actor: "Actor", service: str | None) -> "Actor":
    """The same person with a token for another process. WrongUse for one that does not exist."""
    if service is not None and service not in PROCESSES:
        raise WrongUse(f"没有进程 {service}：{'、'.join(PROCESSES)}", en=f"no process {service}: {', '.join(PROCESSES)}")
    return replace(actor, service=service or actor.service)


def _use(ticket: bool) -> "Use":
    return "ticket" if ticket else "access"


def actor_at(desks: Sequence[str], name: str) -> "Actor":
    """A person at desks of one unit. WrongUse for what is no desk, or desks of several units."""
    from contracts.ids import unit_of
    from infra.http.auth import Actor
    from services.routing.directory import person_ref
    from topics.catalogue import Catalogue, UnknownRole

    try:
        units = {unit_of(desk) for desk in desks}
        service = Catalogue.load().host_of(desks[0])
    except (UnknownRole, ValueError) as error:
        raise WrongUse(f"不是值守台（role@unit）：{'、'.join(desks)}", en=f"not a desk (role@unit): {', '.join(desks)}") from error
    if len(units) != 1:
        raise WrongUse("一个令牌只能属于一个单位的值守台", en="one token holds desks of one unit only")
    return Actor(ref=person_ref(desks[0]), shown=masked(name), unit=units.pop(), desks=tuple(desks), service=service)


def masked(name: str) -> str:
    """张三 → 张*."""
    return name if name.endswith("*") else f"{name[:1] or '值'}*"


def host_name(desk: str) -> str:
    """A host name for a desk's browser session: ``duty-desk-2199000101.localhost``."""
    role, _, unit = desk.partition("@")
    return f"{role.partition('.')[2]}-{unit}.localhost"


def sign_in_link(actor: "Actor", ticket: str, port: int) -> str:
    return f"http://{host_name(actor.desks[0])}:{port}/login?ticket={ticket}"


def _port(service: str) -> int:
    from services.commands.system.place import find_place

    port = find_place().ports.get(service)
    if port is None:
        raise WrongUse(
            f"不知道 {service} 服务的端口：登录链接需要正在运行的系统",
            en=f"the port of {service} is not known: a link needs a running system",
        )
    return port
