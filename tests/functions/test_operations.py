"""What every operation declares, against what the OpenAPI document says that it takes and gives."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from doublebill.edge.operation import Operation
from doublebill_local import openapi
from doublebill_local.host.template import ROOT

DOCUMENT: dict[str, Any] = json.loads((ROOT / "infra" / "openapi.json").read_text())
OPERATIONS = list(openapi.operations())
USER_WORDS = ("user", "from", "pseudonym", "person")
"""A field whose name holds one of these names a user."""
NUMBERS = {"minimum_users"}
"""Fields that count users and name none."""

TIMES = ("available_from",)
"""Fields with one of these words that name no user."""
COUNTS = ("n", "count")


def resolved(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follows a reference into the components."""
    while "$ref" in schema:
        schema = DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def places(schema: Mapping[str, Any], visited: frozenset[str] = frozenset()) -> Iterator[str]:
    """Yields the place of every field of a schema, lists walked through: `events.user_id`."""
    schema = resolved(schema)
    key = json.dumps(schema, sort_keys=True)
    if key in visited:
        return
    for word in ("anyOf", "oneOf", "allOf"):
        for one in schema.get(word, ()):
            yield from places(one, visited | {key})
    if "items" in schema:
        yield from places(schema["items"], visited | {key})
    for name, one in schema.get("properties", {}).items():
        yield name
        yield from (f"{name}.{place}" for place in places(one, visited | {key}))


def described(operation: Operation) -> Mapping[str, Any]:
    """Returns the operation's part of the document."""
    part: Mapping[str, Any] = DOCUMENT["paths"][operation.path][operation.method.lower()]
    return part


def taken(operation: Operation) -> set[str]:
    """Returns the places of all fields of the request, whether in the body or in the query string."""
    part = described(operation)
    found = {one["name"] for one in part["parameters"] if one["in"] == "query"}
    body = part.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    return found | set(places(body))


def users_in(names: set[str]) -> set[str]:
    """Returns the places whose last name is that of a user."""
    last = {name: name.rpartition(".")[2] for name in names}
    return {
        name
        for name in names
        if any(word in last[name] for word in USER_WORDS) and last[name] not in (*TIMES, *NUMBERS)
    }


ids = [f"{one.method} {one.path}" for one in OPERATIONS]


def test_every_operation_of_the_document_is_looked_at() -> None:
    there = {(path, method) for path, methods in DOCUMENT["paths"].items() for method in methods}
    assert {(one.path, one.method.lower()) for one in OPERATIONS} == there


@pytest.mark.parametrize("operation", OPERATIONS, ids=ids)
def test_an_operation_declares_every_field_that_names_a_user(operation: Operation) -> None:
    assert {place.replace("from_", "from") for place in operation.users} == users_in(taken(operation))


@pytest.mark.parametrize("operation", OPERATIONS, ids=ids)
def test_a_user_in_a_path_is_called_user_id(operation: Operation) -> None:
    names = {one["name"] for one in described(operation)["parameters"] if one["in"] == "path"}
    assert users_in(names) <= {"user_id"}


@pytest.mark.parametrize("operation", OPERATIONS, ids=ids)
def test_an_operation_declares_the_field_that_says_how_many(operation: Operation) -> None:
    assert {operation.count} - {""} == taken(operation) & set(COUNTS)


@pytest.mark.parametrize("operation", OPERATIONS, ids=ids)
def test_an_operation_declares_that_it_answers_recommendations(operation: Operation) -> None:
    answer = described(operation)["responses"][str(operation.status)]["content"]["application/json"]["schema"]
    assert operation.recommends == ("recommendation_id" in set(places(answer)))
