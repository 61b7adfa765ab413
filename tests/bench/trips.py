"""Counts the stays that a reader makes who follows one call through the files of the product.

python tests/bench/trips.py [--list] [--only recommendation | training | level]          one JSON line per trip

A profiler notes the first entry of every function, in order, while a function of a handler's file is at work. A run of
entries in one file is a stay; each stay in a file that was left before is a return. Every trip was made once before, so
that imports and caches take no part. Methods that syntax calls (`__len__`, `__init__`), lambdas and generators count as
part of the function around them. Work of other threads is not followed.

The trips only use handlers, the template and the state folder, so that the tool also reads another checkout: run it
by the interpreter of that checkout's environment.
"""

import argparse
import contextlib
import importlib
import inspect
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path
from types import FrameType
from typing import Any

import doublebill
import doublebill_local

ROOT = Path(doublebill.__file__).parents[2]
PRODUCT = tuple(f"{ROOT / folder}{os.sep}" for folder in ("shared", "functions", "infra"))
HANDLERS = PRODUCT[1]
CATALOG = "films"
USERS, ITEMS = 40, 24
FIRST_SECONDS = 1_700_000_000

type Entry = tuple[str, str]
"""The path of a file below the root, and the qualified name of a function in it."""
type Handle = Callable[[dict[str, Any], Any], dict[str, Any]]


class Trail:
    """The first entries of product functions, from the first one in a handler's file until that returns."""

    def __init__(self) -> None:
        self.entries: dict[Entry, None] = {}
        self._outermost: FrameType | None = None

    def note(self, frame: FrameType, event: str, _: object) -> None:
        """Notes a call or a return, as `sys.setprofile` reports it."""
        code = frame.f_code
        if event == "return" and frame is self._outermost:
            self._outermost = None
        if event != "call" or not code.co_filename.startswith(PRODUCT):
            return
        if self._outermost is None and code.co_filename.startswith(HANDLERS) and code.co_name[0] != "<":
            self._outermost = frame
        if self._outermost and code.co_flags & inspect.CO_OPTIMIZED and not code.co_name.startswith(("<", "__")):
            self.entries.setdefault((code.co_filename[len(str(ROOT)) + 1 :], code.co_qualname))

    def stays(self) -> list[tuple[str, list[str]]]:
        """Each stay as its file and the functions entered there for the first time."""
        runs = groupby(self.entries, lambda entry: entry[0])
        return [(file, [function for _, function in entries]) for file, entries in runs]


class Service:
    """The functions of one state folder, loaded once and called as Lambda calls them."""

    def __init__(self) -> None:
        self._environments, template = _module("environments"), _module("template")
        self._template = template.read_template()
        self._handlers: dict[str, Handle] = {}

    def call(self, function: str, event: dict[str, Any]) -> dict[str, Any]:
        """The answer of a function to an event."""
        if function not in self._handlers:
            self._handlers[function] = self._environments.load_handler(self._template.functions[function])
        return self._handlers[function](event, self._environments.Context(function, 300.0))

    def request(self, route: str, body: dict[str, Any], **path: str) -> dict[str, Any]:
        """The JSON answer to a request of a route ("POST /v1/games/{kind}")."""
        method, _, pattern = route.partition(" ")
        function = next(r.function for r in self._template.routes if (r.method, r.path) == (method, pattern))
        http = {"method": method, "path": pattern.format(**path), "sourceIp": "127.0.0.1", "userAgent": "trips"}
        event = {
            "version": "2.0",
            "routeKey": route,
            "rawPath": pattern.format(**path),
            "rawQueryString": "",
            "headers": {"content-type": "application/json"},
            "pathParameters": path,
            "requestContext": {"http": http, "requestId": "trips", "stage": "$default", "routeKey": "$default"},
            "body": json.dumps(body),
            "isBase64Encoded": False,
        }
        response = self.call(function, event)
        if response["statusCode"] >= 300:
            raise SystemExit(f"{route} answered {response}")
        answer: dict[str, Any] = json.loads(response["body"])
        return answer


def _module(name: str) -> Any:
    """The module of that name of the embedded run, wherever in its package it lies."""
    (file,) = Path(doublebill_local.__file__).parent.rglob(f"{name}.py")
    parts = file.relative_to(Path(doublebill_local.__file__).parents[1]).with_suffix("").parts
    return importlib.import_module(".".join(parts))


def recommendation(service: Service) -> Callable[[], object]:
    """A second page with filter, group limit and explanation, of a model that is loaded."""
    _fill(service, CATALOG)
    service.call("TrainFunction", {"catalog": CATALOG})
    body: dict[str, Any] = {
        "history": [_item_id(0), _item_id(2)],
        "n": 2,
        "filter": {"tags": {"any": ["maker:0", "maker:1", "maker:2"]}},
        "max_per": {"maker": 1},
        "explain": True,
    }

    def page() -> dict[str, Any]:
        return service.request("POST /v1/catalogs/{catalog}/recommendations", body, catalog=CATALOG)

    body["cursor"] = page()["next_cursor"]
    page()
    return page


def training(service: Service) -> Callable[[], object]:
    """The first training of a catalog, whose version becomes champion."""
    for catalog in ("earlier", CATALOG):
        _fill(service, catalog)
    service.call("TrainFunction", {"catalog": "earlier"})
    return lambda: service.call("TrainFunction", {"catalog": CATALOG})


def level(service: Service) -> Callable[[], object]:
    """One chamber."""

    def chamber(seed: int) -> dict[str, Any]:
        return service.request("POST /v1/games/{kind}", {"seed": seed}, kind="chamber")

    chamber(0)
    return lambda: chamber(1)


def _fill(service: Service, catalog: str) -> None:
    """Stores plays of a world where even users play even items, and the metadata of the items."""
    events = [
        {"user_id": f"user {user}", "item_id": _item_id(item), "kind": "play", "timestamp": FIRST_SECONDS + user + item}
        for user in range(USERS)
        for item in range(ITEMS)
        if (user + item) % 2 == 0 and (user * 7 + item * 3) % 5
    ]
    items = [{"item_id": _item_id(n), "title": f"Film {n}", "tags": [f"maker:{n % 6}"]} for n in range(ITEMS)]
    service.request("POST /v1/catalogs/{catalog}/events", {"events": events}, catalog=catalog)
    service.request("PUT /v1/catalogs/{catalog}/items", {"items": items}, catalog=catalog)


def _item_id(n: int) -> str:
    return f"film-{n:02d}"


TRIPS: dict[str, Callable[[Service], Callable[[], object]]] = {
    "recommendation": recommendation,
    "training": training,
    "level": level,
}


@contextlib.contextmanager
def fresh_service() -> Iterator[Service]:
    """A service whose state is an empty folder, and whose log lines go nowhere."""
    with tempfile.TemporaryDirectory(prefix="doublebill-trips-") as folder, Path(os.devnull).open("w") as nowhere:
        os.environ.update(_module("home").Home(Path(folder)).environment())
        with contextlib.redirect_stdout(nowhere):
            yield Service()


def followed(prepare: Callable[[Service], Callable[[], object]]) -> Trail:
    """The trail of one call, after what it needs was made."""
    with fresh_service() as service:
        call, trail = prepare(service), Trail()
        sys.setprofile(trail.note)
        try:
            call()
        finally:
            sys.setprofile(None)
    return trail


def show(name: str, listed: bool) -> None:
    """Prints the stays of a trip, if `listed`, and how many there are."""
    stays = followed(TRIPS[name]).stays()
    for file, functions in stays if listed else ():
        print(f"{file:70} {' '.join(functions)}")
    files = len({file for file, _ in stays})
    print(
        json.dumps({"bench": "trips", "name": name, "stays": len(stays), "files": files, "returns": len(stays) - files})
    )


def main() -> int:
    """Follows one trip here, or each in a process of its own; gives how many could not be followed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--list", action="store_true", help="also list the stays with the functions entered")
    parser.add_argument("--only", choices=sorted(TRIPS))
    options = parser.parse_args()
    if options.only:
        show(options.only, options.list)
        return 0
    commands = [[sys.executable, __file__, *sys.argv[1:], "--only", name] for name in TRIPS]
    return sum(bool(subprocess.run(command, check=False).returncode) for command in commands)


if __name__ == "__main__":
    sys.exit(main())
