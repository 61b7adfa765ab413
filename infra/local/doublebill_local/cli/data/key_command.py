"""The command `key`: backs up, restores or rotates the key behind the pseudonyms. The key is never printed."""

import os
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from doublebill.errors import InvalidInput
from doublebill.service.access import pseudonym_key
from doublebill_local.cli.options import StackOptions, existing_file
from doublebill_local.display.catalog_settings import show_key

type Action = Literal["backup", "restore", "rotate"]


def key(
    action: Annotated[Action, Parameter(name="ACTION", help="backup FILE, restore FILE or rotate")],
    file: Annotated[str | None, Parameter(name="FILE", help="file of the backup")] = None,
    /,
    *,
    options: StackOptions = StackOptions(),
) -> None:
    """Backs up, restores or rotates the key behind the pseudonyms."""
    home = options.open_home()
    objects, secrets = home.objects(), home.secrets()
    if (file is None) != (action == "rotate"):
        problem = "missing" if file is None else "not used by rotate"
        raise InvalidInput.one("FILE", problem, "see `doublebill key --help`")
    done = True
    if action == "backup":
        _write(Path(str(file)), pseudonym_key.backup_of(objects, secrets))
    elif action == "restore":
        done = pseudonym_key.restore(objects, secrets, existing_file("FILE", str(file)).read_bytes())
    else:
        pseudonym_key.rotate(objects, secrets)
    options.answer({"action": action, "file": file, "changed": done}, show_key)


def _write(path: Path, content: bytes) -> None:
    """Writes a new file that only its owner may read."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise InvalidInput.one("FILE", f"{str(path)!r} exists", "name a new file") from None
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
