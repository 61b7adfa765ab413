"""The commands `backup` and `restore`: a whole deployment in a folder, and back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from doublebill.edge.clock import now_ms
from doublebill.errors import InvalidInput, StoreUnavailable
from doublebill.service.access.pseudonym_key import keys_of
from doublebill.service.catalog import catalogs
from doublebill.service.ingesting.rebuilding.rebuild import rebuild
from doublebill.service.people import erase, replay
from doublebill.stores.histories import open_histories
from doublebill_local.cli.keeping import backups
from doublebill_local.cli.keeping.backups import ERASURES
from doublebill_local.cli.options import UNSET, Flag, StackOptions
from doublebill_local.cli.own_trainings import own_trainings
from doublebill_local.cli.people.naming import erasing_stores
from doublebill_local.display.versions import show_backup, show_restored
from doublebill_local.host.home import Home

ErasuresFile = Annotated[
    str, UNSET, Parameter(metavar="FILE", help=f"list of erasures outside of all backups (default: {ERASURES} beside)")
]


def backup(
    folder: Annotated[str, Parameter(help="new folder for the backup")],
    /,
    *,
    erasures: ErasuresFile = "",
    only_erasures: Annotated[Flag, Parameter(help="bring the list of erasures up to date, and copy nothing")] = False,
    options: StackOptions = StackOptions(),
) -> None:
    """Copies a whole deployment into a folder, and adds its erasures to a list beside all backups."""
    home, list_file = options.open_home(), _erasures_file(folder, erasures)
    copied = {} if only_erasures else backups.back_up(home.objects(), _file(home, options), Path(folder), now_ms())
    noted = backups.note_erasures(home.objects(), list_file)
    answer = {"folder": folder, **copied, "erasures": str(list_file), "n_erasures": noted}
    options.answer(answer, show_backup)


def restore(
    folder: Annotated[str, Parameter(help="folder of a backup")],
    /,
    *,
    erasures: ErasuresFile = "",
    no_erasures: Annotated[Flag, Parameter(help="nobody was erased since the backup: restore without a list")] = False,
    options: StackOptions = StackOptions(),
) -> int:
    """Puts a backup into an empty deployment, without users who were erased since; exit code 1 where it failed."""
    home, list_file = options.open_home(), _erasures_file(folder, erasures)
    if not list_file.exists() and not no_erasures:
        problem = f"there is no list of erasures at {str(list_file)!r}, so that erased users may come back"
        fix = "name the list, or use --no-erasures where nobody was erased since the backup"
        raise InvalidInput.one("--erasures", problem, fix)
    erased = [] if no_erasures else replay.from_bytes(list_file.read_bytes())

    def forget(catalog: str, user: str) -> None:
        open_histories(home.histories_url()).forget(catalog, user)

    restored = backups.restore(home.objects(), _file(home, options), Path(folder), erased, forget, now_ms())
    with own_trainings(home, options.as_json) as trainings:
        rebuilt, problem = _finished(restored, home, lambda: erasing_stores(options, home, trainings.jobs))
        while not problem and trainings.done():  # champions without the users who are erased again
            pass
    done = {"rebuilt": rebuilt, "erased_again": [one["erasure_id"] for one in restored.again], "problem": problem}
    options.answer({"folder": folder, **restored.manifest, **done}, show_restored)
    return 1 if problem else 0


def _finished(
    restored: backups.Restored, home: Home, stores: Callable[[], erase.ErasingStores]
) -> tuple[Sequence[Mapping[str, object]], str]:
    """Makes histories again and erases again; returns the histories that were made, and what keeps it from its end."""
    rebuilt: list[dict[str, object]] = []
    try:
        keys_of(home.objects(), home.secrets())
        if restored.manifest["histories"] == "rebuild":
            home.make_histories()
            intake = home.intake()
            rebuilt = [asdict(rebuild(intake, name, now_ms())) for name in catalogs.names(intake.objects)]
        for one in restored.again:
            erase.proceed(stores(), one["catalog"], one["erasure_id"], now_ms())
    except StoreUnavailable as unfinished:
        return rebuilt, str(unfinished)
    backups.finish(home.objects())
    return rebuilt, ""


def _erasures_file(folder: str, erasures: str) -> Path:
    """Returns the file of the list of erasures, by default beside the folder of a backup."""
    return Path(erasures) if erasures else Path(folder).absolute().parent / ERASURES


def _file(home: Home, options: StackOptions) -> Path | None:
    """Returns the file of the histories, None where a stack has them."""
    return None if options.stack else home.histories_file()
