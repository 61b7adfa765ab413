"""`doublebill up`: runs the front and the schedule from one folder until a signal ends them."""

import contextlib
import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from doublebill.edge.clock import now_ms
from doublebill.errors import DoublebillError, InvalidInput, StoreUnavailable
from doublebill.service.catalog import catalogs
from doublebill.service.registry.pruning.expired import remove_expired
from doublebill.stores.histories import SqliteHistories
from doublebill.stores.records import SqliteRecords
from doublebill_local.host.front import Front
from doublebill_local.host.home import Home
from doublebill_local.host.job import SERVICE
from doublebill_local.host.schedule import FiringTimes, Schedule
from doublebill_local.host.template import read_template

APART = ("GenerateFunction", "TrendingFunction", "PruneFunction")
"""Functions that keep a core busy for long; they run in processes of their own."""


MOST_PORT = 65535

LOG = "service.log"
"""Where the lines of requests go that would fill a terminal."""

LARGEST_LOG = 10_000_000
"""Bytes of that file, past which a start begins a new one."""


def serve(
    home: Home, port: int, as_json: bool = False, schedules: bool = True, show: Callable[[str], None] | None = None
) -> int:
    """Answers HTTP requests on 127.0.0.1 until SIGINT or SIGTERM; prints its URL once it is up.

    With `schedules`, what the template says is due by the clock is fired too. `show` takes the URL of the playground.

    Raises:
        InvalidInput: when the port is out of range.
        StoreUnavailable: when the port is taken.
    """
    check_port(port)
    prepare(home)
    template = read_template()
    with listening(partial(Front, template, port, apart=APART), port) as front:
        times = FiringTimes(home.folder / "schedules.json")
        schedule = Schedule(template.schedules if schedules else {}, front.invoke, times=times)
        schedule.start()

        def announce() -> None:
            print(f"doublebill is up at {front.url}, state in {home.folder}; ctrl-c ends it", file=sys.stderr)
            if not as_json and sys.stdout.isatty():
                print(f"doublebill: requests are logged in {log_to_file(home)}", file=sys.stderr)
            print(f"doublebill: try it in a browser: {front.url}/", file=sys.stderr, flush=True)
            if as_json:
                print(json.dumps({"url": front.url, "home": str(home.folder)}), flush=True)
            if show is not None:
                show(f"{front.url}/")

        wait_for_end(announce)
        schedule.stop()
    return 0


def log_to_file(home: Home) -> Path:
    """Writes what functions log, in this process and those that it starts, to a file instead of a terminal.

    A file that has grown large makes room for a new one, and is kept until the next one is large.
    """
    path = home.folder / LOG
    if path.exists() and path.stat().st_size > LARGEST_LOG:
        path.replace(path.with_suffix(".old"))
    log = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    sys.stdout.flush()
    os.dup2(log, sys.stdout.fileno())
    os.close(log)
    return path


def wait_for_end(announce: Callable[[], None]) -> None:
    """Announces that the service is up, and waits for SIGINT or SIGTERM."""
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: ended.set())
    announce()
    ended.wait()


def check_port(port: int) -> None:
    """Refuses a number that is no port.

    Raises:
        InvalidInput: when it is out of range.
    """
    if not 0 <= port <= MOST_PORT:
        raise InvalidInput.of_value("--port", port, f"a number from 0 to {MOST_PORT}")


@contextlib.contextmanager
def listening(make: Callable[[], Front], port: int) -> Iterator[Front]:
    """Answers requests in a thread of its own while the block runs; yields the front that `make` opens.

    Raises:
        StoreUnavailable: when the port is taken.
    """
    try:
        front = make()
    except OSError as taken:
        other = port + 1 if port < MOST_PORT else port - 1
        fix = f"use another, such as: doublebill up --port {other} (or make up PORT={other}); 0 is any that is free"
        raise StoreUnavailable(f"port {port} cannot be used: {taken.strerror}; {fix}") from taken
    threading.Thread(target=front.serve_forever, daemon=True).start()
    try:
        yield front
    finally:
        front.shutdown()
        front.server_close()


@contextlib.contextmanager
def embedded(home: Home) -> Iterator[str]:
    """Serves a home on a free port while the block runs, without schedules; yields the URL."""
    prepare(home)
    with listening(partial(Front, read_template(), 0, apart=APART), 0) as front:
        yield front.url


def prepare(home: Home) -> None:
    """Makes the folder and its stores, points this process at them and removes what has expired."""
    os.umask(0o077)  # whatever is made in the folder is for its owner alone
    home.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.environ.update(home.environment())
    os.environ[SERVICE] = str(os.getpid())
    histories = home.histories()
    if isinstance(histories, SqliteHistories):
        histories.remove_expired(now_ms() // 1000)
    records = home.records()
    if isinstance(records, SqliteRecords):
        records.remove_expired(now_ms() // 1000)
    for catalog in catalogs.names(home.objects()):
        with contextlib.suppress(DoublebillError):  # the service starts all the same, and a training names the damage
            remove_expired(home.objects(), catalog, home.kept_since_ms(), now_ms())
