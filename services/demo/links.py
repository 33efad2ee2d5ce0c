"""What a person can do after the play: sign in at any desk, post an alarm, move the clock on."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from services.commands.both import both
from services.commands.system.running import System
from services.commands.terminal import Terminal
from services.commands.token import sign_in_link
from services.demo.cast import COMMAND, MANNERS, ONLOOKERS, PRIMARY, actor_at
from services.demo.script import alarm
from services.demo.tokens import signed

NUMBER_BY_HAND = "J990102-{day:%Y%m%d}-9001"


def tell_links(terminal: Terminal, system: System, documents: Sequence[Mapping[str, Any]], day: date) -> None:
    """Sign-in links, one host name per desk so that one browser holds several; each link is good once."""
    terminal.note("")
    terminal.note(
        both(
            "值守台登录链接（每个只能用一次；再要：xietong token <值守台> --ticket）：",
            "sign-in links of the desks (each is good once; more: xietong token <desk> --ticket):",
        )
    )
    for desk in (*MANNERS, *ONLOOKERS):
        actor = actor_at(desk, documents, system.catalogue)
        link = sign_in_link(actor, signed(system.secrets, actor, "ticket"), system.place.ports[actor.service])
        terminal.note(f"  {desk}（{actor.shown}）\n    {link}")
    terminal.note("")
    terminal.note(both("用接口报一起涉校警情：", "post an alarm through the API:"))
    terminal.note(curl_line(system.url("police"), day))
    terminal.note("")
    terminal.note(
        both(
            "在另一个终端：.venv/bin/xietong demo forward 6min 把业务时间往前拨；.venv/bin/xietong doctor 体检",
            "in another terminal: .venv/bin/xietong demo forward 6min moves business time on; .venv/bin/xietong doctor checks",
        )
    )


def curl_line(url: str, day: date) -> str:
    """One command that posts an alarm; its token is signed by the command inside it."""
    data = {"alarm_no": NUMBER_BY_HAND.format(day=day), **alarm("intrusion", "urgent", "on-campus", [PRIMARY], "教学楼北侧")}
    body = json.dumps({"data": data}, ensure_ascii=False)
    return "\n".join(
        (
            f"  curl -sS {url}/api/alarms \\",
            f'    -H "Authorization: Bearer $(.venv/bin/xietong token {COMMAND})" \\',
            '    -H "Content-Type: application/json" -H "Idempotency-Key: $(date +%s%N)" \\',
            f"    -d '{body}'",
        )
    )
