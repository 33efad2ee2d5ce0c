from pathlib import Path


def write_whole(path: Path, text: str, *, mode: int = 0o644) -> None:
    """The file holds the whole text or is as before, whenever this process is killed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f"{path.name}.half")
    half.unlink(missing_ok=True)
    half.touch(mode=mode)
    half.write_text(text)
    half.replace(path)
