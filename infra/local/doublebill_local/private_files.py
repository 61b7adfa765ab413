"""Private files: new files that only their owner may read."""

import os
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
