from pathlib import Path

import pytest

from infra.postgres.errors import MissingQuery
from infra.postgres.queries import load


def file(tmp_path: Path, text: str) -> Path:
    made = tmp_path / "queries.sql"
    made.write_text(text)
    return made


GOOD = """-- fetch_job --
-- Take the next job.
select *
from jobs; -- a comment

-- count_jobs --
-- How many there are.
-- Over two lines.
select count(*) from jobs;
"""


def test_statements_are_found_by_name(tmp_path: Path) -> None:
    queries = load(file(tmp_path, GOOD))
    assert list(queries) == ["fetch_job", "count_jobs"]
    assert queries["fetch_job"] == "select *\nfrom jobs; -- a comment"
    assert queries.count_jobs == "select count(*) from jobs;"
    assert len(queries) == 2


def test_a_name_that_is_not_there_names_file_and_query(tmp_path: Path) -> None:
    queries = load(file(tmp_path, GOOD))
    with pytest.raises(MissingQuery) as caught:
        queries["fetch_jobs"]
    assert "fetch_jobs" in caught.value.zh
    assert "queries.sql" in caught.value.en
    with pytest.raises(MissingQuery):
        queries.other  # noqa: B018


@pytest.mark.parametrize(
    "text",
    [
        "", "select 1;", "select 1;\n-- a --\n-- Sentence.\nselect 1;", "-- a --\nselect 1;", "-- a --\n-- Sentence.\n",
        "-- a --\n-- One.\nselect 1;\n-- a --\n-- Two.\nselect 2;",
    ],
    ids=["empty", "no name", "text before", "no sentence", "no statement", "twice"],
)  # fmt: skip
def test_a_broken_file_is_an_error_at_start(tmp_path: Path, text: str) -> None:
    with pytest.raises(MissingQuery):
        load(file(tmp_path, text))
