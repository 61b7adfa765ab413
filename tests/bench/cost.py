"""Measures the calls, bytes and processor time behind the bill, from real requests to the functions on moto.

python tests/bench/cost.py [--quick] [--write infra/docs/cost/measured.json]      the measurements as JSON

Users post 50 events each, one request an event, and then get recommendations: by the API with the defaults, and by the
function URL with one successful request in fifty logged. Requests come at a steady rate to one environment, on a clock
that the bench moves. Counted are the calls that boto makes. Units of DynamoDB follow from the bytes of its rows by the
published rules; moto counts none. Processor time is that of all threads without moto's, on the machine's own clock.
"""

import argparse
import contextlib
import io
import json
import math
import os
import platform
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import boto3
from moto.core.botocore_stubber import BotocoreStubber

from doublebill.concurrency import clock as real_clock
from doublebill.service.catalog.blocks import compaction
from doublebill.service.catalog.blocks.log_blocks import LOG
from doublebill.stores.objects import open_objects
from doublebill_local.host.environments import Context
from http_events import http_event, url_event
from moto_stacks import on_moto
from stacks import Stack

CATALOG = "films"
EVENTS_EACH, ITEMS, N = 50, 1000, 10
S3_FREE = {"DeleteObject", "DeleteObjects"}
RUNS = 3
"""Of which the fastest counts, where time is taken."""
READ_BYTES, WRITE_BYTES = 4096, 1024
"""Of one unit of DynamoDB."""
S3_GETS = {"GetObject", "HeadObject"}
EVENTS = "POST /v1/catalogs/{catalog}/events"
RECOMMEND = "POST /v1/catalogs/{catalog}/recommendations"

type Handler = Callable[[dict[str, Any], Any], dict[str, Any]]


class Calls:
    """Counts what AWS would bill for the calls of all clients made from now on."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.stub_seconds = 0.0
        assert boto3.DEFAULT_SESSION
        events: Any = boto3.DEFAULT_SESSION.events
        events.register("before-parameter-build", self._asked)
        events.register("after-call", self._answered)

    def _asked(self, params: dict[str, Any], model: Any, context: dict[str, Any], **_: object) -> None:
        context["consistent"] = params.get("ConsistentRead", False)
        service, name = model.service_model.service_name, model.name
        if service == "s3" and name not in S3_FREE:
            self.counts["s3_get" if name in S3_GETS else "s3_put"] += 1
        elif service not in ("s3", "dynamodb"):
            self.counts[service] += 1
        elif name == "BatchWriteItem":
            rows = [row for some in params["RequestItems"].values() for row in some]
            self.counts["write_units"] += sum(_write_units(row.get("PutRequest", {}).get("Item", {})) for row in rows)
        elif name in ("PutItem", "UpdateItem"):
            self.counts["write_units"] += _write_units(params.get("Item", {}))
        if service == "dynamodb":
            self.counts[f"dynamodb_{name}"] += 1

    def _answered(self, parsed: dict[str, Any], model: Any, context: dict[str, Any], **_: object) -> None:
        if model.name in ("Query", "GetItem") and model.service_model.service_name == "dynamodb":
            rows = parsed.get("Items", [parsed["Item"]] if "Item" in parsed else [])
            read_bytes = sum(map(row_bytes, rows))
            self.counts["read_bytes"] += read_bytes
            self.counts["half_read_units"] += max(1, math.ceil(read_bytes / READ_BYTES)) * (
                2 if context["consistent"] else 1
            )

    @contextlib.contextmanager
    def without_moto(self) -> Iterator[None]:
        """Adds the processor time that moto takes meanwhile to `stub_seconds`."""
        own = BotocoreStubber.__call__

        def timed(stub: Any, *args: Any, **named: Any) -> Any:
            begun = time.thread_time()
            try:
                return own(stub, *args, **named)
            finally:
                self.stub_seconds += time.thread_time() - begun

        BotocoreStubber.__call__ = timed  # type: ignore[method-assign]  # put back below
        try:
            yield
        finally:
            BotocoreStubber.__call__ = own  # type: ignore[method-assign]  # as it was


def _write_units(row: Mapping[str, Any]) -> int:
    """Returns the units of writing a row; of an update and of a deletion one, since such rows have less than 1 KB."""
    return max(1, math.ceil(row_bytes(row) / WRITE_BYTES))


def row_bytes(row: Mapping[str, Mapping[str, Any]]) -> int:
    """Returns the size of a row as DynamoDB's guide counts it: names and values, two digits of a number a byte."""
    return sum(len(name.encode()) + sum(map(_value_bytes, value.items())) for name, value in row.items())


def _value_bytes(typed: tuple[str, Any]) -> int:
    kind, value = typed
    return len(value) // 2 + 2 if kind == "N" else len(value if isinstance(value, bytes) else value.encode())


class World:
    """A stack on moto with users, and what requests to it take."""

    def __init__(self, stack: Stack, users: int) -> None:
        self.stack, self.users = stack, users
        self.calls = Calls()
        self.chance = random.Random(19)

    def item(self) -> str:
        return f"film-{min(int(self.chance.paretovariate(0.7)) - 1, ITEMS - 1):05d}"

    def measure(self, handler: Handler, events: list[dict[str, Any]], rate: float | None) -> dict[str, float]:
        """Returns the means of requests to a warm environment that come so often a second; None for the real clock."""
        for number, event in enumerate(events):
            event["requestContext"]["requestId"] = f"{self.chance.getrandbits(128):032x}"
            if number == len(events) // 4:  # those before warm the environment
                self.calls.counts.clear()
                self.calls.stub_seconds, worked = 0.0, time.process_time()
                written = io.StringIO()
                bodies = 0
            with contextlib.redirect_stdout(written if number >= len(events) // 4 else io.StringIO()):
                response = handler(event, Context("Tested"))
            assert response["statusCode"] in (200, 202), response
            if number >= len(events) // 4:
                bodies += len(response["body"].encode())
            if rate:
                self.stack.clock.seconds += 1 / rate
        count = len(events) - len(events) // 4
        if rate is None:
            return {"cpu_ms": round((time.process_time() - worked - self.calls.stub_seconds) / count * 1000, 2)}
        lines = written.getvalue().splitlines()
        per = {name: round(total / count, 4) for name, total in sorted(self.calls.counts.items())}
        per["read_units"] = round(per.pop("half_read_units", 0.0) / 2, 4)
        logs = {"log_lines": len(lines) / count, "log_bytes": sum(len(line.encode()) + 1 for line in lines) / count}
        return {**per, **{name: round(value, 4) for name, value in logs.items()}, "body_bytes": round(bodies / count)}

    def fastest(self, handler: Handler, requests: Callable[[], list[dict[str, Any]]]) -> dict[str, float]:
        """Returns the processor time of a request, that of the fastest of several runs."""
        return min((self.measure(handler, requests(), None) for _ in range(RUNS)), key=lambda one: one["cpu_ms"])

    def posts(self, count: int, at_once: int, name: str = "user") -> list[dict[str, Any]]:
        """Returns requests with events; each event of a request is of another user where there are enough of them."""
        made = []
        for number in range(count):
            users = [(number * at_once + place) % max(self.users, at_once) for place in range(at_once)]
            rows = [{"user_id": f"{name}-{user}@example.org", "item_id": self.item(), "kind": "play"} for user in users]
            made.append(http_event(EVENTS, {"events": rows}, {"catalog": CATALOG}))
        return made

    def asks(self, count: int, make: Callable[..., dict[str, Any]]) -> list[dict[str, Any]]:
        """Returns requests for recommendations of stored users."""
        users = [self.chance.randrange(self.users) for _ in range(count)]
        return [make(RECOMMEND, {"user_id": f"user-{u}@example.org", "n": N}, {"catalog": CATALOG}) for u in users]

    def load(self, function: str, **variables: str) -> Handler:
        self.stack.variables.update(variables)
        handler: Handler = self.stack.load(function).handler
        return handler


def filled(world: World) -> dict[str, float]:
    """Describes the items, posts the events of all users one by one, trains; returns the means of a post."""
    items = [{"item_id": f"film-{n:05d}", "title": f"The Story of Film {n}"} for n in range(ITEMS)]
    described = http_event("PUT /v1/catalogs/{catalog}/items", {"items": items}, {"catalog": CATALOG})
    world.load("ItemsFunction")(described, Context("ItemsFunction"))
    events = world.posts(world.users * EVENTS_EACH, 1)
    found = world.measure(world.load("EventsFunction"), events, rate=4)
    assert world.stack.train(CATALOG)["promoted"]
    return found


def of_requests(world: World, quick: bool) -> Iterator[tuple[str, dict[str, float]]]:
    """Yields the means of each kind of request."""
    yield "event_alone", filled(world)
    defaults = {"DOUBLEBILL_LOGGED_SHARE": "1"}
    cheap = {"DOUBLEBILL_LOGGED_SHARE": "0.02"}
    for name, make, variables, rate, count in (
        ("answer", http_event, defaults, 10, 200),
        ("cheap_answer", url_event, cheap, 10, 200),
        ("slow_cheap_answer", url_event, cheap, 1, 120),
    ):
        handler = world.load("RecommendFunction", **variables)
        yield name, world.measure(handler, world.asks(count // (4 if quick else 1), make), rate)
    world.load("RecommendFunction", **defaults)
    batched = world.posts(8, 100, "guest")
    yield "events_batched", world.measure(world.load("EventsFunction"), batched, rate=1)


def of_a_day(world: World) -> dict[str, float]:
    """Returns what the schedules of a day take in a stack with one catalog that nobody uses; trainings apart."""
    total: Counter[str] = Counter()
    for function, times in (("TrendingFunction", 24), ("PeopleFunction", 24), ("PruneFunction", 1)):
        handler = world.load(function)
        world.calls.counts.clear()
        written = io.StringIO()
        with contextlib.redirect_stdout(written):
            handler({"schedule": True}, Context(function))
        for name, count in world.calls.counts.items():
            total[name] += count * times
        total["invocations"] += times
        total["log_bytes"] += times * len(written.getvalue().encode())
        for line in written.getvalue().splitlines():
            for directive in json.loads(line).get("_aws", {}).get("CloudWatchMetrics", []):
                total["metrics"] += len(directive["Metrics"]) * len(directive["Dimensions"])
    return dict(sorted(total.items()))


def of_processor(world: World) -> Iterator[tuple[str, dict[str, float]]]:
    """Yields the processor time of a recommendation, of one event and of a hundred, on the machine's own clock."""
    world.stack.patch.setattr("doublebill.edge.clock.SYSTEM", real_clock.SYSTEM)
    recommend, take = world.load("RecommendFunction"), world.load("EventsFunction")
    with world.calls.without_moto():
        yield "answer", world.fastest(recommend, lambda: world.asks(40, http_event))
        yield "event_alone", world.fastest(take, lambda: world.posts(24, 1))
        yield "events_batched", world.fastest(take, lambda: world.posts(8, 100, "guest"))


def measured(quick: bool) -> dict[str, Any]:
    """Returns all measurements."""
    with tempfile.TemporaryDirectory() as scratch, on_moto(Path(scratch)) as stack:
        world = World(stack, users=4 if quick else 8)
        requests = dict(of_requests(world, quick))
        compaction.compact(open_objects(f"s3://{stack.bucket}"), CATALOG, stack.clock.now_ms(), LOG)
        day = of_a_day(world)
        found = {"requests": requests, "idle_day": day, "processor": dict(of_processor(world))}
    machine = {"machine": platform.machine(), "python": platform.python_version(), "load": round(os.getloadavg()[0], 1)}
    return {"events_each": EVENTS_EACH, "items": ITEMS, "n": N, **machine, **found}


def main() -> None:
    """Prints the measurements, or writes them into their part of a file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--write", type=Path)
    arguments = parser.parse_args()
    found = measured(arguments.quick)
    if arguments.write:
        found = {**json.loads(arguments.write.read_text()), **found} if arguments.write.exists() else found
        arguments.write.write_text(json.dumps(found, indent=2) + "\n")
    else:
        print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
