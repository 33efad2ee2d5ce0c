"""The six declarations fit catalogue and contracts, and each posted type has a form or says why not."""

import pytest

from contracts.registry import all_types
from contracts.roles import ROLE_TITLES, role_title
from services import cyberspace, health, market, partners, police, schools
from services.chassis.agency import Agency
from services.chassis.intake.body import body_model
from services.chassis.pages.filing.filing import Filing, walk
from topics.catalogue import Catalogue

AGENCIES = [one.agency for one in (police, schools, health, market, cyberspace, partners)]
CATALOGUE = Catalogue.load()
by_name = pytest.mark.parametrize("agency", AGENCIES, ids=lambda agency: agency.name)


def test_every_service_of_the_catalogue_is_declared() -> None:
    assert {agency.name for agency in AGENCIES} == set(CATALOGUE.services())


@by_name
def test_a_service_hosts_its_own_roles_only(agency: Agency) -> None:
    assert {role: CATALOGUE.host_of(role) for role in agency.desks} == {role: agency.name for role in agency.desks}
    assert all(role in ROLE_TITLES for role in agency.desks)


@by_name
def test_a_service_states_what_it_owns_and_its_roles_may(agency: Agency) -> None:
    for inlet in agency.inlets():
        assert CATALOGUE.topic_for(inlet.stated.name, agency.name)
        assert set(inlet.stated.publishers) & set(agency.desks)


def test_every_publisher_of_a_type_finds_its_inlet() -> None:
    """INVARIANT: who may state a type can do so — broken by a publisher whose service declares no address for it."""
    stated = {(inlet.stated.name, agency.name) for agency in AGENCIES for inlet in agency.inlets()}
    for kind in all_types():
        for role in kind.publishers:
            assert (kind.name, CATALOGUE.host_of(role)) in stated, f"{role} cannot state {kind.name}"


@by_name
def test_addresses_and_forms_are_named_once(agency: Agency) -> None:
    paths = [inlet.path for inlet in agency.inlets()]
    forms = [inlet.form for inlet in agency.inlets() if inlet.form]
    assert len(paths) == len(set(paths))
    assert len(forms) == len(set(forms))


@by_name
def test_every_form_can_be_made_in_both_languages(agency: Agency) -> None:
    for inlet in agency.inlets():
        if inlet.form and inlet.stated.mark != "C":
            key = "K-1" if "{key}" in inlet.path else None
            zh, en = Filing(inlet, key=key).fields("zh"), Filing(inlet, key=key).fields("en")
            assert [one.name for one in zh] == [one.name for one in en]
            assert all(one.label and not any("一" <= letter <= "鿿" for letter in one.label) for one in walk(en)), inlet.form
            assert set(inlet.first) <= {one.name for one in zh}
            assert set(inlet.defaults) <= {one.name for one in zh}
        assert body_model(inlet).model_json_schema()["additionalProperties"] is False


def test_openers_are_roles_of_the_service() -> None:
    for agency in AGENCIES:
        for prefix, roles in agency.openers.items():
            assert all(role.startswith(prefix + ".") and role in agency.desks for role in roles)


def openers_at_school(event_name: str) -> set[str]:
    return {role for role in schools.agency.desks if role.startswith("school.") and schools.agency.may_open(role, event_name)}


def test_sealed_rows_are_for_the_named_roles_of_a_school() -> None:
    named = {"school.principal", "school.moral-director", "school.psych-teacher", "school.resident-doctor"}
    assert openers_at_school("police.alarm.raised") == openers_at_school("police.alarm.imagined") == named
    assert police.agency.may_open("police.station-duty", "police.alarm.raised")
    assert not police.agency.opens_elsewhere("police.station-duty", "police.alarm.raised")


@pytest.mark.parametrize(
    ("event_name", "roles"),
    [
        ("school.psych-risk.assessed", {"psych-teacher", "resident-doctor", "principal"}),
        ("school.psych-risk.assessed.level-changed", {"psych-teacher", "resident-doctor", "principal"}),
        ("school.psych-followup.recorded", {"psych-teacher", "resident-doctor", "principal"}),
        ("health.psych-referral.answered", {"psych-teacher", "resident-doctor", "principal"}),
        ("school.pupil-transfer.started", {"psych-teacher", "principal"}),
    ],
)
def test_a_psychological_case_opens_to_fewer_roles(event_name: str, roles: set[str]) -> None:
    assert openers_at_school(event_name) == {f"school.{role}" for role in roles}
    assert {role for role in schools.agency.desks if schools.agency.opens_elsewhere(role, event_name)} == {
        f"school.{role}" for role in roles
    }
    assert health.agency.may_open("health.hospital-green-channel", event_name)


def test_a_role_nobody_named_shows_its_own_words() -> None:
    assert role_title("lottery.day-desk", "en") == "day desk"
    assert role_title("lottery.day-desk") == "lottery.day-desk"
