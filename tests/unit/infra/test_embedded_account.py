from pathlib import Path

from infra.embedded.postgres.account import open_tree, open_way


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_the_way_is_opened_for_passing_but_not_for_listing_and_each_change_is_told(tmp_path: Path) -> None:
    said: list[str] = []
    closed, data = tmp_path / "closed", tmp_path / "closed" / "open" / "data"
    data.mkdir(parents=True)
    closed.chmod(0o700)
    data.chmod(0o700)
    open_way(data, said.append)
    assert mode(closed) == 0o701
    assert mode(data) == 0o700
    assert [line for line in said if line.endswith(str(closed))] == [said[0]]
    said.clear()
    open_way(data, said.append)
    assert said == []


def test_programs_installed_under_a_narrow_umask_become_readable_and_runnable(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    tree.mkdir(mode=0o700)
    program, text = tree / "program", tree / "text"
    program.touch(mode=0o700)
    text.touch(mode=0o600)
    (tree / "link").symlink_to("/dev/null")
    open_tree(tree)
    assert (mode(tree), mode(program), mode(text)) == (0o705, 0o705, 0o604)
