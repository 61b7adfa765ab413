"""The OpenAPI document: it is that of the code, whole, and says what every route may answer."""

import copy
import json
import re
from collections.abc import Iterator
from typing import Any, get_args, is_typeddict

import pytest
from jsonschema import Draft202012Validator

from doublebill.edge.download import Download
from doublebill.edge.operation import Operation
from doublebill.edge.respond import PROBLEMS
from doublebill_local import openapi
from doublebill_local.host.template import read_template
from doublebill_local.locations import ROOT

COMMITTED = ROOT / "infra" / "openapi.json"
METHODS = {"get", "put", "post", "delete", "patch", "head", "options", "trace"}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """The document as the code makes it."""
    return openapi.document()


@pytest.fixture(scope="module")
def operations() -> list[Operation]:
    """Every route of the code."""
    return list(openapi.operations())


def described(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Method, path and description of every operation."""
    for path, methods in document["paths"].items():
        for method, told in methods.items():
            yield method.upper(), path, told


def inside(node: Any) -> Iterator[dict[str, Any]]:
    """Every object of the document."""
    if isinstance(node, dict):
        yield node
    for inner in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from inside(inner)


def test_the_committed_document_is_that_of_the_code() -> None:
    assert COMMITTED.read_text() == openapi.written(), "run: make openapi"


def test_a_route_that_changed_would_be_seen(monkeypatch: pytest.MonkeyPatch, operations: list[Operation]) -> None:
    others = [one for one in operations if one.path != "/v1/catalogs/{catalog}/trending"]
    assert len(others) == len(operations) - 1
    monkeypatch.setattr(openapi, "operations", lambda: iter(others))
    assert COMMITTED.read_text() != openapi.written()


def test_a_field_that_changed_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    changed = copy.deepcopy(openapi.EVENT_SCHEMA)
    changed["properties"]["user_id"]["maxLength"] += 1
    monkeypatch.setattr(openapi, "EVENT_SCHEMA", changed)
    assert COMMITTED.read_text() != openapi.written()


def test_every_route_of_the_template_is_described_and_no_other(document: dict[str, Any]) -> None:
    told = {(method, path) for method, path, _ in described(document)}
    assert told == {(route.method, route.path) for route in read_template().routes if not route.public}


def test_the_document_has_the_shape_of_openapi_3_1(document: dict[str, Any]) -> None:
    assert document.keys() == {"openapi", "info", "paths", "components"}
    assert re.fullmatch(r"3\.1\.\d+", document["openapi"])
    assert document["info"].keys() >= {"title", "version"}
    for path, methods in document["paths"].items():
        assert path.startswith("/")
        assert methods.keys() <= METHODS
    for _, path, told in described(document):
        assert told.keys() <= {"operationId", "summary", "description", "parameters", "requestBody", "responses"}
        assert told["summary"]
        for parameter in told["parameters"]:
            assert parameter["in"] in ("path", "query")
            assert ("schema" in parameter) != ("content" in parameter)
            assert len(parameter.get("content", {"one": 1})) == 1
            assert parameter["required"] is True or parameter["in"] == "query"
        in_path = [one["name"] for one in told["parameters"] if one["in"] == "path"]
        assert in_path == re.findall(r"\{(\w+)\}", path)
        names = [(one["in"], one["name"]) for one in told["parameters"]]
        assert len(set(names)) == len(names)
        for status, response in told["responses"].items():
            assert re.fullmatch(r"[2-5]\d\d", status)
            assert response["description"]


def test_operations_have_names_of_their_own(document: dict[str, Any]) -> None:
    names = [told["operationId"] for _, _, told in described(document)]
    assert len(set(names)) == len(names)


def test_every_schema_is_one_and_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    for schema in schemas.values():
        Draft202012Validator.check_schema(schema)
    for _, _, told in described(document):
        for parameter in told["parameters"]:
            Draft202012Validator.check_schema(
                parameter.get("schema") or parameter["content"]["application/json"]["schema"]
            )
    refs = [node["$ref"] for node in inside(document) if "$ref" in node]
    assert refs
    for ref in refs:
        assert ref.startswith("#/components/schemas/")
        assert ref.removeprefix("#/components/schemas/") in schemas


def test_no_schema_is_left_that_nothing_refers_to(document: dict[str, Any]) -> None:
    used = {node["$ref"].rpartition("/")[2] for node in inside(document) if "$ref" in node}
    assert used == document["components"]["schemas"].keys()


def test_every_route_documents_every_problem_it_may_answer(
    document: dict[str, Any], operations: list[Operation]
) -> None:
    problem = {"schema": {"$ref": "#/components/schemas/Problem"}}
    told = {(method, path): told["responses"] for method, path, told in described(document)}
    for one in operations:
        responses = told[one.method, one.path]
        assert str(one.status) in responses
        expected = {status for status, _, _ in PROBLEMS.values()} - (set() if one.has_body else {413})
        for status in expected:
            assert responses[str(status)]["content"] == {"application/problem+json": problem}, (one.path, status)
        assert "Retry-After" in responses["429"]["headers"]
        assert "Retry-After" in responses["503"]["headers"]
        assert ("414" in responses) == (one.takes is not None and not one.has_body)


def test_requests_and_answers_are_described_by_their_types(
    document: dict[str, Any], operations: list[Operation]
) -> None:
    told = {(method, path): told for method, path, told in described(document)}
    for one in operations:
        here = told[one.method, one.path]
        content = here["responses"][str(one.status)]["content"]
        if one.gives is Download:
            assert {"image/png", "text/csv", "application/zip"} <= set(content)
            assert "304" in here["responses"]
            continue
        good = content["application/json"]["schema"]
        names = [given.__name__ for given in get_args(one.gives) or (one.gives,) if is_typeddict(given)]
        refs = [{"$ref": f"#/components/schemas/{name}"} for name in names]
        assert good == ({"anyOf": refs} if len(refs) > 1 else refs[0] if refs else {"type": "object"})
        assert ("requestBody" in here) == one.has_body
        asked = [parameter["name"] for parameter in here["parameters"] if parameter["in"] == "query"]
        assert bool(asked) == (one.takes is not None and not one.has_body)


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        (
            "RecommendationRequest",
            {"user_id": "u", "filter": {"tags": {"any": ["a"]}}},
            {"user_id": "u", "history": []},
        ),
        ("RecommendationRequest", {"history": ["a", {"item_id": "b", "weight": -1}]}, {"n": 3}),
        ("RecommendationRequest", {"user_id": "u", "max_per": {"tag": 2}}, {"user_id": "u", "cursor": "AQ!"}),
        ("BatchRequest", {"user_ids": ["u"], "n": 3}, {"user_ids": ["u"], "cursor": "AQ"}),
        ("EventsRequest", {"events": [{"user_id": "u", "item_id": "i", "kind": "play"}]}, {"events": [{}]}),
        ("ItemsRequest", {"items": [{"item_id": "i", "attributes": {"a": 1}}]}, {"items": [{"attributes": {"A": 1}}]}),
        ("MergeRequest", {"from": "u"}, {"from_": "u"}),
        ("ChallengerRequest", {"version": "0" * 32, "share": 0.5}, {"version": "0" * 32, "share": 2}),
        ("Problem", {"type": "t", "title": "t", "status": 400}, {"title": "t"}),
    ],
)
def test_a_schema_takes_what_is_right_and_nothing_else(
    document: dict[str, Any], name: str, good: Any, bad: Any
) -> None:
    judge = Draft202012Validator({**document, "$ref": f"#/components/schemas/{name}"})
    assert judge.is_valid(good)
    assert not judge.is_valid(bad)


def test_what_is_written_is_the_document(document: dict[str, Any]) -> None:
    assert json.loads(openapi.written()) == document
    assert openapi.written() == openapi.written()
