"""The file of the histories in a state folder: whether it is there and whole, and setting a damaged one aside."""

import contextlib
import sqlite3
from pathlib import Path

from doublebill.errors import StoreUnavailable
from doublebill.service.access.pseudonym_key import holds_pseudonyms
from doublebill.stores.objects import Objects
from doublebill.stores.sqlite import REPAIR, is_damage

SIDE_FILES = ("-wal", "-shm")
"""What SQLite keeps beside a file."""


class HistoriesDamaged(StoreUnavailable):
    """The file is no database, or not a whole one."""


def check_histories_file(file: Path, objects: Objects) -> None:
    """Checks that the histories are not missing beside a log of events.

    Raises:
        StoreUnavailable: when they are, or the file is damaged; with the command that makes them again.
    """
    if _has_histories(file):
        return
    if holds_pseudonyms(objects):
        raise StoreUnavailable(f"{file.name} is missing although events are stored; {REPAIR}")


def set_aside_damage(file: Path) -> Path | None:
    """Moves a damaged file away, and returns its new path; None where the file is whole or missing."""
    if not file.exists() or is_whole(file):
        return None
    numbers = (number for number in range(1, 1_000_000) if not file.with_name(f"{file.name}.damaged-{number}").exists())
    aside = file.with_name(f"{file.name}.damaged-{next(numbers)}")
    for end in ("", *SIDE_FILES):
        with contextlib.suppress(FileNotFoundError):
            file.with_name(file.name + end).rename(aside.with_name(aside.name + end))
    return aside


def _has_histories(file: Path) -> bool:
    """Returns whether the file has the table of the histories; other stores share the file."""
    if not file.exists():
        return False
    found = _ask(file, "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'histories'")
    return found == [(1,)]


def is_whole(file: Path) -> bool:
    """Checks the file of the histories for damage."""
    try:
        return _ask(file, "PRAGMA quick_check(1)") == [("ok",)]
    except HistoriesDamaged:
        return False


def _ask(file: Path, query: str) -> list[tuple[object, ...]]:
    try:
        with contextlib.closing(sqlite3.connect(file, timeout=10)) as connection:
            return connection.execute(query).fetchall()
    except sqlite3.Error as failed:
        if is_damage(failed):
            raise HistoriesDamaged(f"{file.name} is damaged: {failed}; {REPAIR}") from failed
        raise StoreUnavailable(f"{file.name}: {failed}") from failed
