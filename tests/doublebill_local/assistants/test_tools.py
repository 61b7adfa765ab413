"""Tools for assistants: every one reads only, has a schema that models take, and becomes the call of its operation."""

import json
import re

import pytest

from doublebill.client import ClientError
from doublebill.client.failures import problem_of
from doublebill_local.assistants import tools as tools_module
from doublebill_local.assistants.tools import OFFERED, problem_text, tools
from doublebill_local.locations import ROOT

TOOLS = tools()


def test_tools_read_and_change_nothing() -> None:
    paths = json.loads((ROOT / "infra/openapi.json").read_text())["paths"].values()
    rights = {one["operationId"]: one["description"] for methods in paths for one in methods.values()}
    assert {rights[name] for name in TOOLS} == {"Needs the right to read.", "For every caller."}
    assert list(TOOLS) == list(OFFERED)


@pytest.mark.parametrize("name", TOOLS)
def test_the_schema_of_a_tool_stands_by_itself(name: str) -> None:
    schema = TOOLS[name].schema
    assert (schema["type"], schema["additionalProperties"]) == ("object", False)
    # models take no alternatives at the top; the service checks them, and says what is wrong
    assert not {"oneOf", "anyOf", "allOf"} & schema.keys()
    assert set(schema["required"]) <= schema["properties"].keys()
    text = json.dumps(schema)
    assert set(re.findall(r'"\$ref": "([^"]*)"', text)) == {f"#/$defs/{one}" for one in schema.get("$defs", ())}


def test_arguments_become_the_path_the_query_and_the_body() -> None:
    neighbours = TOOLS["neighbours"].call({"catalog": "films", "item_id": "a/b c", "n": 5})
    assert (neighbours.method, neighbours.target) == ("GET", "/v1/catalogs/films/items/a%2Fb%20c/neighbours?n=5")
    recommend = TOOLS["recommend"].call({"catalog": "films", "history": ["a"], "explain": True})
    assert (recommend.method, recommend.target) == ("POST", "/v1/catalogs/films/recommendations")
    assert json.loads(recommend.data or b"") == {"history": ["a"], "explain": True}
    assert TOOLS["games"].call({}).target == "/v1/games"


@pytest.mark.parametrize("arguments", [{}, {"catalog": ""}, {"catalog": 5}, {"catalog": ".."}])
def test_arguments_that_no_path_can_carry_are_refused_with_their_name(arguments: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"catalog: missing|'\.\.' cannot stand in a URL"):
        TOOLS["popular"].call(arguments)


def test_a_refusal_says_each_field_or_its_detail() -> None:
    wrong = [{"field": "n", "problem": "0 is too small", "fix": "use 1 to 500"}]
    assert problem_text(problem_of(400, json.dumps({"errors": wrong}).encode())) == "n: 0 is too small; use 1 to 500"
    assert problem_text(problem_of(404, b'{"detail": "there is no catalog"}')) == "there is no catalog"
    assert problem_text(ClientError("no answer")) == "no answer"
    assert "NotPermitted" in problem_text(problem_of(403, b""))


def test_an_operation_that_is_gone_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tools_module, "OFFERED", {"sing": "Sings."})
    with pytest.raises(KeyError, match="sing"):
        tools()
