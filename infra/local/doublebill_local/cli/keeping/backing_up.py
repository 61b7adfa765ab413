"""The commands `backup` and `restore`: a whole deployment in a folder, and back."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from doublebill.edge.clock import now_ms
from doublebill.errors import StoreUnavailable
from doublebill.service.access.pseudonym_key import key_of
from doublebill.service.catalog import catalogs
from doublebill.service.ingesting.rebuild import rebuild
from doublebill_local.cli.keeping import backups
from doublebill_local.cli.options import StackOptions
from doublebill_local.display.versions import show_backup, show_restored
from doublebill_local.host.home import Home


def backup(
    folder: Annotated[str, Parameter(help="new folder for the backup")],
    /,
    *,
    options: StackOptions = StackOptions(),
) -> None:
    """Copies a whole deployment into a folder: every object, and the histories of a state folder."""
    home = options.open_home()
    manifest = backups.back_up(home.objects(), _file(home, options), Path(folder), now_ms())
    options.answer({"folder": folder, **manifest}, show_backup)


def restore(
    folder: Annotated[str, Parameter(help="folder of a backup")],
    /,
    *,
    options: StackOptions = StackOptions(),
) -> None:
    """Puts a backup into an empty deployment, and makes histories again that it does not have."""
    home = options.open_home()
    manifest = backups.restore(home.objects(), _file(home, options), Path(folder))
    rebuilt: list[dict[str, object]] = []
    problem = ""
    try:
        key_of(home.objects(), home.secrets())
        if manifest["histories"] == "rebuild":
            home.make_histories()
            intake = home.intake()
            rebuilt = [asdict(rebuild(intake, name, now_ms())) for name in catalogs.names(intake.objects)]
    except StoreUnavailable as keyless:
        problem = str(keyless)
    options.answer({"folder": folder, **manifest, "rebuilt": rebuilt, "problem": problem}, show_restored)


def _file(home: Home, options: StackOptions) -> Path | None:
    """Returns the file of the histories, None where a stack has them."""
    return None if options.stack else home.histories_file()
