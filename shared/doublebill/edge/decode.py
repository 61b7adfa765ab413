"""Decoding: the body or query string of an HTTP event, limited, parsed strictly and converted into its type."""

import base64
import json
import math
import re
import typing
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, get_args, get_origin

from doublebill.errors import NOTHING, InvalidInput
from doublebill.schema import Input, Json, read

MAX_BODY_BYTES = 1_000_000
MAX_DEPTH = 50
"""Levels of nesting in a body."""

TOO_DEEP = "nested too deeply"


class TooLarge(InvalidInput):
    """The body is larger than any request may be."""


def body[T](event: Mapping[str, Any], wanted: type[T]) -> T:
    """Reads the JSON body as a `wanted`; an absent body is an empty object.

    Raises:
        TooLarge: when it is over the limit, before it is parsed.
        InvalidInput: when it is not JSON, or not what is wanted.
    """
    return read(wanted, json_body(event))


def json_body(event: Mapping[str, Any]) -> Json:
    """Parses the JSON body: no duplicate keys, no NaN or infinity, no nesting past `MAX_DEPTH`."""
    raw, encoded = event.get("body") or "{}", bool(event.get("isBase64Encoded"))
    if len(raw) > MAX_BODY_BYTES * (4 / 3 if encoded else 1) + 4:
        raise TooLarge.one("body", f"{len(raw)} bytes are too many", f"send at most {MAX_BODY_BYTES}")
    try:
        text = base64.b64decode(raw, validate=True).decode() if encoded else raw
        size_bytes = len(text.encode())
    except (UnicodeError, ValueError) as wrong:
        raise InvalidInput.one("body", f"not JSON: {wrong}", "use JSON in UTF-8") from wrong
    if size_bytes > MAX_BODY_BYTES:
        raise TooLarge.one("body", f"{size_bytes} bytes are too many", f"send at most {MAX_BODY_BYTES}")
    return _parsed("body", text)


def _parsed(field: str, text: str) -> Json:
    """Parses the JSON in `text`."""
    try:
        parsed: Json = json.loads(text, object_pairs_hook=_object, parse_constant=_refuse_constant, parse_float=_finite)
    except RecursionError as deep:
        raise InvalidInput.one(field, TOO_DEEP, f"use at most {MAX_DEPTH} levels") from deep
    except ValueError as wrong:
        raise InvalidInput.one(field, f"not JSON: {wrong}", "use JSON in UTF-8") from wrong
    _check_depth(field, parsed)
    return parsed


def _object(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    if not pairs:
        return {}
    made = dict(pairs)
    if len(made) < len(pairs):
        counts = Counter(name for name, _ in pairs)
        twice, _ = counts.most_common(1)[0]
        raise InvalidInput.one(twice, "the key occurs twice", "use each key once")
    return made


def _finite(digits: str) -> float:
    number = float(digits)
    return number if math.isfinite(number) else _refuse_constant(digits)


def _refuse_constant(name: str) -> float:
    raise InvalidInput.one("body", f"{name[:40]} is no JSON number", "use finite numbers")


def _check_depth(field: str, parsed: Json) -> None:
    level: list[Json] = [parsed]
    for _ in range(MAX_DEPTH + 1):
        nested = [one for one in level if type(one) is dict or type(one) is list]
        if not nested:
            return
        level = []
        for one in nested:
            if one:  # a body may have 300,000 empty ones
                level.extend(one.values() if isinstance(one, dict) else one)
    raise InvalidInput.one(field, TOO_DEEP, f"use at most {MAX_DEPTH} levels")


def query[T](event: Mapping[str, Any], wanted: type[T]) -> T:
    """Reads the query string as a `wanted`: numbers and true or false as text, lists comma-separated, objects as JSON.

    Raises:
        InvalidInput: when it is not what is wanted.
    """
    parameters = event.get("queryStringParameters") or {}
    hints = typing.get_type_hints(wanted, include_extras=True)
    return read(wanted, {name: _typed(hints.get(name, str), name, text) for name, text in parameters.items()})


def _typed(annotation: Any, name: str, text: str) -> Json:
    kinds = _kinds(annotation)
    if bool in kinds:
        if text not in ("true", "false"):
            raise InvalidInput.of_value(name, text or NOTHING, "true or false")
        return text == "true"
    if int in kinds or float in kinds:
        return _number(text, whole=int in kinds)
    if tuple in kinds:
        return [part for part in text.split(",") if part]
    return _parsed(name, text) if dict in kinds else text


def _number(text: str, whole: bool) -> Json:
    """Returns the number that `text` spells as in JSON, or else `text`, which the schema refuses."""
    if not re.fullmatch(r"-?[0-9]+" if whole else r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?", text):
        return text
    try:
        return int(text) if whole else float(text)
    except ValueError:  # more digits than Python reads
        return text


def _kinds(annotation: Any) -> set[Any]:
    if isinstance(annotation, typing.TypeAliasType):
        return _kinds(annotation.__value__)
    if get_origin(annotation) is Annotated:
        return _kinds(get_args(annotation)[0])
    if get_origin(annotation) is tuple:
        return {tuple}
    if get_origin(annotation) is typing.Literal:
        return {type(option) for option in get_args(annotation)}
    if get_origin(annotation) is dict or annotation is object:
        return {dict}
    if isinstance(annotation, type) and issubclass(annotation, Input):
        return {dict}
    options = get_args(annotation)
    return {kind for option in options for kind in _kinds(option)} if options else {annotation}
