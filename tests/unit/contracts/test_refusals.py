import re
from typing import Annotated, Any, Literal, get_args

import pytest
from pydantic import BaseModel, Field, TypeAdapter, ValidationError
from pydantic_core import core_schema

from contracts.refusal_texts import TEXTS, UNKNOWN
from contracts.refusals import refusals
from contracts.registry import EventType, all_types

CHINESE = re.compile(r"[一-鿿]")
SECRET = "张三丰的秘密"


class Sample(BaseModel):
    count: int = Field(gt=3, default=4)
    name: str = Field(max_length=2, default="a")


def test_a_refusal_names_path_code_and_both_sentences() -> None:
    with pytest.raises(ValidationError) as refused:
        Sample.model_validate({"count": 1, "name": "abc"})
    first, second = refusals(refused.value, prefix="data")
    assert (first.field, first.code, first.zh, first.en) == ("data.count", "greater-than", "应大于 3", "Must be greater than 3")
    assert (second.field, second.code, second.zh) == ("data.name", "string-too-long", "至多 2 个字符")


def test_a_list_is_not_too_short_for_an_item_that_was_refused() -> None:
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(Annotated[tuple[int, ...], Field(min_length=1)]).validate_python(["x"])
    assert [(refusal.field, refusal.code) for refusal in refusals(refused.value, prefix="data")] == [("data.0", "int-parsing")]
    with pytest.raises(ValidationError) as empty:
        TypeAdapter(Annotated[tuple[int, ...], Field(min_length=1)]).validate_python([])
    assert [refusal.code for refusal in refusals(empty.value)] == ["too-short"]


def told(kind: EventType, value: object) -> str:
    """All that is said when every field of a type holds this value."""
    try:
        kind.model.model_validate(dict.fromkeys(kind.model.model_fields, value))
    except ValidationError as error:
        return "".join(refusal.zh + refusal.en + refusal.code for refusal in refusals(error))
    return ""


def test_the_refused_value_is_never_repeated() -> None:
    for kind in all_types():
        said = told(kind, SECRET) + told(kind, [SECRET])
        assert said
        assert SECRET not in said


def test_codes_are_listed_in_chinese_manner() -> None:
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(Literal["none", "on-scene", "handed-over"]).validate_python("elsewhere")
    (said,) = refusals(refused.value)
    assert said.zh == "取值应为以下之一：none、on-scene、handed-over"
    assert said.en == "Must be one of: 'none', 'on-scene' or 'handed-over'"


def test_an_error_type_without_words_still_has_a_sentence() -> None:
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(bytes).validate_python(1)
    assert [(refusal.zh, refusal.en) for refusal in refusals(refused.value)] == [UNKNOWN]


def test_every_sentence_is_said_in_both_languages() -> None:
    for zh, en in (*TEXTS.values(), UNKNOWN):
        assert CHINESE.search(zh)
        assert not CHINESE.search(en)


def test_a_chinese_sentence_has_chinese_signs() -> None:
    for zh, _ in (*TEXTS.values(), UNKNOWN):
        assert not re.search(r"[一-鿿}] ?[,;:!(]", zh), zh


def test_every_known_error_type_is_one_of_pydantic_or_ours() -> None:
    known = set(get_args(core_schema.ErrorType))
    ours = {name for name in TEXTS if "-" in name}
    assert set(TEXTS) - known == ours


def test_every_error_that_our_models_raise_has_words(alarm: dict[str, Any]) -> None:
    bad: list[Any] = [None, "", " ", "\x00", 0, -1, 1.5, True, [], [1], {}, {"x": 1}, "x" * 5000, 10**30, float("inf"), ["other"] * 300]
    seen: set[str] = set()
    for kind in all_types():
        model = kind.intake_model or kind.model
        for value in bad:
            try:
                model.model_validate({name: value for name in model.model_fields})
            except ValidationError as error:
                seen |= {one["type"] for one in error.errors()}
    assert len(seen) > 10
    assert seen <= set(TEXTS), seen - set(TEXTS)
