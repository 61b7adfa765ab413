"""Typed input: what `read` takes, what it complains about, and that `schema_of` says the same."""

import contextlib
import json
import math
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, NotRequired, TypedDict

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from msgspec import Meta

from doublebill.access.callers import Document
from doublebill.errors import InvalidInput
from doublebill.games.kinds import KINDS
from doublebill.games.text.items.treasures import Treasure
from doublebill.games.text.kinds import TEXTS
from doublebill.schema import Input, Pair, read, schema_of, whole
from doublebill.service.access.usage_report import UsageRequest
from doublebill.service.catalog.catalogs import ItemsRequest
from doublebill.service.content.corpora import CorpusRequest
from doublebill.service.content.requests import ContentRequest
from doublebill.service.ingesting.ingest import EventsRequest
from doublebill.service.ingesting.merging import MergeRequest
from doublebill.service.recommending.batch_job import BatchRequest, PartOptions
from doublebill.service.recommending.requests import (
    ListOptions,
    RankingRequest,
    RecommendationOptions,
    RecommendationRequest,
    RowsOptions,
)
from doublebill.service.registry.champions import ChallengerRequest, ChampionRequest
from doublebill.service.training.start import TrainingRequest

type Alias = Annotated[int, Meta(ge=0)]
Digit = Annotated[int, Meta(ge=1, le=9)]
Number = Annotated[float, Meta(ge=-1e300, le=1e300)]


class Inner(Input, frozen=True):
    """Something inside."""

    x: Annotated[int, Meta(ge=0, le=9)]
    y: Annotated[float, Meta(ge=0, le=1)] = 0.5


class Everything(Input, frozen=True):
    """A field of every kind that is understood."""

    flag: bool
    count: Annotated[int, Meta(ge=-5, le=5)] = 1
    ratio: Annotated[float, Meta(ge=0, le=1)] = 0.5
    number: Number | None = None
    name: Annotated[str, Meta(min_length=1, max_length=3)] = "a"
    code: Annotated[str, Meta(pattern=whole("[0-9a-f]{2}"))] = "00"
    choice: Literal["red", "blue"] = "red"
    side: Literal[16, 32] = 16
    by_name: dict[str, Inner] | None = None
    names: Annotated[tuple[str, ...], Meta(min_length=1, max_length=3)] | None = None
    pair: tuple[int, str] | None = None
    either: int | str | None = None
    range: Digit | Pair[Digit] | None = None
    both: Annotated[Pair[Digit], Meta(description="the lowest and the highest")] = (1, 9)
    inner: Inner | None = None
    many: tuple[Inner | str, ...] = ()
    whatever: object = None
    aliased: Alias = 0
    few: Annotated[dict[str, int], Meta(max_length=2)] | None = None
    never: None = None
    from_: str = ""


class Either(Input, frozen=True):
    """Two fields of which one is needed."""

    EXACTLY_ONE_OF = ("one", "other")

    one: int | None = None
    other: str | None = None


class Told(TypedDict):
    """An answer with a field of every kind that answers have."""

    name: str
    whole: int
    share: float
    sure: bool
    why: str | None
    degraded: bool | str
    parts: Sequence[Inner]
    by_name: Mapping[str, int]
    anything: Mapping[str, object]
    interval: tuple[float, float] | None
    inside: NotRequired["ToldInside"]


class ToldInside(TypedDict):
    """An answer inside another."""

    x: int


REQUESTS = [
    Everything,
    RecommendationOptions,
    RowsOptions,
    ListOptions,
    BatchRequest,
    PartOptions,
    MergeRequest,
    UsageRequest,
    ChallengerRequest,
    EventsRequest,
    ItemsRequest,
    ChampionRequest,
    TrainingRequest,
    ContentRequest,
    CorpusRequest,
    Document,
    Treasure,
    *(kind.spec for kind in (*KINDS.values(), *TEXTS.values())),
]

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.just(10**400)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=4)
    | st.sampled_from(["red", "0f", "0f0", "json", "text", "0" * 32, "0" * 33])
)
json_values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["x", "y", "item_id", "weight"]) | st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)


def values_for(wanted: type) -> st.SearchStrategy[Any]:
    """JSON that is near to what is wanted: its fields, with any values, or none of them."""
    names = list(wanted.__struct_encode_fields__)
    return st.dictionaries(st.sampled_from(names) | st.text(max_size=3), json_values, max_size=4) | json_values


requests = st.sampled_from(REQUESTS).flatmap(lambda wanted: st.tuples(st.just(wanted), values_for(wanted)))


@given(request=requests)
def test_what_is_read_is_what_the_schema_describes(request: tuple[type, Any]) -> None:
    wanted, value = request
    valid = Draft202012Validator(_resolvable(schema_of(wanted))).is_valid(value)
    try:
        found = read(wanted, value)
    except InvalidInput as wrong:
        told = wrong.complaints
        assume(not _beyond_json_schema(value))
        assert not valid, (value, told)
    else:
        assert isinstance(found, wanted)
        assert valid, value


def _resolvable(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema with what it refers to; `read` leaves a filter, an event and an item to others, so all is allowed."""
    return {**schema, "components": {"schemas": {name: {} for name in ("Event", "Filter", "Item")}}}


def _beyond_json_schema(value: Any) -> bool:
    """Whether the value holds what `read` judges more strictly: 10**400 is no float."""
    if isinstance(value, dict):
        return any(map(_beyond_json_schema, value.values()))
    if isinstance(value, list):
        return any(map(_beyond_json_schema, value))
    return isinstance(value, int) and abs(value) > 2**1023


@pytest.mark.parametrize(
    "wanted", [*REQUESTS, Either, RecommendationRequest, RankingRequest, Told], ids=lambda wanted: wanted.__name__
)
def test_every_schema_is_one_and_holds_its_defaults(wanted: type) -> None:
    schema = schema_of(wanted)
    Draft202012Validator.check_schema(schema)
    json.dumps(schema, allow_nan=False)
    for name, described in schema["properties"].items():
        if "default" in described:
            assert Draft202012Validator(described).is_valid(described["default"]), name


def numbers(schema: Any) -> Iterator[dict[str, Any]]:
    """Every schema of a number with a fraction within a schema."""
    if isinstance(schema, dict):
        if schema.get("type") == "number":
            yield schema
        for part in schema.values():
            yield from numbers(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from numbers(part)


def test_every_number_is_bounded_so_that_it_is_finite() -> None:
    found = [one for request in REQUESTS for one in numbers(schema_of(request))]
    assert len(found) > 5
    assert all({"minimum", "maximum"} <= one.keys() for one in found)


any_python = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(), max_size=4), inner, max_size=4)
    ),
)


@given(wanted=st.sampled_from(REQUESTS), value=any_python)
def test_nothing_whatever_raises_anything_but_invalid_input(wanted: type, value: Any) -> None:
    with contextlib.suppress(InvalidInput):
        assert isinstance(read(wanted, value), wanted)


@given(value=any_python, names=st.lists(st.sampled_from(Everything.__struct_encode_fields__)))
def test_no_field_whatever_raises_anything_but_invalid_input(value: Any, names: list[str]) -> None:
    with contextlib.suppress(InvalidInput):
        read(Everything, {"flag": True, **dict.fromkeys(names, value)})


@pytest.mark.parametrize(
    ("value", "complaints"),
    [
        ({}, {"flag": "true or false"}),
        (None, {"body": "an object"}),
        ([], {"body": "an object"}),
        ({"flag": 1}, {"flag": "true or false"}),
        ({"flag": "true"}, {"flag": "true or false"}),
        ({"count": True}, {"count": "an integer from -5 to 5"}),
        ({"count": 1.5}, {"count": "an integer from -5 to 5"}),
        ({"count": 6.0}, {"count": "an integer from -5 to 5"}),
        ({"count": "1"}, {"count": "an integer from -5 to 5"}),
        ({"count": 6}, {"count": "an integer from -5 to 5"}),
        ({"count": None}, {"count": "an integer from -5 to 5"}),
        ({"ratio": math.nan}, {"ratio": "a number from 0 to 1"}),
        ({"ratio": math.inf}, {"ratio": "a number from 0 to 1"}),
        ({"number": math.inf}, {"number": "a number from -1e+300 to 1e+300"}),
        ({"number": 10**400}, {"number": "a number from -1e+300 to 1e+300"}),
        ({"name": ""}, {"name": "a string of 1 to 3 characters"}),
        ({"name": "abcd"}, {"name": "a string of 1 to 3 characters"}),
        ({"name": "\ud800"}, {"name": "well-formed Unicode"}),
        ({"choice": "green"}, {"choice": "one of red, blue"}),
        ({"side": 17}, {"side": "one of 16, 32"}),
        ({"by_name": {"a": {"x": 10}}}, {"by_name.a.x": "an integer from 0 to 9"}),
        ({"names": []}, {"names": "1 to 3"}),
        ({"names": ["a", 1]}, {"names[1]": "a string"}),
        ({"pair": [1]}, {"pair": "a list of 2"}),
        ({"pair": ["1", "a"]}, {"pair[0]": "an integer"}),
        ({"either": 1.5}, {"either": "an integer or a string"}),
        ({"range": [1, "2"]}, {"range[1]": "an integer from 1 to 9"}),
        ({"both": [1, "2"]}, {"both[1]": "an integer from 1 to 9"}),
        ({"both": [1]}, {"both": "2"}),
        ({"both": 3}, {"both": "the lowest and the highest"}),
        ({"inner": {}}, {"inner.x": "an integer from 0 to 9"}),
        ({"inner": {"x": 1, "z": 1}}, {"inner.z": "one of x, y"}),
        ({"many": ["a", {"x": 1}, 3]}, {"many[2]": "an object or a string"}),
        ({"aliased": -1}, {"aliased": "an integer of at least 0"}),
        ({"few": {"a": 1, "b": 2, "c": 3}}, {"few": "at most 2"}),
        ({"few": {"a": "1"}}, {"few.a": "an integer"}),
        ({"never": 1}, {"never": "null"}),
        ({"from": 1}, {"from": "a string"}),
        ({"from_": "x"}, {"from_": None}),
        ({"": 1}, {'""': None}),
        ({"count": 9, "ratio": 9}, {"count": "an integer from -5 to 5", "ratio": "a number from 0 to 1"}),
    ],
)
def test_every_wrong_field_is_named_with_how_to_fix_it(value: Any, complaints: dict[str, str | None]) -> None:
    sent = {"flag": True, **value} if isinstance(value, dict) and value else value
    with pytest.raises(InvalidInput) as wrong:
        read(Everything, sent)
    told = {one.field: one.fix.partition(" ")[2] for one in wrong.value.complaints}
    assert told.keys() == complaints.keys()
    assert all(told[name] == expected for name, expected in complaints.items() if expected)


def test_a_whole_number_is_a_number_and_lists_are_tuples() -> None:
    found = read(Everything, {"flag": False, "number": 3, "names": ["a"], "pair": [1, "b"], "whatever": [1, {}]})
    assert type(found.number) is float
    assert (found.names, found.pair, found.whatever) == (("a",), (1, "b"), [1, {}])


def test_null_is_not_described_where_a_field_may_be_left_out() -> None:
    assert read(Everything, {"flag": True, "inner": None, "either": None}) == Everything(True)


def test_what_was_found_is_shown_by_size_and_not_at_length() -> None:
    with pytest.raises(InvalidInput) as wrong:
        read(Everything, {"flag": ["x"] * 1000, "x": {"y": "z"}, "name": "y" * 1000})
    problems = {one.field: one.problem for one in wrong.value.complaints}
    assert (problems["x"], problems["flag"]) == ("unknown field", "a list of 1000 is not valid")
    assert len(problems["name"]) <= 100


def test_of_very_many_unknown_fields_a_few_are_named_and_all_are_counted() -> None:
    with pytest.raises(InvalidInput) as wrong:
        read(Everything, {f"k{n}": n for n in range(10_000)})
    assert [one.field for one in wrong.value.complaints[:2]] == ["k0", "k1"]
    assert wrong.value.complaints[-1].problem == "9971 more fields are wrong"  # `flag`, which is missing, too


def test_a_pattern_is_of_the_whole_string() -> None:
    assert read(Everything, {"flag": True, "code": "0f"}).code == "0f"
    for wrong in ("0f\n", "0f0", " 0f", "0F"):
        with pytest.raises(InvalidInput):
            read(Everything, {"flag": True, "code": wrong})


def test_the_schema_of_a_request_is_plain() -> None:
    assert schema_of(Inner) == {
        "type": "object",
        "properties": {
            "x": {"type": "integer", "minimum": 0, "maximum": 9},
            "y": {"type": "number", "minimum": 0, "maximum": 1, "default": 0.5},
        },
        "additionalProperties": False,
        "required": ["x"],
    }


def test_a_whole_number_is_an_integer_however_it_is_written() -> None:
    found = read(
        Everything, json.loads('{"flag": true, "count": 3.0, "either": 2e2, "range": [1.0, 2], "few": {"a": 1.0}}')
    )
    assert found == Everything(True, count=3, either=200, range=(1, 2), few={"a": 1})
    assert [type(one) for one in (found.count, found.either, *found.range)] == [int] * 4  # type: ignore[misc]  # a pair


def test_a_name_that_python_keeps_for_itself_ends_in_an_underscore_here_alone() -> None:
    assert read(Everything, {"flag": True, "from": "x"}).from_ == "x"
    assert "from" in schema_of(Everything)["properties"]


def test_of_fields_that_exclude_each_other_the_schema_wants_one() -> None:
    judge = Draft202012Validator(schema_of(Either))
    for value in ({"one": 1}, {"other": "x"}, {"one": 1, "other": None}):
        assert judge.is_valid(value), value
    for value in ({}, {"one": None}, {"one": 1, "other": "x"}, {"one": "x"}):
        assert not judge.is_valid(value), value


def test_what_others_describe_is_referred_to() -> None:
    described = schema_of(ListOptions)["properties"]["filter"]
    assert {"$ref": "#/components/schemas/Filter"} in described["anyOf"]
    assert schema_of(EventsRequest)["properties"]["events"]["items"] == {"$ref": "#/components/schemas/Event"}


def test_the_schema_of_an_answer_is_plain() -> None:
    number, text = {"type": "number"}, {"type": "string"}
    assert schema_of(Told) == {
        "type": "object",
        "properties": {
            "name": text,
            "whole": {"type": "integer"},
            "share": number,
            "sure": {"type": "boolean"},
            "why": {"anyOf": [text, {"type": "null"}]},
            "degraded": {"anyOf": [{"type": "boolean"}, text]},
            "parts": {"type": "array", "items": schema_of(Inner)},
            "by_name": {"type": "object", "additionalProperties": {"type": "integer"}},
            "anything": {"type": "object", "additionalProperties": {}},
            "interval": {"anyOf": [{"type": "array", "items": number, "minItems": 2, "maxItems": 2}, {"type": "null"}]},
            "inside": schema_of(ToldInside),
        },
        "required": ["anything", "by_name", "degraded", "interval", "name", "parts", "share", "sure", "whole", "why"],
        "additionalProperties": False,
    }


COLLECT = """
import gc, sys
sys.path[:0] = {path!r}
import test_schema
from doublebill.errors import InvalidInput
from doublebill.schema import Input, read
inputs = [Input]
for one in inputs:
    inputs += one.__subclasses__()
assert {{*test_schema.REQUESTS, test_schema.RankingRequest}} < set(inputs)
for request in inputs:
    for value in ({{}}, dict.fromkeys(request.__struct_encode_fields__, [1, 2])):
        try:
            read(request, value)
        except InvalidInput:
            pass
gc.collect()
{more}
"""

CRASHES = """
from typing import Annotated
import msgspec
Digit = Annotated[int, msgspec.Meta(ge=0, le=9)]
class Crashing(msgspec.Struct):
    pair: Digit | tuple[Digit, Digit] | None = None
msgspec.convert({}, Crashing)
gc.collect()
"""


@pytest.mark.parametrize(
    ("more", "crashes"),
    [
        pytest.param("", False, id="requests"),
        pytest.param(CRASHES, True, id="fixed tuple", marks=pytest.mark.at_length),
    ],
)
def test_no_request_is_of_a_type_that_crashes_the_garbage_collector(more: str, crashes: bool) -> None:
    script = COLLECT.format(path=sys.path, more=more)
    ran = subprocess.run([sys.executable, "-c", script], cwd=Path(__file__).parent, check=False, capture_output=True)
    assert (ran.returncode < 0) == crashes, ran.stderr.decode()[-2000:]
    assert crashes or ran.returncode == 0, ran.stderr.decode()[-2000:]
