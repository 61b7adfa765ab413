"""Requests with canaries in every field of every route, and everything that a stack stores."""

import itertools
import json
from collections.abc import Iterator
from typing import Any

from canaries import Place, canary
from doublebill_local.host.template import read_template
from doublebill_local.locations import ROOT
from http_events import Answer, ask, http_event
from stacks import Stack

DOCUMENT = json.loads((ROOT / "infra" / "openapi.json").read_text())

OPEN = {
    "POST /v1/catalogs/{catalog}/events": ("item_id", "event_id", "recommendation_id"),
    "PUT /v1/catalogs/{catalog}/items": ("items",),
    "PATCH /v1/catalogs/{catalog}/items": ("items",),
    "DELETE /v1/catalogs/{catalog}/items/{item_id}": ("item_id",),
    "POST /v1/games/{kind}/batches": ("seed", "idempotency_key"),
    "POST /v1/games/{kind}/corpora": ("examples", "licence"),
}
"""Fields that are stored as they are sent, since their words are data or names of things: not for user ids."""

EVENT = {"user_id": canary(1), "item_id": "item-00", "kind": "view"}

VALID = {
    "POST /v1/catalogs/{catalog}/events": {"events": [EVENT]},
    "POST /v1/catalogs/{catalog}/recommendations": {"user_id": canary(2)},
    "POST /v1/catalogs/{catalog}/rankings": {"user_id": canary(3), "items": ["item-00"]},
    "POST /v1/catalogs/{catalog}/batches": {"user_ids": [canary(4), canary(5)]},
    "POST /v1/catalogs/{catalog}/users/{user_id}/merge": {"from": canary(6)},
    "POST /v1/catalogs/{catalog}/users/{user_id}/unmerge": {"from": canary(6)},
    "POST /v1/catalogs/{catalog}/exports": {"user_id": canary(7)},
    "POST /v1/games/{kind}/corpora": {"corpus": "own", "examples": ["Ada", "Bo"]},
}
"""Bodies that are taken; the users in them are canaries."""

USERS = [canary(number) for number in range(1, 8)]
"""Those that are stored as pseudonyms."""

numbers = itertools.count(10)


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Function, route and description of every operation but the one that would remove what is looked through."""
    for route in read_template().routes:
        if f"{route.method} {route.path}" == "DELETE /v1/catalogs/{catalog}":
            continue
        path = DOCUMENT["paths"].get(route.path, {})
        if described := path.get(route.method.lower()):
            yield route.function, f"{route.method} {route.path}", described


def fields_of(described: dict[str, Any]) -> list[str]:
    """The fields of the body of an operation."""
    content = described.get("requestBody", {}).get("content", {}).get("application/json", {})
    name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
    schema = DOCUMENT["components"]["schemas"].get(name, {})
    return list(schema.get("properties", {}))


def planted(route: str, described: dict[str, Any], fully: bool) -> Iterator[tuple[dict[str, str], dict[str, str], Any]]:
    """Paths, queries and bodies with canaries: all parameters at once, all fields at once, and `fully` each alone."""
    parameters = described.get("parameters", [])
    path = {one["name"]: canary(next(numbers)) for one in parameters if one["in"] == "path"}
    known = {"catalog": "world", "kind": "names"}
    right = {name: known.get(name, value) for name, value in path.items()}
    queries = {one["name"]: canary(next(numbers)) for one in parameters if one["in"] == "query"}
    valid = VALID.get(route, {})
    closed = [one for one in [*fields_of(described), canary(next(numbers))] if one not in OPEN.get(route, ())]
    queries[canary(next(numbers))] = canary(next(numbers))
    yield path, {}, valid
    yield right, queries, {field: canary(next(numbers)) for field in closed}
    if valid:
        yield right, {}, valid
    for name, value in queries.items() if fully else ():
        yield right, {name: value}, valid
    for field in closed if fully else ():
        yield right, {}, {**valid, field: canary(next(numbers))}
        yield right, {}, {**valid, field: [{field: canary(next(numbers))}, canary(next(numbers))]}


def answers_of(stack: Stack, fully: bool = False) -> list[Answer]:
    """The answers to every request with canaries."""
    answers: list[Answer] = []
    handlers: dict[str, Any] = {}
    for function, route, described in operations():
        handler = handlers.setdefault(function, stack.load(function).handler)
        for path, query, body in planted(route, described, fully):
            answers.append(ask(handler, http_event(route, body, path, query)))
    return answers


def everything(stack: Stack) -> Iterator[Place]:
    """Every object and every row of the stack."""
    yield from stack.objects().items()
    for number, row in enumerate(stack.rows()):
        for name, cell in row.items():
            (value,) = cell.values()
            yield f"row {number} {name}", value if isinstance(value, bytes) else str(value).encode()


def wrong_events() -> list[dict[str, object]]:
    """Events with a canary in each field that is no text of its own, and one that is taken."""
    wrong = [{**EVENT, name: canary(next(numbers))} for name in ("kind", "value", "timestamp", canary(8))]
    return [*wrong, {**EVENT, "event_id": "e"}]
