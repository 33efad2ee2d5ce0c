"""Police alarms, bulletins and patrol findings: one event for each mandate that no story tells."""

from typing import Any

from services.routing.core.model import World
from tests.unit.routing.core.bench import ALARM
from tests.unit.routing.core.families import Case, cases, check, led, payload, play, told
from tests.unit.routing.core.places import EDU, POLICE_110, PRINCIPAL, RAISED, SAFETY, SCHOOL, SCHOOL_B, STATION, VICE, VICE_B, A, B, E

MORAL, TRAFFIC = f"school.moral-director@{A}", "police.traffic-duty@tp-990102-01"
TOWN, SQUAD, CYBERSPACE = "community.town-office@town-990102001", "urban.squad@urb-990102-01", "cyberspace.duty-desk@cac-990102"
LIAISON, OTHER_STATION = "police.liaison-desk@pb-990102", "police.station-duty@ps-990102-02"
AWAY = ALARM | {"kind": "pupil-missing", "relation": "pupil-only", "severity": "urgent", "advice": []}
FOUND = "police.hazard.found"
HAZARD: dict[str, Any] = {
    "hazard_no": "X26-118", "domain": "facility", "kind": "门禁失效", "level": "general", "schools": [A], "place_text": "北门",
    "rectify_by": "2026-10-20",
}  # fmt: skip
BULLETIN: dict[str, Any] = {
    "bulletin_no": "2026-09-01", "period": {"first": "2026-09-01", "last": "2026-09-07"}, "scope": ["990102001001", "990102001002"],
    "topics": ["theft", "fraud"], "summary": "电动车被盗<5起",
}  # fmt: skip
PATROL = led(STATION, SCHOOL, report="09-29 17:30", close="10-21 00:00")


@cases(
    Case(
        name=RAISED,
        by=POLICE_110,
        data=AWAY,
        mandates="POL-04",
        told={MORAL: "A S 09-21 10:30 / 09-22 00:00", PRINCIPAL: "I S"},
        task=led(MORAL, POLICE_110, report="09-22 17:30", close="09-29 17:30"),
    ),
    Case(
        name=RAISED,
        by=POLICE_110,
        data=AWAY | {"severity": "life-risk"},
        mandates="POL-05",
        told={PRINCIPAL: "A S 09-21 10:30 / 09-21 11:00", EDU: "A E 09-21 10:30", STATION: "A P 09-21 10:05 / 09-21 10:05"},
        task=led(STATION, PRINCIPAL, report="09-22 10:00", close="09-29 17:30"),
    ),
    Case(
        name=RAISED,
        by=POLICE_110,
        data=AWAY | {"kind": "drowning"},
        mandates="POL-04 POL-06",
        told={
            MORAL: "A S 09-21 10:30 / 09-22 00:00",
            PRINCIPAL: "I S",
            EDU: "A E 09-21 10:30",
            TOWN: "A W 09-21 14:00 / 09-22 17:30",
            STATION: "A P 09-21 10:05 / 09-21 10:05",
        },
        task=led(STATION, TOWN, EDU, MORAL, POLICE_110, report="09-22 17:30", close="10-12 17:30"),
    ),
    Case(
        name=RAISED,
        by=POLICE_110,
        data=ALARM | {"kind": "traffic", "severity": "routine", "advice": ["watch"]},
        mandates="POL-03 POL-07",
        told={
            TRAFFIC: "A P 09-21 10:05 / 09-21 10:10",
            SCHOOL: "A S 09-21 10:30 / 09-22 00:00",
            STATION: "A P 09-21 10:30 / 09-22 00:00",
            SAFETY: "A E 09-22 17:30",
            VICE: "I V",
        },
        task=led(TRAFFIC, SCHOOL, STATION, report="09-22 17:30", close="09-29 17:30"),
    ),
    Case(
        name=RAISED,
        by=STATION,
        data=AWAY | {"kind": "fraud", "online": True},
        mandates="POL-04 POL-08 POL-09",
        told={
            MORAL: "A S 09-21 10:30 / 09-22 00:00",
            PRINCIPAL: "I S",
            SAFETY: "A E 09-22 17:30 / 09-24 17:30",
            CYBERSPACE: "A C 09-21 14:00 / 09-22 10:00",
        },
        task=led(MORAL, STATION, SAFETY, CYBERSPACE, report="09-22 17:30", close="09-29 17:30"),
    ),
    Case(
        name=RAISED,
        by=POLICE_110,
        data=ALARM | {"kind": "bullying", "severity": "urgent", "advice": ["watch"]},
        mandates="POL-03 POL-10",
        told={
            MORAL: "A S 09-21 10:30 / 09-22 00:00",
            PRINCIPAL: "A S 09-21 10:30",
            STATION: "A P 09-21 10:30 / 09-22 00:00",
            SCHOOL: "A S 09-21 10:30 / 09-22 00:00",
            SAFETY: "A E 09-22 17:30",
            VICE: "I V",
        },
        task=led(MORAL, STATION, SCHOOL, report="09-22 17:30", close="10-02 00:00"),
    ),
    Case(
        name="police.bulletin.issued",
        by=LIAISON,
        data=BULLETIN,
        mandates="POL-11",
        told={
            SCHOOL: "B S 09-22 18:00",
            SCHOOL_B: "B S 09-22 18:30",
            SAFETY: "B E 09-22 17:30",
            VICE: "I V",
            VICE_B: "I V",
        },
    ),
    Case(
        name=FOUND,
        by=STATION,
        data=HAZARD,
        mandates="POL-12",
        told={SCHOOL: "A S 09-22 18:00", SAFETY: "I E"},
        task=PATROL,
    ),
    Case(
        name=FOUND,
        by=TRAFFIC,
        data=HAZARD,
        mandates="POL-12",
        told={STATION: "A P 09-22 17:30", SCHOOL: "A S 09-22 18:00", SAFETY: "I E"},
        task=PATROL,
    ),
    Case(
        name=FOUND,
        by=TRAFFIC,
        data=HAZARD | {"domain": "traffic", "kind": "斑马线磨损", "schools": [B]},
        mandates="POL-13",
        told={SQUAD: "A U 09-22 17:30", SCHOOL_B: "A S 09-22 18:30", SAFETY: "I E"},
        task=led(TRAFFIC, SQUAD, SCHOOL_B, report="09-29 17:30", close="10-21 00:00"),
    ),
    Case(
        name=FOUND,
        by=STATION,
        data=HAZARD | {"domain": "person", "level": "grave", "person_note": "常在校门徘徊的重点人员"},
        mandates="POL-12 POL-14",
        told={SCHOOL: "A S 09-22 18:00", SAFETY: "I E", PRINCIPAL: "A S 09-21 12:00 / 09-21 14:00", EDU: "A E 09-21 12:00"},
        task=led(STATION, SCHOOL, PRINCIPAL, EDU, report="09-29 17:30", close="10-21 00:00"),
    ),
)
def test_everybody_whom_the_mandate_names_is_told_and_nobody_else(world: World, case: Case) -> None:
    check(world, case)


def test_of_a_pupil_away_from_school_the_bureau_and_the_partners_learn_no_pupil_and_the_school_neither_place_nor_number_of_hurt(
    world: World,
) -> None:
    sealed = {
        "row": "r1",
        "school_id": A,
        "alg": "A256GCM",
        "nonce": "AA",
        "ciphertext": "AA",
        "keys": {"schools": "AA"},
        "views": ["P", "S"],
    }
    drowned = AWAY | {"kind": "drowning", "casualties": 1, "pupils": [sealed], "place_text": "水库东岸"}
    bench = check(
        world,
        Case(
            name=RAISED,
            by=POLICE_110,
            data=drowned,
            mandates="POL-02 POL-04 POL-06",
            told={
                MORAL: "A S 09-21 10:30 / 09-22 00:00",
                PRINCIPAL: "I S",
                EDU: "A E 09-21 10:30",
                TOWN: "A W 09-21 14:00 / 09-22 17:30",
                STATION: "A P 09-21 10:05 / 09-21 10:05",
                "health.emergency-office@hb-990102": "A H 09-21 10:10 / 09-21 10:30",
            },
            task=led(STATION, TOWN, EDU, MORAL, POLICE_110, "health.emergency-office@hb-990102", report="09-22 17:30", close="10-12 17:30"),
        ),
    )
    for desk, sees, lacks in (
        (MORAL, {"pupils", "schools"}, {"place_text", "casualties"}),
        (EDU, {"casualties", "schools"}, {"pupils", "place_text"}),
        (TOWN, {"place_text", "kind"}, {"pupils", "casualties", "relation"}),
    ):
        assert sees <= payload(bench, desk).keys()
        assert not lacks & payload(bench, desk).keys()


def test_a_person_under_watch_is_described_to_the_police_alone(world: World) -> None:
    person = HAZARD | {"domain": "person", "person_note": "常在校门徘徊的重点人员", "schools": [E]}
    bench = check(
        world,
        Case(
            name=FOUND,
            by=TRAFFIC,
            data=person,
            mandates="POL-12",
            told={OTHER_STATION: "A P 09-22 17:30", f"school.duty-desk@{E}": "A S 09-22 17:30", SAFETY: "I E"},
            task=led(OTHER_STATION, f"school.duty-desk@{E}", report="09-29 17:30", close="10-21 00:00"),
        ),
    )
    assert [desk for desk in (OTHER_STATION, f"school.duty-desk@{E}", SAFETY) if "person_note" in payload(bench, desk)] == [OTHER_STATION]


def test_a_bulletin_for_a_district_reaches_every_school_in_it_once(world: World) -> None:
    bench, _ = play(
        world, Case(name="police.bulletin.issued", by=LIAISON, data=BULLETIN | {"scope": ["990102"]}, mandates="POL-11", told={})
    )
    schools = {desk for desk in told(bench) if desk.startswith("school.duty-desk@")}
    assert schools == {f"school.duty-desk@{school}" for school in (A, B, "3499000103", "1199000104", E)}
    assert [desk for desk in told(bench) if desk.startswith("education.")] == [SAFETY]
