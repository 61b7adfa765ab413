"""Typed input, declared once: a frozen dataclass is the type, the validator and the JSON Schema of a request.

`read(Request, value)` checks parsed JSON against the annotations of the dataclass `Request` and gives back an instance,
or raises `InvalidInput` with every complaint; `schema_of(Request)` gives the JSON Schema (draft 2020-12) that the
OpenAPI document and the forms of clients are built from. Understood annotations: bool, int, float, str, Literal of
strings, dict[str, T], tuple[T, ...], X | None, unions of those whose JSON types differ, nested dataclasses, object
(anything); bounds stand in `Annotated[..., Bounds(...)]`. Numbers are strict: true is not 1, "10" is not 10, NaN is
refused; but 10.0 is 10, since JSON has one kind of number. A field whose name would be a keyword of Python ends in
`_`, which JSON leaves out. Answers are typed dictionaries (`TypedDict`), which `schema_of` describes too; they are not
read.
"""

import dataclasses
import functools
import math
import re
import types
import typing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from doublebill.errors import NOTHING, Complaint, InvalidInput, Shown, unknown_field, wrong_value

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
    ref: str | None = None
    """Name of the schema, told elsewhere, that describes an `object`."""


EXACTLY_ONE_OF = "EXACTLY_ONE_OF"
"""Attribute of a dataclass whose fields exclude each other, although one of them is needed: their names."""


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
    """The JSON Schema of a dataclass or typed dictionary."""
    if typing.is_typeddict(wanted):
        return _schema_of_answer(wanted)
    properties = {}
    required = []
    for name, (_, shape, default) in _fields(wanted).items():
        properties[name] = _schema(shape.annotation)
        if default is dataclasses.MISSING:
            required.append(name)
        elif default is not None:
            properties[name]["default"] = list(default) if isinstance(default, tuple) else default
    schema: dict[str, Any] = {"type": "object", "properties": properties, "additionalProperties": False}
    if required:
        schema["required"] = required
    if one_of := getattr(wanted, EXACTLY_ONE_OF, None):
        schema["oneOf"] = [{"required": [name], "properties": {name: {"not": {"type": "null"}}}} for name in one_of]
    return schema


def _schema_of_answer(wanted: type) -> dict[str, Any]:
    hints = typing.get_type_hints(wanted, include_extras=True)
    return {
        "type": "object",
        "properties": {name: _schema(annotation) for name, annotation in hints.items()},
        "required": sorted(wanted.__required_keys__),  # type: ignore[attr-defined]  # a typed dictionary has them
        "additionalProperties": False,
    }


@dataclass(frozen=True, slots=True, eq=False)
class _Shape:
    """An annotation taken apart, once for all the values that are read by it."""

    form: str
    """options, anything, object, dict, list, tuple, choice, or the plain type's name"""
    annotation: Any
    inner: Any
    bounds: Bounds | None
    parts: "tuple[_Shape, ...]" = ()
    """Of the options, of a list's or dict's entries, of a tuple's places."""
    lengths: tuple[float, float] = (1, 0)
    """Between them, both included, an ASCII text is right, whatever it says; none is where more is asked of it."""


@functools.cache
def _shape(annotation: Any) -> _Shape:
    inner, bounds = _split(annotation)
    options = _options(inner)
    if options is not None:
        bounded = (Annotated[option, bounds] if bounds else option for option in options)
        parts = tuple(map(_shape, bounded))
        text = next((part for part in parts if part.form == "str"), None)
        return _Shape("options", annotation, inner, bounds, parts, *([text.lengths] if text else []))
    if inner in ANYTHING:
        return _Shape("anything", annotation, inner, bounds)
    if dataclasses.is_dataclass(inner):
        return _Shape("object", annotation, inner, bounds)
    origin, arguments = get_origin(inner), get_args(inner)
    if origin is Literal:
        return _Shape("choice", annotation, inner, bounds)
    if origin is dict:
        return _Shape("dict", annotation, inner, bounds, (_shape(arguments[1]),))
    if origin is tuple and arguments[-1] is Ellipsis:
        return _Shape("list", annotation, inner, bounds, (_shape(arguments[0]),))
    if origin is tuple:
        return _Shape("tuple", annotation, inner, bounds, tuple(map(_shape, arguments)))
    if inner is str and not (bounds and bounds.pattern):
        return _Shape("str", annotation, inner, bounds, (), _lengths(bounds or Bounds()))
    return _Shape(inner.__name__, annotation, inner, bounds)


def _lengths(bounds: Bounds) -> tuple[float, float]:
    return bounds.min_length or 0, math.inf if bounds.max_length is None else bounds.max_length


@functools.cache
def _fields(wanted: type) -> dict[str, tuple[str, _Shape, Any]]:
    """By the name in JSON: the field's own name, its shape and its default."""
    hints = typing.get_type_hints(wanted, include_extras=True)
    return {f.name.rstrip("_"): (f.name, _shape(hints[f.name]), f.default) for f in dataclasses.fields(wanted)}


def _read_object(wanted: type, value: object, field: str, complaints: list[Complaint]) -> object:
    if not isinstance(value, dict):
        complaints.append(wrong_value(field or "body", Shown("null") if value is None else value, "an object"))
        return None
    fields = _fields(wanted)
    before = len(complaints)
    if not value.keys() <= fields.keys():
        unknown = (str(name) or '""' for name in value if name not in fields)
        complaints.extend(unknown_field(_inside(field, name), fields) for name in unknown)
    arguments = {}
    for name, (own_name, shape, default) in fields.items():
        if name in value:
            arguments[own_name] = _read(shape, value[name], _inside(field, name), complaints)
        elif default is dataclasses.MISSING:
            complaints.append(wrong_value(_inside(field, name), NOTHING, _described(shape.annotation)))
    return wanted(**arguments) if len(complaints) == before else None


def _read(shape: _Shape, value: object, field: str, complaints: list[Complaint]) -> object:
    if shape.form == "options":
        chosen = next((part for part in shape.parts if _fits(part, value)), None)
        if chosen is None:
            complaints.append(wrong_value(field, value, _described(shape.annotation)))
            return None
        return _read(chosen, value, field, complaints)
    if not _fits(shape, value):
        complaints.append(wrong_value(field, value, _described(shape.annotation)))
        return None
    if shape.form == "anything":
        return value
    if shape.form == "object":
        return _read_object(shape.inner, value, field, complaints)
    if isinstance(value, list):
        return _read_list(shape, value, field, complaints)
    if isinstance(value, dict):
        return _read_dict(shape, value, field, complaints)
    if isinstance(value, str) and not _well_formed(value):
        complaints.append(wrong_value(field, value, "well-formed Unicode"))
    elif not _within(shape.inner, shape.bounds, value):
        complaints.append(wrong_value(field, value, _described(shape.annotation)))
    return shape.inner(value) if shape.form in NUMBERS and isinstance(value, (int, float)) else value


NUMBERS = ("int", "float")


def _read_dict(shape: _Shape, value: dict[str, object], field: str, complaints: list[Complaint]) -> object:
    longest = shape.bounds.max_length if shape.bounds else None
    if longest is not None and len(value) > longest:
        complaints.append(wrong_value(field, Shown(f"{len(value)} entries"), f"at most {longest}"))
        return None
    (part,) = shape.parts
    return {key: _read(part, entry, _inside(field, key), complaints) for key, entry in value.items()}


def _read_list(shape: _Shape, value: list[object], field: str, complaints: list[Complaint]) -> object:
    bounds = shape.bounds
    low, high = (bounds.min_length or 0, bounds.max_length) if bounds else (0, None)
    if len(value) < low or (high is not None and len(value) > high):
        complaints.append(wrong_value(field, Shown(f"{len(value)} entries"), f"{low} to {high}"))
        return None
    if shape.form == "tuple":
        return tuple(_read(part, value[i], f"{field}[{i}]", complaints) for i, part in enumerate(shape.parts))
    (part,) = shape.parts
    fewest, most = part.lengths  # most entries of long lists are texts of which nothing is to be said
    return tuple(
        entry
        if isinstance(entry, str) and fewest <= len(entry) <= most and entry.isascii()
        else _read(part, entry, f"{field}[{i}]", complaints)
        for i, entry in enumerate(value)
    )


def _fits(shape: _Shape, value: object) -> bool:  # noqa: C901  # one branch for each form
    match shape.form:
        case "str":
            return isinstance(value, str)
        case "options":
            return any(_fits(part, value) for part in shape.parts)
        case "anything":
            return True
        case "object" | "dict":
            return isinstance(value, dict)
        case "list":
            return isinstance(value, list)
        case "tuple":
            return isinstance(value, list) and len(value) == len(shape.parts)
        case "choice":
            return isinstance(value, str) and value in get_args(shape.inner)
        case "bool":
            return isinstance(value, bool)
        case "int" | "float" if isinstance(value, bool):
            return False
        case "float":
            return isinstance(value, (int, float)) and _finite(value)
        case "int" if isinstance(value, float):
            return value.is_integer()
    return isinstance(value, shape.inner)


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


def _inside(field: str, name: str) -> str:
    return f"{field}.{name}" if field else name


JSON_TYPES = {bool: "boolean", int: "integer", float: "number", str: "string", type(None): "null"}

KEYWORDS = ("minimum", "maximum", "description")
"""Bounds that JSON Schema calls the same."""


def _schema(annotation: Any) -> dict[str, Any]:
    inner, bounds = _split(annotation)
    schema = _bare_schema(inner)
    if bounds is None:
        return schema
    schema |= {name: getattr(bounds, name) for name in KEYWORDS if getattr(bounds, name) is not None}
    if bounds.ref is not None:
        schema["$ref"] = f"#/components/schemas/{bounds.ref}"
    if bounds.pattern is not None:
        schema["pattern"] = f"^(?:{bounds.pattern})$"  # JSON Schema searches where `read` matches the whole
    noun = "Length" if inner is str else "Properties" if get_origin(inner) is dict else "Items"
    if bounds.min_length is not None:
        schema["min" + noun] = bounds.min_length
    if bounds.max_length is not None:
        schema["max" + noun] = bounds.max_length
    return schema


def _bare_schema(inner: Any) -> dict[str, Any]:
    options = _options(inner)
    if options is not None:
        shown = [_schema(option) for option in options]
        return {"anyOf": shown}
    if dataclasses.is_dataclass(inner) or typing.is_typeddict(inner):
        return schema_of(typing.cast(type, inner))
    origin, arguments = get_origin(inner), get_args(inner)
    if origin in (typing.NotRequired, typing.Required):
        return _schema(arguments[0])
    if origin in (list, Sequence):
        return {"type": "array", "items": _schema(arguments[0])}
    if origin is Literal:
        return {"type": "string", "enum": list(arguments)}
    if origin in (dict, Mapping):
        return {"type": "object", "additionalProperties": _schema(arguments[1])}
    if origin is tuple and arguments[-1] is Ellipsis:
        return {"type": "array", "items": _schema(arguments[0])}
    if origin is tuple:
        return {"type": "array", **_parts(arguments), "minItems": len(arguments), "maxItems": len(arguments)}
    return {} if inner in ANYTHING else {"type": JSON_TYPES[inner]}


def _parts(arguments: Sequence[Any]) -> dict[str, Any]:
    """What each place of a tuple holds; said once where it is the same, which more tools understand."""
    parts = [_schema(part) for part in arguments]
    return {"items": parts[0]} if parts.count(parts[0]) == len(parts) else {"prefixItems": parts}
