import pytest

from contracts.places import named_schools, schools_of

A, B = "2199000101", "3199000102"


@pytest.mark.parametrize(
    ("picture", "schools"),
    [
        ({"schools": [A, B]}, (A, B)),
        ({"schools": [{"school_id": A, "metres": 85}, {"school_id": B, "metres": 140}]}, (A, B)),
        ({"school_id": A}, (A,)),
        ({"schools": ["unknown", A]}, (A,)),
        ({"schools": []}, ()),
        ({}, ()),
    ],
)
def test_an_event_names_its_schools_in_several_ways(picture: dict[str, object], schools: tuple[str, ...]) -> None:
    assert schools_of(picture) == schools


def test_a_school_that_nobody_can_say_is_named_too() -> None:
    assert named_schools({"schools": ["unknown"]}) == ("unknown",)
