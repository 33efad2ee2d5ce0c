"""Check what is owed in silence: periodic duties and cross-checks whose types nothing carries, or whose desks nobody finds."""

from collections.abc import Iterable, Iterator

from services.routing.core.directory import ROLES
from services.routing.core.mandates import CrossCheck, Mandate, PeriodicDuty, Statement
from services.routing.packs.finding import Finding
from services.routing.packs.net import Net
from topics.catalogue import Catalogue, UnknownRole

Silent = Mandate | PeriodicDuty


def of_duty(duty: PeriodicDuty, said: frozenset[str], catalogue: Catalogue, net: Net) -> Iterator[Finding]:
    """Findings about one periodic duty; whom it does not reach is a warning, for nobody is in danger by it."""
    statements = [one for part in duty.parts for one in (part.met_by, part.opened_by) if isinstance(one, Statement)]
    yield from _carried(duty, (name for one in statements for name in one.types), said)
    named = (role for part in duty.parts for role in (part.desk, *(row.to for row in part.told)))
    yield from _reached(duty, [role for role in dict.fromkeys(named) if role in ROLES], catalogue, net)


def of_check(check: CrossCheck, said: frozenset[str], catalogue: Catalogue, net: Net) -> Iterator[Finding]:
    """Findings about what a cross-check rests on and who owes; who is told stands in its mandate."""
    yield from _carried(check.mandate, (*check.evidence.types, *check.answer.types), said)
    yield from _reached(check.mandate, [check.owes], catalogue, net)


def _carried(rule: Silent, types: Iterable[str], said: frozenset[str]) -> Iterator[Finding]:
    for name in dict.fromkeys(types):
        if name not in said:
            yield Finding.about(rule, "error", "no-topic", f"没有主题承载事件 {name}", f"no topic carries {name}")


def _reached(rule: Silent, roles: Iterable[str], catalogue: Catalogue, net: Net) -> Iterator[Finding]:
    for role in roles:
        try:
            catalogue.host_of(role)
        except UnknownRole:
            yield Finding.about(rule, "error", "no-host", f"没有服务承载 {role}", f"no service hosts {role}")
        for gap in net.gaps(role, rule.in_pack):
            zh = f"{ROLES[role].title}（{role}）找不到或无人：{'、'.join(gap.names[:5])}"
            yield Finding.about(rule, "warning", gap.code, zh, f"no {role} for {len(gap.names)} of {gap.places} places")
