"""Canaries: user ids planted everywhere, through everything the product does, are found nowhere afterwards.

On moto every field of every route is tried alone, on a trained catalog. In the embedded run files of every shape are
imported, with columns shifted and damaged, processes are killed in the midst of imports, trainings and requests, and
every command that keeps something runs. Then every stored byte and every line of a log is looked through.
"""

import contextlib
import gzip
import http.client
import itertools
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import pyarrow as pa
import pytest
from pyarrow import parquet

from canaries import Searched, canary, search, stored_files
from canary_requests import USERS, answers_of, everything, wrong_events
from doublebill_local.host.environments import Context
from forked_commands import commands_in
from http_events import ask, http_event
from moto_stacks import on_moto
from processes import PATIENCE_SECONDS, until
from stacks import post_events

PEOPLE = [canary(number) for number in range(40)]
ROWS = [
    (user, f"item-{(number * 5 + step) % 12:02d}", 1 + step % 5)
    for number, user in enumerate(PEOPLE)
    for step in range(8)
]
PROGRAM = (sys.executable, "-m", "doublebill_local")
HEADER = "user_id,item_id,rating,timestamp"


def show(name: str, found: Searched) -> None:
    """Prints the line that says how much was searched."""
    print(
        json.dumps(
            {
                "bench": "canary",
                "name": name,
                "bytes": found.size_bytes,
                "places": found.places,
                "hits": len(found.hits),
            }
        ),
        file=sys.stderr,  # which comes through from workers of a test run
    )


def test_no_field_of_any_route_stores_or_logs_a_user_id(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with on_moto(tmp_path) as stack:
        items = [{"item_id": f"item-{item:02d}", "title": f"Title {item}"} for item in range(12)]
        put = http_event("PUT /v1/catalogs/{catalog}/items", {"items": items}, {"catalog": "world"})
        assert ask(stack.load("ItemsFunction").handler, put).status == 200
        rated = [{"user_id": user, "item_id": item, "kind": "rate", "value": value} for user, item, value in ROWS]
        assert post_events(stack, "world", [*rated, *wrong_events()]).status == 202
        assert stack.train("world")["state"] == "succeeded"
        answers = answers_of(stack, fully=True)
        for key in [key for key in stack.objects() if key.startswith("batches/") and key.endswith("/batch.json")]:
            job = {"catalog": "world", "batch": key.split("/")[2]}
            stack.load("BatchesFunction").handler(job, Context("BatchesFunction"))
        stack.load("TrendingFunction").handler({"schedule": True}, Context("TrendingFunction"))
        places = list(everything(stack))
    logs = "".join(capfd.readouterr())
    found = search([*places, ("logs", logs.encode())], [*USERS, *PEOPLE])
    with capfd.disabled():
        show("every field of every route, on moto", found)
    assert found.hits == ()
    assert (len(answers) > 300, found.places > 60, found.size_bytes > 200_000) == (True,) * 3


def csv(rows: Iterator[tuple[object, ...]], header: str = HEADER) -> bytes:
    return "\n".join([header, *(",".join(map(str, row)) for row in rows), ""]).encode()


def files() -> dict[str, bytes]:
    """Files of users, by name: whole, packed, and with cells where they do not belong."""
    good = [(*row, 1_700_000_000 + number) for number, row in enumerate(ROWS)]
    shifted = [("7", user, item, value) for user, item, value in ROWS]
    some = [*good, *((item, user, user, user) for user, item, _ in ROWS[:12]), *((user,) for user in PEOPLE[:3])]
    lines = "\n".join(
        json.dumps({"user_id": user, "item_id": item, "rating": value, "timestamp": user}) for user, item, value in ROWS
    )
    table = pa.table(
        {"user_id": [row[0] for row in good], "item_id": [row[1] for row in good], "rating": [row[2] for row in good]}
    )
    sink = pa.BufferOutputStream()
    parquet.write_table(table, sink, compression="zstd")
    return {
        "whole.csv": csv(iter(good)),
        "packed.csv.gz": gzip.compress(csv(iter(good[:200]))),
        "some.csv": csv(iter(some)),
        "shifted.csv": csv(iter(shifted)),
        "headless.csv": csv(iter(good[1:]), ",".join(map(str, good[0]))),
        "extra.csv": csv(((*row, row[0]) for row in good), HEADER),
        "quoted.csv": csv(iter(good)) + f'"{PEOPLE[1]},item-01,3,'.encode(),
        "latin.csv": csv(iter(good)) + PEOPLE[1].encode() + b"\xff,item-01,3,5\n",
        "lines.jsonl": lines.encode(),
        "table.parquet": sink.getvalue().to_pybytes(),
        f"{PEOPLE[2]}.csv": csv(iter(good[:100])),
        "broken.parquet": b"PAR1" + PEOPLE[1].encode(),
        "broken.csv.gz": gzip.compress(csv(iter(good)))[:-20],
    }


class Embedded:
    """The embedded run in a folder: commands, and a service; what they print is kept in files beside the home."""

    def __init__(self, folder: Path, forks: Path) -> None:
        self.home = folder / "home"
        self.forked = forks / "doublebill"
        self.logs = folder / "logs"
        self.logs.mkdir()
        self._numbers = itertools.count()

    def start(self, program: Sequence[str], *words: object) -> "subprocess.Popen[bytes]":
        """A command that works."""
        name = f"{next(self._numbers):03d}-{words[0]}"
        command = [*program, *map(str, words), "--home", str(self.home)]
        with (self.logs / f"{name}.out").open("wb") as out, (self.logs / f"{name}.err").open("wb") as err:
            return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, start_new_session=True)

    def run(self, *words: object) -> int:
        """The exit code of a command."""
        return self.start([str(self.forked)], *words).wait(PATIENCE_SECONDS)

    def killed(self, after_seconds: float, *words: object) -> None:
        """Kills a command after some time, as the system does."""
        process = self.start(PROGRAM, *words)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(after_seconds)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    @contextlib.contextmanager
    def up(self) -> Iterator[str]:
        """The address of a service, which is killed at the end."""
        before = set(self.logs.iterdir())
        process = self.start(PROGRAM, "up", "--port", "0")
        (log,) = [file for file in set(self.logs.iterdir()) - before if file.suffix == ".err"]
        try:
            yield urlsplit(until(lambda: _url(log), "the URL of the service")).netloc
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _url(log: Path) -> str | None:
    return next((word.rstrip(",") for word in log.read_text().split() if word.startswith("http://")), None)


def called(address: str, method: str, path: str, body: object = None) -> int:
    """The status of a request."""
    connection = http.client.HTTPConnection(address, timeout=PATIENCE_SECONDS)
    try:
        headers = {"content-type": "application/json"}
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        return connection.getresponse().status
    finally:
        connection.close()


def used(embedded: Embedded) -> None:
    """Sends requests by users, right ones and wrong ones, then kills the service in the midst of more."""
    with embedded.up() as address:
        catalog = "/v1/catalogs/whole"
        events = [{"user_id": user, "item_id": item, "kind": "view"} for user, item, _ in ROWS]
        assert called(address, "POST", f"{catalog}/events", {"events": [*events, *wrong_events()]}) == 202
        assert called(address, "POST", f"{catalog}/recommendations", {"user_id": PEOPLE[0], "explain": True}) == 200
        assert called(address, "POST", f"{catalog}/users/{PEOPLE[3]}/merge", {"from": PEOPLE[4]}) == 200
        assert called(address, "POST", f"{catalog}/batches", {"user_ids": PEOPLE}) == 202
        for path in (PEOPLE[0], f"{catalog}/users/{PEOPLE[0]}/nothing", f"{catalog}?{PEOPLE[0]}={PEOPLE[1]}"):
            called(address, "GET", f"/{path}".replace("//", "/"))
        for part in ("recommendations", "rows", "history"):
            assert called(address, "GET", f"{catalog}/users/{PEOPLE[0]}/{part}") == 200
        called(address, "POST", f"{catalog}/events", [PEOPLE[0]])
        called(address, PEOPLE[0].partition("@")[0], f"{catalog}/events")
        for _ in range(30):
            called(address, "POST", f"{catalog}/events", {"events": events[:3]})


def imported(embedded: Embedded, folder: Path) -> dict[str, int]:
    """The exit code of an import of every file, each into a catalog of its own; then kills imports on their way."""
    folder.mkdir()
    codes: dict[str, int] = {}
    for number, (name, data) in enumerate(files().items()):
        (folder / name).write_bytes(data)
        catalog = "whole" if name == "whole.csv" else f"catalog-{number}"
        codes[name] = embedded.run("import", catalog, folder / name)
    for after_seconds in (0.6, 1.0, 1.4):
        embedded.killed(after_seconds, "import", "killed", folder / "whole.csv")
    return codes


def test_nothing_of_the_embedded_run_keeps_or_prints_a_user_id(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    stored, user = tmp_path / "stored", PEOPLE[0]
    stored.mkdir()
    with commands_in(tmp_path / "forks") as forks:
        embedded = Embedded(stored, forks)
        codes = imported(embedded, tmp_path / "files")
        assert (embedded.run("train", "whole"), embedded.run("compact", "whole")) == (0, 0)
        used(embedded)
        embedded.killed(1.5, "train", "whole")
        for words in (
            *(("compact", "whole"), ("train", "whole"), ("evaluate", "whole"), ("runs", "whole"), ("doctor",)),
            *(("imports", "whole"), ("prune",), ("repair",), ("backup", stored / "backup"), ("history", "whole", user)),
            *(("recommend", "whole", "--user", user, "--explain"), ("export", "whole", stored / "exported")),
            ("export-user", "whole", user),
        ):
            embedded.run(*words)
        found = search(stored_files(stored), PEOPLE)
    with capfd.disabled():
        show("every file and log of the embedded run", found)
        print("\n".join(found.hits), file=sys.stderr)
    assert found.hits == ()
    assert codes["whole.csv"] == codes["some.csv"] == 0
    assert (found.places > 200, found.size_bytes > 1_000_000) == (True, True)
