"""The roles that can sign: title, hours, and how the place of an event finds their desk."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from services.routing.core.calendar import Hours
from services.routing.core.directory.kinds import CITY_AGENCIES, KINDS, bureau_kind

Scope = Literal["school", "paired", "serving", "county", "designated", "city", "bus", "province"]


@dataclass(frozen=True, slots=True)
class Role:
    """``scope`` says how its desk is found; ``unit_kind`` which unit hosts it; ``pair`` its field in a school's circle.

    ``instead``: the role that stands in where its unit has no such desk."""

    name: str
    title: str
    hours: Hours
    scope: Scope
    unit_kind: str
    pair: str = ""
    instead: str = ""


def _school(name: str, title: str, hours: Hours = "school", *, instead: str = "") -> Role:
    return Role(f"school.{name}", title, hours, "school", "sch", instead=instead)


_FIXED: tuple[Role, ...] = (
    _school("principal", "校长（责任人）", "24x7"),
    _school("duty-leader", "带班领导", "24x7"),
    _school("duty-desk", "学校值守台"),
    _school("safety-officer", "校园安全员"),
    _school("moral-director", "德育校长/主任"),
    _school("class-teacher", "班主任", instead="school.social-worker"),
    _school("psych-teacher", "心理教师"),
    _school("resident-doctor", "驻校医生/校医"),
    _school("infection-reporter", "疫情报告人"),
    _school("law-vice-principal", "法治副校长"),
    _school("health-vice-principal", "健康副校长"),
    _school("social-worker", "学校社工"),
    Role("police.110-desk", "指挥中心（110）", "24x7", "county", "pb"),
    Role("police.liaison-desk", "警校联络台", "office", "county", "pb"),
    Role("police.minor-case-desk", "未成年人案件台", "24x7", "county", "pb"),
    Role("police.cyber-desk", "网安值班", "24x7", "county", "pb"),
    Role("police.station-duty", "派出所值班", "24x7", "paired", "ps", "station"),
    Role("police.traffic-duty", "交警中队值班", "24x7", "paired", "tp", "traffic"),
    Role("health.emergency-office", "卫健应急办", "24x7", "county", "hb"),
    Role("health.expert-pool", "专家库联络人", "24x7", "county", "hb"),
    Role("health.cdc-duty", "疾控值班", "24x7", "county", "cdc"),
    Role("health.hospital-er", "医院急诊", "24x7", "paired", "hos-er", "er"),
    Role("health.hospital-green-channel", "心理绿色通道", "24x7", "designated", "hos-psy"),
    Role("market.duty-desk", "市场监管值班（12315）", "24x7", "county", "mkt"),
    Role("market.food-safety-desk", "食品安全科", "office", "county", "mkt"),
    Role("market.station", "市场监管所", "office", "paired", "mkt-station", "market"),
    Role("cyberspace.duty-desk", "网信值班", "24x7", "county", "cac"),
    Role("cyberspace.campaign-desk", "网信专项台", "office", "county", "cac"),
    Role("education.duty-officer", "教育局总值班", "24x7", "county", "edu"),
    Role("education.safety-desk", "安全科", "office", "county", "edu"),
    Role("education.student-desk", "德育学籍科", "office", "county", "edu"),
    Role("education.conference-office", "联席会议办公室", "office", "county", "edu"),
    Role("fire.station-duty", "消防站值班", "24x7", "paired", "fire-station", "fire"),
    Role("fire.supervision-desk", "消防监督科", "office", "county", "fire"),
    Role("housing.safety-desk", "房屋安全科", "office", "county", "hou"),
    Role("urban.squad", "城管中队", "office", "paired", "urb-squad", "urban"),
    Role("urban.bureau-desk", "城管局值班", "office", "county", "urb"),
    Role("civil.protection-duty", "民政未保值班", "24x7", "county", "civ"),
    Role("community.town-office", "街道（镇）未保站点", "office", "serving", "town"),
    Role("community.desk", "社区（村）未保站点", "office", "paired", "com", "community"),
    Role("city.mental-expert", "市级心理专家", "24x7", "city", "city-health"),
    Role("province.platform", "省级平台", "24x7", "province", "prov"),
    Role("bus.ops-desk", "运维值班", "24x7", "bus", "bus"),
)
_CITY_TITLES: Mapping[str, str] = {
    "police": "市公安局值班",
    "health": "市卫健委值班",
    "market": "市市场监管局值班",
    "cyberspace": "市网信办值班",
    "education": "市教育局值班",
    "fire": "市消防支队值班",
    "housing": "市住建局值班",
    "urban": "市城管局值班",
    "civil": "市民政局值班",
}


def _leaders() -> list[Role]:
    """Every agency's unit-leader (found by role at its county bureau), and the leader-in-charge of each bureau."""
    first_kind = {kind.agency: name for name, kind in reversed(list(KINDS.items())) if kind.agency not in ("school", "area")}
    roles = []
    for agency, some_kind in first_kind.items():
        bureau = bureau_kind(agency) if agency != "community" else None
        roles.append(Role(f"{agency}.unit-leader", "单位负责人", "24x7", "county", bureau or some_kind))
        if bureau is not None:
            roles.append(Role(f"{agency}.leader-in-charge", "分管负责同志", "24x7", "county", bureau))
    return roles


ROLES: Mapping[str, Role] = {
    role.name: role
    for role in (
        *_FIXED,
        *(Role(f"city.{agency}-duty", _CITY_TITLES[agency], "24x7", "city", f"city-{agency}") for agency in CITY_AGENCIES),
        *_leaders(),
    )
}
AGENCIES: tuple[str, ...] = tuple(sorted(name.partition(".")[0] for name in ROLES if name.endswith(".leader-in-charge")))
"""The agencies whose county bureau has a leader in charge."""
CIRCLE_PAIRS: Mapping[str, str] = {role.pair: role.unit_kind for role in ROLES.values() if role.pair}
