"""The client against the OpenAPI document: its types are those of the document, and it has every operation."""

import importlib.util
import inspect
import json
import re
import subprocess
import sys
import typing
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

import pytest

from doublebill.client import shapes
from doublebill.client.call import Call, Pages, Poll
from doublebill.client.catalog_calls import CatalogCalls
from doublebill.client.content_calls import ContentCalls
from doublebill.client.methods import Blocking, method
from doublebill.client.recommending_calls import RecommendingCalls
from doublebill.client.registry_calls import RegistryCalls
from doublebill_local.locations import ROOT

GENERATOR = ROOT / "infra" / "docs" / "generators" / "client_shapes.py"
DOCUMENT: dict[str, Any] = json.loads((ROOT / "infra" / "openapi.json").read_text())


class Recorder(RecommendingCalls, CatalogCalls, RegistryCalls, ContentCalls, Blocking):
    """A client that returns the calls instead of sending them."""

    def send(self, call: Call[Any]) -> Any:
        return call

    def each(self, pages: Pages[Any, Any]) -> Iterator[Any]:
        return iter([pages.first])

    def wait(self, poll: Poll[Any]) -> Any:
        return poll.call


METHODS = {name: found for name in dir(Recorder) if isinstance(found := getattr(Recorder, name), method)}


def made(name: str) -> Call[object]:
    """Returns the call of a method whose text arguments are their own names."""
    parameters = list(inspect.signature(METHODS[name].__wrapped__).parameters.values())[1:]
    wanted = [one for one in parameters if one.kind is one.POSITIONAL_OR_KEYWORD and one.default is one.empty]
    call: Call[object] = getattr(Recorder(), name)(*(one.name if one.annotation is str else [] for one in wanted))
    return call


def described(call: Call[object]) -> Mapping[str, Any]:
    """Returns the operation of the document that a call is for."""
    for path, operations in DOCUMENT["paths"].items():
        pattern = re.sub(r"\{\w+\}", "[^/]+", path).replace(".", r"\.")
        if re.fullmatch(pattern, call.path) and call.method.lower() in operations:
            operation: Mapping[str, Any] = operations[call.method.lower()]
            return operation
    pytest.fail(f"no operation: {call.method} {call.path}")


def test_the_types_are_those_of_the_document() -> None:
    written = subprocess.run([sys.executable, GENERATOR], capture_output=True, text=True, check=True).stdout
    assert (ROOT / "shared/doublebill/client/shapes.py").read_text() == written, "run: make docs"


def test_a_field_that_changed_would_be_in_the_types() -> None:
    spec = importlib.util.spec_from_file_location("client_shapes", GENERATOR)
    assert spec
    assert spec.loader
    generator = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generator)
    changed = json.loads(json.dumps(DOCUMENT))
    changed["components"]["schemas"]["Started"]["properties"]["catalog"] = {"type": "string"}
    source, now = (generator.Shapes(one).source() for one in (DOCUMENT, changed))
    assert now.replace(', "catalog": NotRequired[str]}', "}", 1) == source != now


def test_every_operation_has_a_method() -> None:
    there = [one for methods in DOCUMENT["paths"].values() for one in methods.values()]
    called = [described(made(name)) for name in METHODS]
    assert [one["operationId"] for one in there if one not in called] == []


@pytest.mark.parametrize("name", METHODS)
def test_a_method_has_the_types_of_its_operation(name: str) -> None:
    operation = described(call := made(name))
    hints = typing.get_type_hints(METHODS[name].__wrapped__)
    [answer] = [one for status, one in operation["responses"].items() if status.startswith("2")]
    [returned] = typing.get_args(hints.pop("return"))
    if call.binary:
        assert returned is bytes
    else:
        schema = answer["content"]["application/json"]["schema"]
        refs = [one["$ref"].rpartition("/")[2] for one in schema.get("anyOf", [schema]) if "$ref" in one]
        assert [one.__name__ for one in typing.get_args(returned) or (returned,)] == refs or name == "openapi"
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    assert (call.body is not None) == bool(body)
    taken = set(inspect.signature(METHODS[name].__wrapped__).parameters)
    for hint in hints.values():
        if typing.get_origin(hint) is typing.Unpack:
            taken |= typing.get_args(hint)[0].__annotations__.keys()
            [options] = typing.get_args(hint)
            assert options is getattr(shapes, body["$ref"].rpartition("/")[2]) if body else options is query(operation)
    assert {one["name"] for one in operation["parameters"] if one["in"] == "query"} <= taken


def query(operation: Mapping[str, Any]) -> object:
    """Returns the type of an operation's query string."""
    words = operation["operationId"].split("_")
    return getattr(shapes, "".join(word.capitalize() for word in words) + "Query", None)


@pytest.mark.parametrize("user_id", ["", ".", ".."])
def test_an_id_that_no_url_can_carry_is_refused(user_id: str) -> None:
    with pytest.raises(ValueError, match="use a call that has it in its body"):
        Recorder().recommend_user("films", user_id)


def test_the_path_of_a_call_carries_any_id() -> None:
    user_id = "🎸/é?#% a+b"
    call: Any = Recorder().recommend_user("films", user_id, n=3, exclude=["a", "b"], explain=True, filter={"year": 1})
    path, _, sent = call.target.partition("?")
    assert unquote(path.split("/")[5]) == user_id
    assert sent == "n=3&exclude=a%2Cb&explain=true&filter=%7B%22year%22%3A1%7D"
