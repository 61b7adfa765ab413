"""A stack as template.yaml describes it, its functions loaded as at a cold start, and a tiny world to fill it."""

import importlib.util
import io
import itertools
import json
import logging
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import ModuleType, SimpleNamespace
from typing import Any
from urllib.parse import unquote

import boto3
import pytest

from clocks import Clock
from doublebill_local.host.environments import Context
from doublebill_local.host.template import Function, read_template
from http_events import Answer, ask, http_event
from worlds import checkerboard

TEMPLATE = read_template()
QUICK = [{"family": "knn", "k": 20}]
"""Configs of a training whose search is of no interest: to try them all takes a quarter of a second."""

_numbers = itertools.count()


class _CurrentStdout:
    """Standard output as it is at the time of writing: a logger outlives the test that made it."""

    def write(self, text: str) -> int:
        return sys.stdout.write(text)

    def flush(self) -> None:
        sys.stdout.flush()


def follow_stdout(service: str) -> None:
    """Makes the service's logger write to standard output as it is when it writes."""
    for handler in logging.getLogger(service).handlers:
        if isinstance(handler, logging.StreamHandler):
            handler.setStream(_CurrentStdout())


def load_module(function: Function) -> ModuleType:
    """A fresh instance of the function's module, as a cold start makes one."""
    spec = importlib.util.spec_from_file_location(
        f"tested_{function.name}_{next(_numbers)}", function.folder / f"{function.file}.py"
    )
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Stored(Mapping[str, bytes]):
    """The objects of a bucket by key: what is there now, each read at its first use; most are never used."""

    def __init__(self, s3: Any, bucket: str, prefix: str) -> None:
        self._s3, self._bucket = s3, bucket
        self._keys = [one["Key"] for one in s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", [])]

    def __getitem__(self, key: str) -> bytes:
        if key not in self._keys:
            raise KeyError(key)
        data: bytes = self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        return data

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)


@dataclass(frozen=True)
class Stack:
    """The stack's stores, and its functions."""

    bucket: str
    table: str
    variables: dict[str, str]
    """What template.yaml sets, resolved to resources of this stack."""
    patch: pytest.MonkeyPatch
    clock: Clock
    """By which its functions wait, and tell the time of day."""

    def load(self, function: str) -> ModuleType:
        """A fresh instance of the function's module, under exactly the variables that the template gives it."""
        wanted = TEMPLATE.functions[function]
        for name in self.variables:
            self.patch.delenv(name, raising=False)
        for name in wanted.variables:
            self.patch.setenv(name, self.variables[name])
        module = load_module(wanted)
        follow_stdout(wanted.folder.name)
        return module

    def client(self, service: str) -> Any:
        """A client of one of the stack's services."""
        return boto3.client(service)  # type: ignore[call-overload]  # any service by name

    def objects(self, prefix: str = "") -> "Stored":
        """Everything in the bucket, or what has the prefix, by key."""
        return Stored(self.client("s3"), self.bucket, prefix)

    def rows(self) -> list[dict[str, Any]]:
        """Everything in the table."""
        rows: list[dict[str, Any]] = self.client("dynamodb").scan(TableName=self.table)["Items"]
        return rows

    def train(self, catalog: str) -> dict[str, Any]:
        """The record of a training of the catalog by the train function, which tries few configs."""
        job = {"catalog": catalog, "configs": QUICK}
        record: dict[str, Any] = self.load("TrainFunction").handler(job, Context("TrainFunction"))
        return record


class Platform:
    """Lambda and CodeDeploy as the release function meets them: every version of a function is the one of this stack.

    It takes the calls of the clients that are made from now on.
    """

    def __init__(self, stack: Stack, enter: Callable[[str], None] = lambda _: None) -> None:
        self.statuses: list[str] = []
        """The statuses that CodeDeploy received."""
        self.broken: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {}
        """Version, by the end of its ARN → what it answers to an event instead."""
        self.invocations: list[tuple[str, str]] = []
        """Version and route of every request."""
        self._stack = stack
        self._enter = enter
        assert boto3.DEFAULT_SESSION
        events: Any = boto3.DEFAULT_SESSION.events
        events.register("before-call.lambda.Invoke", self._invoke)
        events.register("before-call.codedeploy", self._report)

    def _invoke(self, params: dict[str, Any], **_: object) -> tuple[Any, dict[str, Any]]:
        version = unquote(params["url_path"]).split("/functions/")[1].removesuffix("/invocations")
        name, event = version.rpartition("doublebill-")[2], json.loads(params["body"])
        self.invocations.append((name, event["routeKey"]))
        function = f"{name.partition(':')[0].capitalize()}Function"
        self._enter(function)
        try:
            answer = self._answer(name, function, event)
        except LookupError:
            return OK, {"FunctionError": "Unhandled", "Payload": io.BytesIO(b'{"errorType": "LookupError"}')}
        finally:
            self._enter("ReleaseFunction")
        return OK, {"Payload": io.BytesIO(json.dumps(answer).encode())}

    def _answer(self, name: str, function: str, event: dict[str, Any]) -> dict[str, Any]:
        if name in self.broken:
            return self.broken[name](event)
        environment = {one: os.environ.get(one) for one in self._stack.variables}
        try:
            handler = self._stack.load(function).handler
        finally:
            for one, value in environment.items():
                if value is not None:
                    self._stack.patch.setenv(one, value)
        return dict(handler(event, Context(function)))

    def _report(self, params: dict[str, Any], **_: object) -> tuple[Any, dict[str, Any]]:
        self.statuses.append(json.loads(params["body"])["status"])
        return OK, {}


OK = SimpleNamespace(status_code=200)


def raw_checkerboard() -> list[dict[str, object]]:
    """The events of the tiny world as callers send them: user ids, seconds."""
    return [
        {"user_id": event.user, "item_id": event.item_id, "kind": event.kind, "timestamp": event.timestamp / 1000}
        for event in checkerboard()
    ]


def post_events(stack: Stack, catalog: str, events: list[dict[str, object]]) -> Answer:
    """What the events function answers to `events`."""
    route = "POST /v1/catalogs/{catalog}/events"
    event = http_event(route, {"events": events}, {"catalog": catalog})
    return ask(stack.load("EventsFunction").handler, event)
