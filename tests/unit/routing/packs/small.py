"""Small packs of the tests' own: a national one, and lower ones that change its rules or add to them."""

import shutil
from pathlib import Path

from services.routing.packs import FOUNDING

BASIS = "basis: [{row: M01, document: jinan-reply, quote: 公安机关和教育部门及学校要及时相互通报、协同处置}, {row: L14}]"
FIRE = f"""
- id: N-01
  version: 1
  name: 学校火警
  covers: [M01]
  {BASIS}
  when: {{type: police.alarm.raised, kind: [fire, drowning], casualties: {{gte: 2}}}}
  notify:
    - {{to: school.duty-desk, kind: acknowledge, view: S, ack: 30min/next-sd, first_action: day-end, from: L16}}
    - {{to: health.emergency-office, kind: bulletin, view: H, ack: 1wd, from: [L14, ours]}}
    - {{to: education.safety-desk, kind: inform, view: E}}
  task:
    lead: police.station-duty
    assist: [school.duty-desk]
    parts: {{police: 处警, school: 疏散}}
    report: 24h
    close: 3wd
  rank: 20
  ladder: B
"""
OTHER = f"""
- id: N-02
  version: 1
  name: 其他警情
  covers: [M01]
  {BASIS}
  when: {{type: police.alarm.raised, kind: {{not_in: [fire]}}}}
  notify:
    - {{to: police.station-duty, kind: acknowledge, view: P, ack: 30min, from: ours}}
    - {{to: education.duty-officer, kind: inform, view: E}}
  rank: 5
  ladder: B
"""
RETURNED = f"""
- id: N-03
  version: 1
  name: 退单裁定
  covers: [M01]
  {BASIS}
  when: {{type: bus.notification.returned}}
  own_incident: true
  notify:
    - {{to: education.conference-office, kind: acknowledge, view: L, ack_by_ladder: {{A: 10min, P: 10min, G: 10min, B: 1h, C: 1wd}}, from: ours}}
  rank: 10
"""
CHECKED = f"""
- id: N-05
  version: 1
  name: 检查合格
  covers: [M01]
  {BASIS}
  when: {{type: market.inspection.recorded, result: [pass]}}
  notify:
    - {{to: school.duty-desk, kind: inform, view: S, digest: weekly}}
    - {{to: school.safety-officer, kind: inform, view: S}}
  rank: 1
"""


def shared(root: Path) -> Path:
    """A folder of packs with the shared documents and ladders, and no pack yet."""
    root.mkdir(parents=True, exist_ok=True)
    for name in ("documents.yaml", "ladders.yaml"):
        shutil.copy(FOUNDING / name, root / name)
    return root


def write_pack(root: Path, header: str, *rules: str, name: str = "") -> Path:
    """One pack: ``header`` as ``id@version level jurisdiction from [to]`` (a nation has ``-`` as its jurisdiction)."""
    identity, level, code, first, *end = header.split()
    pack, _, version = identity.partition("@")
    folder = root / (name or f"{pack}-{version}")
    folder.mkdir(parents=True, exist_ok=True)
    lines = [f"pack: {pack}", f"title: {pack}", f"version: {version}", f"level: {level}", f"effective_from: {first}"]
    lines += [f'jurisdiction: "{code}"'] if code != "-" else []
    lines += [f"effective_to: {end[0]}"] if end else []
    (folder / "pack.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    if rules:
        (folder / "rules.yaml").write_text("".join(rules), encoding="utf-8")
    return folder


def national(root: Path, *rules: str) -> Path:
    """The shared folder with a national pack of the given rules (else all three)."""
    write_pack(shared(root), "law@1 national - 2025-09-01", *(rules or (FIRE, OTHER, RETURNED)), name="national")
    return root
