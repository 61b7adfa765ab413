"""Private files: new files that only their owner may read, and state folders that earlier versions left open."""

import contextlib
import os
import stat
from pathlib import Path

from doublebill.errors import InvalidInput


def write_private(option: str, path: Path, content: bytes) -> None:
    """Writes a new file that only its owner may read, and waits until it is on the disk.

    Raises:
        InvalidInput: when there is such a file.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise InvalidInput.one(option, f"{str(path)!r} exists", "name a new file") from None
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


STATE = ("objects", "scratch", "pseudonym.key", "histories.sqlite", "schedules.json", "demo.log")
"""Folders and files of a state folder, which may have others that are not ours."""


def close_state(folder: Path) -> None:
    """Takes the rights of others away from what a state folder has, as far as it is ours.

    What is made today has them no more. A folder that others cannot enter needs no look inside.
    """
    for path in (found for name in STATE for found in folder.glob(f"{name}*")):
        with contextlib.suppress(OSError):  # somebody else's; the doctor names it
            mode = stat.S_IMODE(path.stat().st_mode)
            if mode & 0o077 and not path.is_symlink():
                path.chmod(mode & 0o700)
                inside = [one for one in path.rglob("*") if one.is_dir()] if path.is_dir() else []
                for one in inside:
                    one.chmod(0o700)
