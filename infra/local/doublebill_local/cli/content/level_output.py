"""Chooses the place where `generate` writes files: one file with what it refers to beside it, a folder, or a zip."""

from collections.abc import Sequence
from pathlib import Path

from doublebill.errors import InvalidInput
from doublebill.games.content_kind import FileName
from doublebill.games.files import FILES, LevelFile, zipped


def check_ending(form: FileName, out: str) -> None:
    """Refuses a name that ends as files of another format do.

    Raises:
        InvalidInput: when it does.
    """
    ending, wanted = Path(out).suffix.lower().removeprefix("."), FILES[form].ending
    others = {ending: name for name, file in FILES.items() for ending in (file.ending, name)}
    if not out.endswith("/") and ending in others and ending not in (wanted, form):
        other = others[ending]
        problem = f"{out!r} ends like a file of {other}, and --format is {form}"
        raise InvalidInput.one("--out", problem, f"say --format {other}, or name a file that ends in .{wanted}")


def write_files(files: Sequence[LevelFile], out: str) -> list[Path]:
    """Writes files into a zip (`out` ends in .zip), a folder (it is one, or ends in /), or under one name.

    Returns their paths, those of levels first.

    Raises:
        InvalidInput: when several levels would have one name, or nothing can be written there.
    """
    try:
        return _written(files, Path(out), folder=out.endswith("/"))
    except OSError as wrong:
        raise InvalidInput.one("--out", f"{out!r} cannot be written: {wrong.strerror}", "name another place") from wrong


def _written(files: Sequence[LevelFile], place: Path, folder: bool) -> list[Path]:
    if place.suffix.lower() == ".zip":
        place.write_bytes(zipped(files))
        return [place]
    if folder or place.is_dir():
        place.mkdir(parents=True, exist_ok=True)
        paths = [place / file.name for file in files]
    else:
        if sum(not file.beside for file in files) > 1:
            raise InvalidInput.one(
                "--out", "several levels or floors are several files", "name a folder (levels/) or a .zip"
            )
        paths = [place, *(place.parent / file.name for file in files[1:])]
    for path, file in zip(paths, files, strict=True):
        path.write_bytes(file.content)
    return paths
