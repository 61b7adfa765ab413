"""The worst that one request for game content can take, searched for by requests that mean harm.

python tests/bench/worst_request.py [--only TARGET …] [--requests N] [--seed S]      one JSON line per target

A request is answered by the very function that would be deployed, in a process of its own: a cold one, so that no cache
helps, and one that the kernel ends after `LIMIT` seconds of one core. The first half of the requests of a target is
drawn at random; the second half are children of the worst ones so far. A line has the CPU seconds of the worst request
and a short form of it. Refused requests count too, since refusing takes time as well; `answered` says how many were
 not.
"""

import argparse
import gc
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import hostile_requests
from hostile_requests import MOST_BYTES, Body, Target

import made_corpora
from doublebill.service.content.kind_list import games
from doublebill_local.host.environments import Context, load_handler
from doublebill_local.host.home import Home
from doublebill_local.host.template import read_template
from http_events import Handler, http_event

TARGET, LIMIT = 15.0, 60
"""Seconds of one core that a request may take, and after which it is ended."""
REQUESTS, PARENTS = 12, 4
"""Requests tried for each target, and those of the worst that get children."""
LEARNED = " learned"

type Tried = tuple[float, str, Body]
"""CPU seconds, the answer's status, and the request."""


def learned_corpora(home: Path, kinds: Sequence[str]) -> dict[str, str]:
    """Learns a corpus of each of those kinds; returns kind → corpus."""
    found = {}
    for kind, draw in made_corpora.MADE.items():
        if kind not in kinds:
            continue
        file = home / f"{kind}.txt"
        file.write_text("\n\n".join("\n".join(rows) for rows in draw(20, 1)))
        corpus = f"{kind}/worst"
        run(home, "import", "--corpus", corpus, str(file), "--licence", "CC0-1.0")
        run(home, "train", "--corpus", corpus)
        found[kind] = "worst"
    return found


def run(home: Path, *words: str) -> None:
    """Runs a command of the product in a state folder."""
    command = [sys.executable, "-m", "doublebill_local", *words, "--home", str(home)]
    subprocess.run(command, check=True, capture_output=True)


def cpu_of(handler: Handler, event: dict[str, Any], limit: int) -> tuple[float, str]:
    """The seconds of one core that a handler takes for an event in a process of its own, and the status."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # lines of the log are not those of results
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
        answer = handler(event, Context("Worst", 900.0))
        os.write(writing, str(answer["statusCode"]).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as said:
        status = said.read()
    _, ended, used = os.wait4(child, 0)
    return used.ru_utime + used.ru_stime, status or f"ended: {os.waitstatus_to_exitcode(ended)}"


def event_of(target: Target, body: Body) -> dict[str, Any] | None:
    """The event of a request; None for one that is too large."""
    if target.route.startswith("GET"):
        query = {name: json.dumps(value) if not isinstance(value, str) else value for name, value in body.items()}
        event = http_event(target.route, path={"kind": target.kind}, query=query)
        return event if len(urlencode(query)) < 8_000 else None
    event = http_event(target.route, body, {"kind": target.kind})
    return event if len(event["body"].encode()) < MOST_BYTES else None


def search(target: Target, tried: Callable[[Body], Tried | None], requests: int, seed: str) -> Iterator[Tried]:
    """Yields the requests that were tried, with what they took."""
    chance, worst = random.Random(seed), list[Tried]()
    for number in range(requests):
        body = target.draw(chance)
        if worst and number >= requests // 2:
            body = hostile_requests.crossed(chance.choice(worst)[2], body, chance)
        found = tried(body)
        if found is None:
            continue
        yield found
        worst = sorted([*worst, found], key=lambda one: -one[0])[:PARENTS]


def short(value: Any) -> Any:
    """A request in a few words."""
    if isinstance(value, Mapping):
        shown = {name: short(inner) for name, inner in list(value.items())[:12]}
        return shown if len(value) <= 12 else {**shown, "…": f"{len(value)} in all"}
    if isinstance(value, list | tuple) and len(value) > 2:
        return [short(value[0]), f"… {len(value)} in all"]
    return value[:60] + f"… {len(value)} characters" if isinstance(value, str) and len(value) > 80 else value


def main() -> None:
    """Prints a line for each target."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--requests", type=int, default=REQUESTS)
    parser.add_argument("--seed", default="worst")
    parser.add_argument("--limit", type=int, default=LIMIT)
    parser.add_argument("--keep", type=Path, help="folder for the worst requests, as JSON")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        kinds = [name.removesuffix(LEARNED) for name in arguments.only if name.endswith(LEARNED)]
        corpora = learned_corpora(home.folder, kinds if arguments.only else list(made_corpora.MADE))
        os.environ.update(home.environment() | {"POWERTOOLS_LOG_LEVEL": "ERROR"})
        os.environ["DOUBLEBILL_CONTENT_JOBS"] = f"process://{folder}/nothing.py"  # no job of a batch is done
        handler = load_handler(read_template().functions["GenerateFunction"])
        kinds = games()
        gc.freeze()
        warnings.simplefilter("ignore", DeprecationWarning)  # of forks: the threads of numpy's BLAS are idle
        for name, target in hostile_requests.targets(kinds, corpora).items():
            if arguments.only and name not in arguments.only:
                continue
            print(json.dumps(worst_of(name, target, handler, arguments), ensure_ascii=False), flush=True)


def worst_of(name: str, target: Target, handler: Handler, arguments: argparse.Namespace) -> dict[str, Any]:
    """The line of a target."""

    def tried(body: Body) -> Tried | None:
        event = event_of(target, body)
        return None if event is None else (*cpu_of(handler, event, arguments.limit), body)

    started = time.monotonic()
    found = list(search(target, tried, arguments.requests, f"{arguments.seed} {name}"))
    seconds, status, body = max(found, key=lambda one: one[0])
    failed = sorted({one[1] for one in found if not one[1].startswith(("2", "4"))})
    if arguments.keep:
        arguments.keep.mkdir(exist_ok=True)
        (arguments.keep / f"{name}.json").write_text(json.dumps({"route": target.route, "body": body}))
    over = sum(one[0] > TARGET for one in found)
    return {
        "bench": "worst request",
        "name": name,
        "ours": round(seconds, 2),
        "unit": "CPU s",
        "target": TARGET,
        "holds": seconds <= TARGET and not failed,
        "over": over,
        "status": status,
        "failed": failed,
        "answered": sum(one[1].startswith("2") for one in found),
        "requests": len(found),
        "seconds": round(time.monotonic() - started),
        "request": short(body),
    }


if __name__ == "__main__":
    main()
