"""Bodies and query strings."""

import base64
import contextlib
import json
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Meta

from doublebill.edge.decode import MAX_BODY_BYTES, MAX_DEPTH, TooLarge, body, json_body, query
from doublebill.errors import InvalidInput
from doublebill.schema import Input
from http_events import BROKEN_BODIES, http_event


class Request(Input, frozen=True):
    """A request with a field of every kind that a query string can say."""

    name: str = ""
    n: Annotated[int, Meta(ge=1, le=5)] = 1
    flag: bool | None = None
    names: tuple[str, ...] = ()
    seed: int | str | None = None


def event(raw: str | None = None, base64_encoded: bool = False, **parameters: str) -> dict[str, Any]:
    return http_event("POST /there", raw_body=raw, base64_encoded=base64_encoded, query=parameters)


def refused(raw: str, base64_encoded: bool = False) -> list[str]:
    """The fields that are complained about."""
    with pytest.raises(InvalidInput) as wrong:
        body(event(raw, base64_encoded), Request)
    return [one.field for one in wrong.value.complaints]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(value=json_values, ascii_only=st.booleans())
def test_what_was_sent_is_what_is_read(value: Any, ascii_only: bool) -> None:
    raw = json.dumps(value, ensure_ascii=ascii_only)
    assert json_body(event(raw)) == (value if raw else {})
    assert json_body(event(base64.b64encode(raw.encode()).decode(), base64_encoded=True)) == value


def check_readable_or_refused(request: dict[str, Any]) -> None:
    with contextlib.suppress(InvalidInput):
        json.dumps(json_body(request), allow_nan=False)


@given(raw=st.text(), base64_encoded=st.booleans())
def test_no_text_whatever_raises_anything_but_invalid_input(raw: str, base64_encoded: bool) -> None:
    check_readable_or_refused(event(raw, base64_encoded))


@given(raw=st.binary())
def test_no_bytes_whatever_raise_anything_but_invalid_input(raw: bytes) -> None:
    check_readable_or_refused(event(base64.b64encode(raw).decode(), base64_encoded=True))


@pytest.mark.parametrize("broken", BROKEN_BODIES.values(), ids=BROKEN_BODIES)
def test_a_broken_body_is_refused(broken: Any) -> None:
    assert broken.field in refused(broken.raw, broken.base64_encoded)


@pytest.mark.parametrize("raw", [None, "", "{}"])
def test_an_absent_body_is_an_empty_object(raw: str | None) -> None:
    assert body(event(raw), Request) == Request()


def test_a_body_of_exactly_the_limit_is_read_and_one_byte_more_is_not() -> None:
    for letter, encoded in (("y", False), ("é", False), ("y", True), ("é", True)):
        frame = len(json.dumps({"name": ""}))
        letters = (MAX_BODY_BYTES - frame) // len(letter.encode())
        text = json.dumps({"name": letter * letters}, ensure_ascii=False)
        text += " " * (MAX_BODY_BYTES - len(text.encode()))
        more = text + " "
        if encoded:
            text, more = (base64.b64encode(one.encode()).decode() for one in (text, more))
        assert body(event(text, encoded), Request).name == letter * letters
        with pytest.raises(TooLarge, match="bytes are too many"):
            body(event(more, encoded), Request)


def test_nesting_up_to_the_limit_is_read_and_one_level_more_is_not() -> None:
    for opening, closing in (("[", "]"), ('{"x":', "}")):
        inside = "0" if opening != "[" else ""
        assert json_body(event(opening * MAX_DEPTH + inside + closing * MAX_DEPTH))
        with pytest.raises(InvalidInput, match="nested too deeply"):
            json_body(event(opening * (MAX_DEPTH + 1) + inside + closing * (MAX_DEPTH + 1)))


def test_numbers_flags_and_lists_are_read_from_a_query() -> None:
    found = query(event(n="3", flag="true", names="a,b,,c", name="5", seed="7"), Request)
    assert found == Request(name="5", n=3, flag=True, names=("a", "b", "c"), seed=7)
    assert query(event(flag="false", names="", seed="7a"), Request) == Request(flag=False, seed="7a")


@pytest.mark.parametrize("n", ["", "0", "6", "1.0", "1e0", " 1", "1 ", "1_0", "٣", "²", "x", "nan", "9" * 5000])
def test_what_is_no_number_of_the_range_is_refused_in_a_query(n: str) -> None:
    with pytest.raises(InvalidInput) as wrong:
        query(event(n=n), Request)
    assert [one.field for one in wrong.value.complaints] == ["n"]


@pytest.mark.parametrize("flag", ["", "1", "0", "yes", "True", "null"])
def test_only_true_and_false_are_flags_in_a_query(flag: str) -> None:
    with pytest.raises(InvalidInput, match="flag"):
        query(event(flag=flag), Request)


def test_an_unknown_parameter_is_refused() -> None:
    with pytest.raises(InvalidInput, match="limit: unknown field; use one of"):
        query(event(limit="5"), Request)


@given(parameters=st.dictionaries(st.sampled_from(["name", "n", "flag", "names", "seed", "x"]), st.text()))
def test_no_query_whatever_raises_anything_but_invalid_input(parameters: dict[str, str]) -> None:
    with contextlib.suppress(InvalidInput):
        assert isinstance(query(event(**parameters), Request), Request)
