"""Typed input: a class of msgspec is the type, the validator and the JSON Schema of a request.

`read(Request, value)` converts parsed JSON into an instance of a class that extends `Input`, or raises `InvalidInput`
with a complaint about every wrong field. msgspec converts and validates; it reports only the first error, as text, so
an input that it refuses is walked once more, to complain about each field by its path. `schema_of(Request)` returns the
JSON Schema (draft 2020-12) of the OpenAPI document and of the forms of clients; it describes typed dictionaries too.

Numbers are strict: true is not 1, "10" is not 10; but 10.0 is 10, since JSON has one kind of number. Unknown fields
are refused. Strings have to be well-formed Unicode. Limits are `msgspec.Meta`, see `whole` and `described_by`. A field
whose name would be a keyword of Python ends in `_`, which JSON leaves out.
"""

import contextlib
import types
import typing
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec
from msgspec import Meta

from doublebill.errors import Complaint, InvalidInput, Shown, unknown_fields, wrong_value

type Json = bool | int | float | str | list[Json] | dict[str, Json] | None

type Pair[T] = Annotated[tuple[T, ...], Meta(min_length=2, max_length=2)]
"""Two values of a type. A fixed tuple beside a limited number or string in a union crashes the garbage collector of
Python (msgspec 0.19 to 0.22); `tests/doublebill/test_schema.py` looks for such unions in every request."""

IdempotencyKey = Annotated[
    str, Meta(max_length=128, description="up to 128 characters; a request sent again with its key starts nothing")
]
"""Key by which a request that starts a job is known when it is sent again."""

EXACTLY_ONE_OF = "EXACTLY_ONE_OF"
"""Class attribute that names the fields of which a request has to bring exactly one."""

NO_NEWLINE = r"(?!\n)"
"""Stands after `$`, which in Python also matches before a newline at the end."""


def _json_name(name: str) -> str:
    return name.rstrip("_")


class Input(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename=_json_name):
    """An object that a caller sends."""


def whole(pattern: str) -> str:
    """Returns the pattern of strings that match as a whole; both Python and JSON Schema search otherwise."""
    return f"^(?:{pattern})${NO_NEWLINE}"


def described_by(name: str) -> Meta:
    """Returns the mark of a value whose schema is a component of the OpenAPI document, such as `Filter`."""
    return Meta(extra_json_schema={"$ref": f"#/components/schemas/{name}"})


def read[T](wanted: type[T], value: object, field: str = "") -> T:
    """Converts parsed JSON into an instance of `wanted`, a subclass of `Input`; `field` is its place in the request.

    Raises:
        InvalidInput: with a complaint about each wrong, missing or unknown field.
    """
    try:
        made = msgspec.convert(value, wanted)
        if _well_formed(made):
            return made
    except (msgspec.ValidationError, UnicodeEncodeError):
        pass
    complaints = list(_complaints(wanted, value, field))
    if complaints:
        raise InvalidInput(complaints)
    return msgspec.convert(_with_integers(value), wanted)


def _well_formed(made: object) -> bool:
    """Checks that UTF-8 can carry every string: the escapes of JSON can spell half of a surrogate pair."""
    try:
        msgspec.json.encode(made)
    except UnicodeEncodeError:
        return False
    except OverflowError:  # an integer of more than 64 bits in a value that is passed on
        return isinstance(made, str)
    return True


def _with_integers(value: Any) -> Any:
    """Returns the same JSON with integers in place of floats without a fraction."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_with_integers(part) for part in value]
    return {name: _with_integers(part) for name, part in value.items()} if isinstance(value, dict) else value


def _complaints(annotation: Any, value: Any, field: str) -> Iterator[Complaint]:
    """Yields the complaints about a value that should be as annotated; none where it is."""
    inner, meta = _split(annotation)
    options = get_args(inner) if get_origin(inner) in (Union, types.UnionType) else ()
    if options:
        chosen = next((option for option in options if _has_form(option, value)), None)
        yield from (
            [wrong_value(field, value, _allowed(annotation))] if chosen is None else _complaints(chosen, value, field)
        )
    elif _is_input(inner):
        yield from _of_object(inner, value, field)
    elif isinstance(value, list | dict) and get_args(inner) and _has_form(inner, value):
        yield from _of_parts(inner, meta, value, field)
    elif isinstance(value, str) and not _well_formed(value) and inner is str:
        yield wrong_value(field, value, "well-formed Unicode")
    elif not _converts(annotation, value):
        yield wrong_value(field, Shown("null") if value is None else value, _allowed(annotation))


def _of_object(wanted: type[msgspec.Struct], value: Any, field: str) -> Iterator[Complaint]:
    if not isinstance(value, dict):
        yield wrong_value(field or "body", Shown("null") if value is None else value, "an object")
        return
    fields = {one.encode_name: one for one in msgspec.structs.fields(wanted)}
    unknown = [name for name in value if name not in fields]
    yield from unknown_fields([_inside(field, name or '""') for name in unknown], fields)
    for name, one in fields.items():
        if name in value:
            yield from _complaints(one.type, value[name], _inside(field, name))
        elif one.required:
            yield wrong_value(_inside(field, name), None, _allowed(one.type))


def _of_parts(inner: Any, meta: Meta | None, value: Any, field: str) -> Iterator[Complaint]:
    """Yields the complaints about the entries of a list or object, or about their number."""
    low, high = (meta.min_length or 0, meta.max_length) if meta else (0, None)
    if len(value) < low or (high is not None and len(value) > high):
        number = f"{low} to {high}" if 0 < low != high else f"{high}" if low else f"at most {high}"
        yield wrong_value(field, Shown(f"{len(value)} entries"), number)
        return
    arguments = get_args(inner)
    if isinstance(value, dict):
        for name, part in value.items():
            yield from _complaints(arguments[1], part, _inside(field, name))
        return
    parts = arguments[:1] * len(value) if arguments[-1] is Ellipsis else arguments
    for place, (part, one) in enumerate(zip(parts, value, strict=True)):
        yield from _complaints(part, one, f"{field}[{place}]")


def _has_form(annotation: Any, value: object) -> bool:
    """Checks whether a value is of the JSON type that is annotated, whatever its limits and parts are."""
    inner, _ = _split(annotation)
    origin, arguments = get_origin(inner), get_args(inner)
    if isinstance(value, list):
        return inner in (Any, object) or (origin is tuple and (arguments[-1] is ... or len(arguments) == len(value)))
    if isinstance(value, dict):
        return inner in (Any, object) or origin is dict or _is_input(inner)
    return inner is str if isinstance(value, str) and inner in NAMES else _converts(inner, value)


def _converts(annotation: Any, value: object) -> bool:
    with contextlib.suppress(msgspec.ValidationError, UnicodeEncodeError):
        msgspec.convert(_with_integers(value), annotation)
        return True
    return False


def _is_input(inner: Any) -> bool:
    return isinstance(inner, type) and issubclass(inner, msgspec.Struct)


def _split(annotation: Any) -> tuple[Any, Meta | None]:
    """Returns the annotated type and its limits, where several are named the outermost of each."""
    if isinstance(annotation, typing.TypeAliasType):
        return _split(annotation.__value__)
    if isinstance(get_origin(annotation), typing.TypeAliasType):
        return _split(get_origin(annotation).__value__[get_args(annotation)])
    if get_origin(annotation) is not Annotated:
        return annotation, None
    inner, *notes = get_args(annotation)
    inner, limits = _split(inner)
    for outer in notes:
        if isinstance(outer, Meta):
            limits = _within(limits, outer) if limits else outer
    return inner, limits


LIMITS = ("gt", "ge", "lt", "le", "multiple_of", "pattern", "min_length", "max_length", "description")
"""What a `Meta` says of values."""


def _within(inner: Meta, outer: Meta) -> Meta:
    """Returns the limits of both; where both name one, that of `outer`."""
    said = {name: getattr(outer, name) for name in LIMITS if getattr(outer, name) is not None}
    return Meta(**{name: said.get(name, getattr(inner, name)) for name in LIMITS})


UNSAID = (types.NoneType, msgspec.UnsetType)
"""Alternatives that a message does not offer."""

NAMES = {bool: "true or false", int: "an integer", float: "a number", str: "a string", types.NoneType: "null"}


def _allowed(annotation: Any) -> str:
    """Says in words which values are allowed: the description where there is one, else the type and its limits."""
    inner, meta = _split(annotation)
    if meta and meta.description:
        return meta.description
    if get_origin(inner) in (Union, types.UnionType):
        return " or ".join(_allowed(option) for option in get_args(inner) if option not in UNSAID)
    if get_origin(inner) is Literal:
        return "one of " + ", ".join(map(str, get_args(inner)))
    if get_origin(inner) is tuple:
        arguments = get_args(inner)
        exact = meta.min_length if meta and meta.min_length == meta.max_length else None
        length = exact if arguments[-1] is Ellipsis else len(arguments)
        return "a list" if length is None else f"a list of {length}"
    name = NAMES.get(inner, "an object")
    if meta is None:
        return name
    if inner is str:
        return f"{name} of {meta.min_length or 0} to {meta.max_length} characters"
    if meta.ge is not None and meta.le is not None:
        return f"{name} from {meta.ge:.16g} to {meta.le:.16g}"
    return name if meta.ge is None else f"{name} of at least {meta.ge:.16g}"


def _inside(field: str, name: str) -> str:
    return f"{field}.{name}" if field else name


DEFINITIONS = "#/$defs/"

EMPTY: tuple[tuple[str, object], ...] = (("default", None), ("required", []), ("title", ""))
"""Keys of a schema that say nothing with these values."""


def schema_of(wanted: Any) -> dict[str, Any]:
    """Returns the JSON Schema of an input or of a typed dictionary, with nested ones in place."""
    schema: dict[str, Any]
    (reference,), definitions = msgspec.json.schema_components(
        [wanted], schema_hook=_schema_of_anything, ref_template=DEFINITIONS + "{name}"
    )
    schema = _inlined(reference, definitions)
    if one_of := getattr(wanted, EXACTLY_ONE_OF, None):
        schema["oneOf"] = [{"required": [name], "properties": {name: {"not": {"type": "null"}}}} for name in one_of]
    return schema


def _schema_of_anything(annotation: type) -> dict[str, Any]:
    """Returns the schema of `object`, which takes all values; msgspec refuses an empty one."""
    if annotation is not object:
        raise NotImplementedError
    return {"title": ""}


def _inlined(node: Any, definitions: Mapping[str, Any]) -> Any:
    """Returns a part of a schema with what it refers to in place, without titles and defaults of null."""
    if isinstance(node, list | tuple):
        return [_inlined(part, definitions) for part in node]
    if not isinstance(node, dict):
        return node
    name = node.get("$ref", "").removeprefix(DEFINITIONS)
    if name in definitions:
        definition = {key: part for key, part in definitions[name].items() if key not in ("title", "description")}
        own = {key: part for key, part in node.items() if key != "$ref"}
        closed = {"additionalProperties": False} if "properties" in definition else {}
        return _inlined({**definition, **closed, **own}, definitions)
    kept = {key: part for key, part in node.items() if (key, part) not in EMPTY}
    if isinstance(kept.get("enum"), list):
        whole_numbers = all(isinstance(option, int) for option in kept["enum"])
        kept = {"type": "integer" if whole_numbers else "string", **kept}
    if isinstance(kept.get("pattern"), str):
        kept["pattern"] = kept["pattern"].removesuffix(NO_NEWLINE)
    if places := kept.get("prefixItems"):  # said once where all are alike, which more tools understand
        del kept["items"]
        if places.count(places[0]) == len(places):
            kept["items"] = kept.pop("prefixItems")[0]
    return {key: _inlined(part, definitions) for key, part in kept.items()}
