"""Typed input, declared once: a frozen dataclass is the type, the validator and the JSON Schema of a request.

`read(Request, value)` checks parsed JSON against the annotations of the dataclass `Request` and gives back an instance,
or raises `InvalidInput` with every complaint; `schema_of(Request)` gives the JSON Schema (draft 2020-12) that the
OpenAPI document and the forms of clients are built from. Understood annotations: bool, int, float, str, Literal of
strings, dict[str, T], tuple[T, ...], X | None, unions of those whose JSON types differ, nested dataclasses, object
(anything); bounds stand in `Annotated[..., Bounds(...)]`. Numbers are strict: true is not 1, "10" is not 10, NaN is
refused.
"""

import dataclasses
import functools
import math
import re
import types
import typing
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from doublebill.errors import NOTHING, Complaint, InvalidInput, Shown, complaint

ANYTHING = (Any, object)
"""Annotations of a part that is passed on as it is, for whoever knows what it should be."""

type Json = bool | int | float | str | list[Json] | dict[str, Json] | None


@dataclass(frozen=True, slots=True)
class Bounds:
    """Limits of a number (minimum, maximum), a string or tuple (min_length, max_length, pattern), and what it is."""

    minimum: float | None = None
    maximum: float | None = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    description: str | None = None


def read[T](wanted: type[T], value: object, field: str = "") -> T:
    """`value` as an instance of the dataclass `wanted`.

    Raises:
        InvalidInput: with one complaint per wrong, missing or unknown field.
    """
    complaints: list[Complaint] = []
    result = _read_object(wanted, value, field, complaints)
    if complaints:
        raise InvalidInput(complaints)
    return typing.cast(T, result)


def schema_of(wanted: type) -> dict[str, Any]:
    """The JSON Schema of the dataclass `wanted`."""
    properties = {}
    required = []
    for name, (annotation, default) in _fields(wanted).items():
        properties[name] = _schema(annotation)
        if default is dataclasses.MISSING:
            required.append(name)
        elif default is not None:
            properties[name]["default"] = list(default) if isinstance(default, tuple) else default
    schema: dict[str, Any] = {"type": "object", "properties": properties, "additionalProperties": False}
    return schema | ({"required": required} if required else {})


@functools.cache
def _fields(wanted: type) -> dict[str, tuple[Any, Any]]:
    hints = typing.get_type_hints(wanted, include_extras=True)
    return {f.name: (hints[f.name], f.default) for f in dataclasses.fields(wanted)}


def _read_object(wanted: type, value: object, field: str, complaints: list[Complaint]) -> object:
    if not isinstance(value, dict):
        complaints.append(complaint(field or "body", _shown(value), "an object"))
        return None
    fields = _fields(wanted)
    before = len(complaints)
    known = "no such field; known are " + ", ".join(fields)
    complaints.extend(
        complaint(_inside(field, str(name) or '""'), _shown(value[name]), known) for name in value if name not in fields
    )
    arguments = {}
    for name, (annotation, default) in fields.items():
        if name in value:
            arguments[name] = _read(annotation, value[name], _inside(field, name), complaints)
        elif default is dataclasses.MISSING:
            complaints.append(complaint(_inside(field, name), NOTHING, _described(annotation)))
    return wanted(**arguments) if len(complaints) == before else None


def _read(annotation: Any, value: object, field: str, complaints: list[Complaint]) -> object:
    inner, bounds = _split(annotation)
    options = _options(inner)
    if options is not None:
        chosen = next((option for option in options if _fits(option, value)), None)
        if chosen is None:
            complaints.append(complaint(field, _shown(value), _described(annotation)))
            return None
        return _read(Annotated[chosen, bounds] if bounds else chosen, value, field, complaints)
    if not _fits(inner, value):
        complaints.append(complaint(field, _shown(value), _described(annotation)))
        return None
    if inner in ANYTHING:
        return value
    if dataclasses.is_dataclass(inner):
        return _read_object(typing.cast(type, inner), value, field, complaints)
    if isinstance(value, list):
        return _read_list(inner, bounds, value, field, complaints)
    if isinstance(value, dict):
        items = get_args(inner)[1]
        return {key: _read(items, held, _inside(field, key), complaints) for key, held in value.items()}
    if isinstance(value, str) and not _well_formed(value):
        complaints.append(complaint(field, value, "well-formed Unicode"))
    elif not _within(inner, bounds, value):
        complaints.append(complaint(field, value, _described(annotation)))
    return float(value) if inner is float and isinstance(value, int) else value


def _read_list(
    inner: Any, bounds: Bounds | None, value: list[object], field: str, complaints: list[Complaint]
) -> object:
    low, high = (bounds.min_length or 0, bounds.max_length) if bounds else (0, None)
    if len(value) < low or (high is not None and len(value) > high):
        complaints.append(complaint(field, Shown(f"{len(value)} entries"), f"{low} to {high} entries"))
        return None
    arguments = get_args(inner)
    if len(arguments) == 2 and arguments[1] is Ellipsis:
        return tuple(_read(arguments[0], entry, f"{field}[{i}]", complaints) for i, entry in enumerate(value))
    return tuple(
        _read(part, entry, f"{field}[{i}]", complaints)
        for i, (part, entry) in enumerate(zip(arguments, value, strict=True))
    )


def _fits(annotation: Any, value: object) -> bool:
    inner, _ = _split(annotation)
    options = _options(inner)
    if options is not None:
        return any(_fits(option, value) for option in options)
    if inner in ANYTHING:
        return True
    if dataclasses.is_dataclass(inner) or get_origin(inner) is dict:
        return isinstance(value, dict)
    if get_origin(inner) is tuple:
        arguments = get_args(inner)
        return isinstance(value, list) and (arguments[-1] is Ellipsis or len(value) == len(arguments))
    if get_origin(inner) is Literal:
        return isinstance(value, str) and value in get_args(inner)
    if isinstance(value, bool) or inner is bool:
        return isinstance(value, bool) and inner is bool
    if inner is float:
        return isinstance(value, (int, float)) and _finite(value)
    return isinstance(value, inner)


def _finite(value: float) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:  # an integer that no float holds
        return False


def _well_formed(text: str) -> bool:
    """Whether UTF-8 can carry it: JSON's escapes can spell half of a surrogate pair."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _within(inner: Any, bounds: Bounds | None, value: object) -> bool:
    if bounds is None:
        return True
    if isinstance(value, str) and inner is str:
        low, high = bounds.min_length or 0, bounds.max_length
        right_length = len(value) >= low and (high is None or len(value) <= high)
        return right_length and (bounds.pattern is None or re.fullmatch(bounds.pattern, value) is not None)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        low_number = -math.inf if bounds.minimum is None else bounds.minimum
        return low_number <= value <= (math.inf if bounds.maximum is None else bounds.maximum)
    return True


def _split(annotation: Any) -> tuple[Any, Bounds | None]:
    if isinstance(annotation, typing.TypeAliasType):
        return _split(annotation.__value__)
    if get_origin(annotation) is not Annotated:
        return annotation, None
    inner, *notes = get_args(annotation)
    return inner, next((note for note in notes if isinstance(note, Bounds)), None)


def _options(inner: Any) -> tuple[Any, ...] | None:
    if get_origin(inner) in (Union, types.UnionType):
        return tuple(type(None) if option is None else option for option in get_args(inner))
    return None


NAMES = {bool: "true or false", int: "an integer", float: "a number", str: "a string", type(None): "null"}


def _described(annotation: Any) -> str:
    inner, bounds = _split(annotation)
    options = _options(inner)
    if options is not None:
        what = " or ".join(_described(option) for option in options if option is not type(None))
    elif get_origin(inner) is Literal:
        what = "one of " + ", ".join(get_args(inner))
    elif get_origin(inner) is tuple:
        arguments = get_args(inner)
        what = "a list" if arguments[-1] is Ellipsis else f"a list of {len(arguments)}"
    else:
        what = NAMES.get(inner, "an object")
    if bounds is None:
        return what
    if bounds.description:
        return bounds.description
    if inner is str:
        return f"a string of {bounds.min_length or 0} to {bounds.max_length} characters"
    if bounds.minimum is not None and bounds.maximum is not None:
        return f"{what} from {bounds.minimum:.16g} to {bounds.maximum:.16g}"
    if bounds.minimum is not None:
        return f"{what} of at least {bounds.minimum:.16g}"
    return what


def _shown(value: object) -> object:
    if isinstance(value, list):
        return Shown(f"a list of {len(value)}")
    return Shown("an object") if isinstance(value, dict) else value


def _inside(field: str, name: str) -> str:
    return f"{field}.{name}" if field else name


KEYWORDS = ("minimum", "maximum", "description")
"""Bounds that JSON Schema calls the same."""


def _schema(annotation: Any) -> dict[str, Any]:
    inner, bounds = _split(annotation)
    schema = _bare_schema(inner)
    if bounds is None:
        return schema
    schema |= {name: getattr(bounds, name) for name in KEYWORDS if getattr(bounds, name) is not None}
    if bounds.pattern is not None:
        schema["pattern"] = f"^(?:{bounds.pattern})$"  # JSON Schema searches where `read` matches the whole
    noun = "Length" if inner is str else "Items"
    if bounds.min_length is not None:
        schema["min" + noun] = bounds.min_length
    if bounds.max_length is not None:
        schema["max" + noun] = bounds.max_length
    return schema


def _bare_schema(inner: Any) -> dict[str, Any]:
    options = _options(inner)
    if options is not None:
        shown = [_schema(option) for option in options if option is not type(None)]
        return shown[0] if len(shown) == 1 else {"anyOf": shown}
    if dataclasses.is_dataclass(inner):
        return schema_of(typing.cast(type, inner))
    origin, arguments = get_origin(inner), get_args(inner)
    if origin is Literal:
        return {"type": "string", "enum": list(arguments)}
    if origin is dict:
        return {"type": "object", "additionalProperties": _schema(arguments[1])}
    if origin is tuple and arguments[-1] is Ellipsis:
        return {"type": "array", "items": _schema(arguments[0])}
    if origin is tuple:
        return {
            "type": "array",
            "prefixItems": [_schema(part) for part in arguments],
            "minItems": len(arguments),
            "maxItems": len(arguments),
        }
    return (
        {"type": {bool: "boolean", int: "integer", float: "number", str: "string"}[inner]}
        if inner not in ANYTHING
        else {}
    )
