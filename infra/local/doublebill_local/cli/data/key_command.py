"""The command `key`: backs up, restores, rotates or protects the keys behind the pseudonyms. No key is ever printed."""

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from doublebill.edge.clock import now_ms
from doublebill.errors import InvalidInput
from doublebill.service.access import pseudonym_key
from doublebill.stores.secrets import KeyFile, Secrets
from doublebill_local.cli.options import StackOptions, existing_file
from doublebill_local.display.catalog_settings import show_key
from doublebill_local.private_files import write_private

type Action = Literal["backup", "restore", "rotate", "protect"]


def key(
    action: Annotated[Action, Parameter(name="ACTION", help="backup FILE, restore FILE, rotate or protect")],
    file: Annotated[str | None, Parameter(name="FILE", help="file of the backup")] = None,
    /,
    *,
    options: StackOptions = StackOptions(),
) -> None:
    """Backs up, restores, rotates or protects the keys behind the pseudonyms."""
    home = options.open_home()
    objects, secrets = home.objects(), home.secrets()
    if (file is None) != (action in ("rotate", "protect")):
        problem = "missing" if file is None else f"not used by {action}"
        raise InvalidInput.one("FILE", problem, "see `doublebill key --help`")
    done = True
    if action == "backup":
        write_private("FILE", Path(str(file)), pseudonym_key.backup_of(objects, secrets))
    elif action == "restore":
        done = pseudonym_key.restore(objects, secrets, existing_file("FILE", str(file), read_once=True).read_bytes())
    elif action == "protect":
        _protect(secrets)
    else:
        pseudonym_key.rotate(objects, secrets, now_ms())
    keys = [key.key_id for key in secrets.keys().keys]
    options.answer({"action": action, "file": file, "changed": done, "keys": keys}, show_key)


def _protect(secrets: Secrets) -> None:
    """Seals the file of the keys with the passphrase of the environment."""
    if not isinstance(secrets, KeyFile):
        raise InvalidInput.one("ACTION", "the keys of a stack are in Secrets Manager, encrypted", "leave out --stack")
    secrets.protect()
