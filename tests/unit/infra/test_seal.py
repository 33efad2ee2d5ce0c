"""Sealed rows: opened by whom they were sealed for, by nobody else, and not when anything in clear was exchanged."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.sealed import SealedRow
from infra.seal import SealBroken, new_private_key, open_row, public_key_of, seal

PRIVATE = {service: new_private_key() for service in ("police", "schools", "health")}
PUBLIC = {service: public_key_of(key) for service, key in PRIVATE.items()}
ROW = {"name": "测试甲", "age_band": "6-13"}


def sealed(**changes: object) -> SealedRow:
    row = seal(ROW, views=("S", "P"), recipients={"police": PUBLIC["police"], "schools": PUBLIC["schools"]}, row_id="r-1", school_id="2199000101")
    return SealedRow.model_validate({**row.model_dump(), **changes})


@given(st.dictionaries(st.text(max_size=10), st.text(max_size=50), max_size=5))
def test_a_row_comes_back_for_each_recipient(content: dict[str, str]) -> None:
    row = seal(content, views=("S",), recipients=PUBLIC, row_id="r-1")
    for service, key in PRIVATE.items():
        assert open_row(row, service=service, private_key=key) == content


def test_nothing_of_it_stands_in_clear() -> None:
    text = sealed().model_dump_json()
    assert "测试甲" not in text
    assert "6-13" not in text


def test_a_service_it_was_not_sealed_for_cannot_open_it() -> None:
    row = sealed()
    with pytest.raises(SealBroken):
        open_row(row, service="health", private_key=PRIVATE["health"])
    stolen = sealed(keys={"health": row.keys["police"]})
    with pytest.raises(SealBroken):
        open_row(stolen, service="health", private_key=PRIVATE["health"])
    with pytest.raises(SealBroken):
        open_row(row, service="schools", private_key=PRIVATE["police"])


@pytest.mark.parametrize(
    "changes",
    [
        {"row": "r-2"}, {"school_id": "3199000102"}, {"school_id": None}, {"nonce": "AAAAAAAAAAAAAAAA"}, {"ciphertext": "AAAA"}, {"ciphertext": "A"},
        {"keys": {"schools": "AAAA"}}, {"keys": {"schools": "A"}}, {"keys": {}},
    ],
)  # fmt: skip
def test_an_altered_row_does_not_open(changes: dict[str, object]) -> None:
    with pytest.raises(SealBroken):
        open_row(sealed(**changes), service="schools", private_key=PRIVATE["schools"])


@pytest.mark.parametrize("changes", [{"row_no": 2}, {"home_community": None}, {"home_community": "990102102201"}, {"row_no": None}])
def test_the_row_of_a_list_is_bound_to_its_number_and_community(changes: dict[str, object]) -> None:
    row = seal(ROW, views=("W",), recipients=PUBLIC, row_id="r-1", row_no=1, home_community="990102001001")
    assert open_row(row, service="police", private_key=PRIVATE["police"]) == ROW
    with pytest.raises(SealBroken):
        open_row(SealedRow.model_validate({**row.model_dump(), **changes}), service="police", private_key=PRIVATE["police"])


def test_two_seals_of_one_row_differ() -> None:
    assert sealed().ciphertext != sealed().ciphertext


@pytest.mark.parametrize("key", ["", "AAAA", "***"])
def test_a_malformed_key_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        seal(ROW, views=("S",), recipients={"schools": key}, row_id="r-1")
