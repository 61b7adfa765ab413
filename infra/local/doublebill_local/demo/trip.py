"""The demo: the whole trip, from files to answers over HTTP, in a folder of its own."""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from doublebill.client import Client, ClientError
from doublebill.client.shapes import ContentRequest
from doublebill.errors import InvalidInput, StoreUnavailable
from doublebill_local.demo.film_catalog import CommandLine, fetched_films, learn, short
from doublebill_local.demo.films import ROBIN
from doublebill_local.demo.persona_visit import visit
from doublebill_local.demo.synthetic import write_music
from doublebill_local.display.console import out
from doublebill_local.display.content import show_level
from doublebill_local.host.home import Home
from doublebill_local.host.process import LOG, running
from doublebill_local.locations import COMMAND, DEFAULT_HOME

FILMS_BUDGET_SECONDS = 60
"""Seconds of search for films: enough for all of it on two cores that are free; a busy machine cuts it, and says so."""

MUSIC_BUDGET_SECONDS = 10
"""Seconds of search for music: its data are made up, and the demo should not take long."""

LISTENERS = 1200
"""Users of the made-up music."""

DATA = "data"
"""Folder of the files that are imported."""

CHAMBER: ContentRequest = {
    "seed": "two features for one ticket",
    "format": "text",
    "solution": True,
    "spec": {"width": 22, "height": 11, "player_key": [12, 30], "key_door": [12, 30], "enemies": [3, 5]},
}


def demo(home: Home | None, command_line: CommandLine) -> Mapping[str, object]:
    """Runs the demo in `home`, or in a folder inside the default one; removes an earlier demo there first.

    Returns its state folder, its catalogs and whether the films are real.

    Raises:
        InvalidInput: when the folder of `home` holds anything but an earlier demo.
    """
    if home is None:
        default = Path(DEFAULT_HOME).absolute()
        home, data = Home(default / "demo"), default / DATA
        shutil.rmtree(home.folder, ignore_errors=True)
    else:
        data = home.folder / DATA
        _remove_earlier_demo(home.folder)
    out.rule("[bold]doublebill: two features for one ticket")
    films, music = fetched_films(data), write_music(data / "music", users=LISTENERS)
    with running(home) as url:
        out.print(f"\nthe service is up at {url}, state in {short(home.folder)}")
        learn(home, command_line, "movies", films, "Films", FILMS_BUDGET_SECONDS)
        invented = "Music (invented artists, made by this project)"
        learn(home, command_line, "music", music, invented, MUSIC_BUDGET_SECONDS)
        with _client(url) as client:
            visit(client, "movies", films.persona)
            visit(client, "music", music.persona)
            _show_chamber(client)
    _show_next_steps(home)
    return {"home": str(home.folder), "catalogs": ["movies", "music"], "real_films": films.persona is ROBIN}


def _remove_earlier_demo(folder: Path) -> None:
    """Removes an earlier demo from a folder, but keeps the files it fetched."""
    inside = [path for path in folder.iterdir() if path.name != DATA] if folder.exists() else []
    if inside and not (folder / LOG).exists():
        raise InvalidInput.one("--home", f"{str(folder)!r} is not empty", "name a new or empty folder")
    for path in sorted(inside, key=lambda path: path.name == LOG):  # the log marks a demo's folder, so it goes last
        shutil.rmtree(path) if path.is_dir() else path.unlink()


@contextmanager
def _client(url: str) -> Iterator[Client]:
    """Yields a client of the service, whose errors become those of the product."""
    try:
        with Client(url) as client:
            yield client
    except ClientError as refused:
        raise StoreUnavailable(f"the service: {refused}") from refused


def _show_chamber(client: Client) -> None:
    out.rule("A chamber, and the proof that it can be finished")
    out.print("POST /v1/games/chamber", style="bold")
    out.print("P is the player, K the key to the door D, E an enemy; the dots are the way that the solver found.")
    for level in client.generate("chamber", **CHAMBER)["items"]:
        show_level(dict(level))


def _show_next_steps(home: Home) -> None:
    """Prints commands and requests that go on with the data of the demo."""
    folder = short(home.folder)
    out.rule("Go on")
    out.print(
        "The service of this demo has been stopped; nothing is left running. To go on with its data:\n\n"
        f"  {COMMAND} up --open --home {folder}       opens the playground, http://127.0.0.1:8080/\n\n"
        "  While it runs, ask it by hand:\n\n"
        "  curl http://127.0.0.1:8080/v1/catalogs\n"
        "  curl 'http://127.0.0.1:8080/v1/catalogs/movies/users/robin/recommendations?n=5&explain=true'\n"
        "  curl http://127.0.0.1:8080/v1/catalogs/music/popular\n"
        "  curl http://127.0.0.1:8080/v1/games/chamber -H 'Content-Type: application/json' "
        '-d \'{"format":"text","spec":{"width":20,"height":12}}\'\n\n'
        f"  {COMMAND} recommend movies --user robin --explain --home {folder}\n"
        f"  {COMMAND} models movies --home {folder}\n"
        f"  {COMMAND} generate maze --seed 7",
        markup=False,
        soft_wrap=True,
    )
