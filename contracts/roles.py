"""The titles of the roles that sign, in Chinese and English. A role nobody named here shows as its own words."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

_AGENCIES: dict[str, tuple[str, str]] = {
    "police": ("公安", "police"),
    "health": ("卫健", "health"),
    "market": ("市场监管", "market regulation"),
    "cyberspace": ("网信", "cyberspace"),
    "education": ("教育", "education"),
    "fire": ("消防", "fire service"),
    "housing": ("住建", "housing"),
    "urban": ("城管", "urban management"),
    "civil": ("民政", "civil affairs"),
    "community": ("街道社区", "community"),
    "province": ("省级平台", "province"),
    "bus": ("协同平台", "bus"),
}
_TITLES: dict[str, tuple[str, str]] = {
    "school.principal": ("校长", "principal"),
    "school.duty-leader": ("带班领导", "duty leader"),
    "school.duty-desk": ("学校值守台", "school duty desk"),
    "school.safety-officer": ("校园安全员", "safety officer"),
    "school.moral-director": ("德育主任", "moral education director"),
    "school.class-teacher": ("班主任", "class teacher"),
    "school.psych-teacher": ("心理教师", "psychology teacher"),
    "school.resident-doctor": ("驻校医生", "resident doctor"),
    "school.infection-reporter": ("疫情报告人", "infection reporter"),
    "school.law-vice-principal": ("法治副校长", "law vice-principal"),
    "school.health-vice-principal": ("健康副校长", "health vice-principal"),
    "school.social-worker": ("学校社工", "school social worker"),
    "police.110-desk": ("指挥中心", "110 command desk"),
    "police.liaison-desk": ("警校联络台", "police–school liaison desk"),
    "police.station-duty": ("派出所值班", "police station duty desk"),
    "police.traffic-duty": ("交警中队值班", "traffic police duty desk"),
    "police.minor-case-desk": ("未成年人案件台", "minors' case desk"),
    "police.cyber-desk": ("网安值班", "cyber police desk"),
    "health.emergency-office": ("卫健应急办", "health emergency office"),
    "health.expert-pool": ("专家库联络人", "expert pool contact"),
    "health.cdc-duty": ("疾控值班", "CDC duty desk"),
    "health.hospital-er": ("医院急诊", "hospital emergency room"),
    "health.hospital-green-channel": ("心理绿色通道", "hospital green channel"),
    "market.duty-desk": ("市场监管值班", "market duty desk"),
    "market.food-safety-desk": ("食品安全科", "food safety desk"),
    "market.station": ("市场监管所", "market station"),
    "cyberspace.duty-desk": ("网信值班", "cyberspace duty desk"),
    "cyberspace.campaign-desk": ("网信专项台", "cyberspace campaign desk"),
    "education.duty-officer": ("教育局总值班", "education duty officer"),
    "education.safety-desk": ("安全科", "education safety desk"),
    "education.student-desk": ("德育学籍科", "student affairs desk"),
    "education.conference-office": ("联席会议办公室", "joint conference office"),
    "fire.station-duty": ("消防站值班", "fire station duty desk"),
    "fire.supervision-desk": ("消防监督科", "fire supervision desk"),
    "housing.safety-desk": ("房屋安全科", "building safety desk"),
    "urban.squad": ("城管中队", "urban management squad"),
    "urban.bureau-desk": ("城管局值班", "urban bureau desk"),
    "civil.protection-duty": ("民政未保值班", "minors' protection duty desk"),
    "community.town-office": ("街道（镇）未保站点", "town protection office"),
    "community.desk": ("社区（村）未保站点", "community protection desk"),
    "city.mental-expert": ("市级心理专家", "city mental health expert"),
    "province.platform": ("省级平台", "province platform"),
    "bus.ops-desk": ("运维值班", "operations desk"),
}

for _agency, (_zh, _en) in _AGENCIES.items():
    _TITLES.setdefault(f"{_agency}.unit-leader", ("单位负责人", "unit leader"))
    _TITLES.setdefault(f"{_agency}.leader-in-charge", ("分管负责同志", "leader in charge"))
    _TITLES.setdefault(f"city.{_agency}-duty", (f"市级{_zh}值班", f"city {_en} duty desk"))

ROLE_TITLES: Mapping[str, tuple[str, str]] = MappingProxyType(_TITLES)
"""role → (Chinese, English)."""


def role_title(role: str, language: Literal["zh", "en"] = "zh") -> str:
    """The title of a role."""
    zh, en = ROLE_TITLES.get(role) or (role, role.partition(".")[2].replace("-", " ") or role)
    return zh if language == "zh" else en
