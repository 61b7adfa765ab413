"""The command `key`: backs up, restores or rotates the keys behind the pseudonyms. No key is ever printed."""

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from doublebill.edge.clock import now_ms
from doublebill.errors import InvalidInput
from doublebill.service.access import pseudonym_key
from doublebill_local.cli.options import StackOptions, existing_file
from doublebill_local.display.catalog_settings import show_key
from doublebill_local.private_files import write_private

type Action = Literal["backup", "restore", "rotate"]


def key(
    action: Annotated[Action, Parameter(name="ACTION", help="backup FILE, restore FILE or rotate")],
    file: Annotated[str | None, Parameter(name="FILE", help="file of the backup")] = None,
    /,
    *,
    options: StackOptions = StackOptions(),
) -> None:
    """Backs up, restores or rotates the keys behind the pseudonyms."""
    home = options.open_home()
    objects, secrets = home.objects(), home.secrets()
    if (file is None) != (action == "rotate"):
        problem = "missing" if file is None else "not used by rotate"
        raise InvalidInput.one("FILE", problem, "see `doublebill key --help`")
    done = True
    if action == "backup":
        write_private("FILE", Path(str(file)), pseudonym_key.backup_of(objects, secrets))
    elif action == "restore":
        done = pseudonym_key.restore(objects, secrets, existing_file("FILE", str(file)).read_bytes())
    else:
        pseudonym_key.rotate(objects, secrets, now_ms())
    keys = [key.key_id for key in secrets.keys().keys]
    options.answer({"action": action, "file": file, "changed": done, "keys": keys}, show_key)
