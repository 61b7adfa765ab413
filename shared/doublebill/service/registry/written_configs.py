"""Written configs: configs as people write them in JSON, each wrong field named, and grids of them.

    {"family": {"name": "edlae", "ridge": 200}, "k": 50}          a config; fields that are left out have their defaults
    {"family": ["knn", {"name": "edlae", "ridge": [100, 200]}]}   a grid: a list stands for each of its values
    [{"family": "knn"}, {"k": [50, 100]}]                         a list of configs and grids

A family without hyper-parameters may be its name alone.
"""

import dataclasses
import itertools
import math
import typing
from collections.abc import Iterator, Mapping
from typing import Any, Literal, get_args, get_origin

import msgspec

from doublebill.errors import Complaint, InvalidInput, unknown_field, wrong_value
from doublebill.model.config import FAMILIES, STRONGEST_DAMPING, Config, Private

WRITTEN = {name: family for name, family in FAMILIES.items() if family is not Private}
"""Families that a person may write; a private model is trained by its epsilon and delta."""

MOST_CONFIGS = 100
"""In one grid: more would train for days."""

MOST_NUMBER = 1e9
"""The largest number of a field; `MOST` has fields with a lower limit."""

MOST = {
    "k": 10_000,
    "minimum_users": 1_000,
    "dimensions": 4_096,
    "epochs": 10_000,
    "patience": 10_000,
    "batch_users": 1_000_000,
}

RULES = {
    "ridge": "a number above 0",
    "dropout": "a number from 0 to below 1",
    "dimensions": "an integer from 1 to 4,096",
    "k": "an integer from 1 to 10,000",
    "damping": f"a number from -{STRONGEST_DAMPING:g} to {STRONGEST_DAMPING:g}",
    "order": "a number from 0 to 1, with refit",
    "minimum_users": "an integer from 1 to 1,000",
    "most_influence": "a number from 0, with the family edlae",
    "recency_days": "a number from 0, with the family knn",
}
"""Values of fields whose type does not say it all."""

NAMES = {bool: "true or false", int: "an integer from 0", float: "a number from 0", str: "a string"}

GUIDE = "a value that infra/docs/guides/models.md names"


def grid(value: object, field: str) -> list[Mapping[str, object]]:
    """Returns the configs that a grid stands for, each once, in their order; `field` is its place in messages.

    Raises:
        InvalidInput: when it is none, or has more than `MOST_CONFIGS`.
    """
    if not isinstance(value, dict | list) or not value or not all(isinstance(one, dict) for one in [*_listed(value)]):
        raise InvalidInput.of_value(field, value, "a JSON object of fields with lists of values, or a list of configs")
    try:
        found = list(itertools.islice(_alternatives(value), MOST_CONFIGS + 1))
    except RecursionError as deep:
        raise InvalidInput.one(field, "is nested too deeply", "write a list of values beside a field") from deep
    distinct = [one for place, one in enumerate(found) if one not in found[:place]]
    if len(found) > MOST_CONFIGS:
        problem = f"stands for more than {MOST_CONFIGS} configs"
        raise InvalidInput.one(field, problem, "name fewer values, or train several times")
    if not distinct:
        raise InvalidInput.one(field, "stands for no config: a list of values is empty", "name at least one value")
    for place, one in enumerate(distinct):
        read_config(one, f"{field}[{place}]" if len(distinct) > 1 else field)
    return distinct


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _alternatives(value: object) -> Iterator[Any]:
    """Yields each value that a part of a grid stands for."""
    if isinstance(value, list):
        for one in value:
            yield from _alternatives(one)
    elif isinstance(value, dict):
        choices = [list(itertools.islice(_alternatives(one), MOST_CONFIGS + 1)) for one in value.values()]
        yield from (dict(zip(value, chosen, strict=True)) for chosen in itertools.product(*choices))
    else:
        yield value


def read_config(written: object, field: str = "config", **defaults: object) -> Config:
    """Returns a config from what a person wrote; `defaults` stand for fields that are left out.

    Raises:
        InvalidInput: with a complaint about each unknown or wrong field.
    """
    if not isinstance(written, Mapping):
        raise InvalidInput.of_value(field, written, "an object with the fields of a config")
    family, complaints = _family(written.get("family", Config().family.name), f"{field}.family")
    rest = {name: value for name, value in written.items() if name != "family"}
    fields, wrong = _fields(Config, rest, field, ("family",))
    if complaints or wrong:
        raise InvalidInput([*complaints, *wrong])
    return _made(Config, {**defaults, **fields, **({"family": family} if "family" in written else {})}, field)


def _family(written: object, field: str) -> tuple[object, list[Complaint]]:
    """Returns the family and the complaints about it."""
    fields = {"name": written} if isinstance(written, str) else written
    allowed = f"one of {', '.join(WRITTEN)}, or an object with such a name"
    if not isinstance(fields, Mapping):
        return None, [wrong_value(field, written, allowed)]
    name = fields.get("name")
    if not isinstance(name, str) or name not in WRITTEN:
        return None, [wrong_value(f"{field}.name", name, f"one of {', '.join(WRITTEN)}")]
    values, complaints = _fields(WRITTEN[name], {one: fields[one] for one in fields if one != "name"}, field, ("name",))
    if complaints:
        return None, complaints
    try:
        return _made(WRITTEN[name], values, field), []
    except InvalidInput as wrong:
        return None, list(wrong.complaints)


def _fields(
    kind: type, written: Mapping[str, object], field: str, besides: tuple[str, ...]
) -> tuple[dict[str, Any], list[Complaint]]:
    """Returns the converted values of a dataclass, and the complaints; `besides` are fields that were read already."""
    hints, complaints, values = typing.get_type_hints(kind), [], {}
    names = [one.name for one in dataclasses.fields(kind) if one.name not in besides]
    for name, value in written.items():
        place = f"{field}.{name}"
        if name not in names:
            complaints.append(unknown_field(place, [*besides, *names]))
            continue
        try:
            values[name] = _converted(hints[name], value, place)
            too_much = not _is_within(values[name], name)
        except msgspec.ValidationError:
            too_much = True
        except InvalidInput as wrong:
            complaints += wrong.complaints
            continue
        if too_much:
            complaints.append(wrong_value(place, value, RULES.get(name) or _allowed(hints[name])))
    return values, complaints


def _converted(hint: Any, value: object, field: str) -> Any:
    """Returns a value as its field has it; an object becomes the dataclass of the field."""
    options = (hint, *get_args(hint))
    nested = next((one for one in options if isinstance(one, type) and dataclasses.is_dataclass(one)), None)
    if nested is not None and isinstance(value, Mapping):
        values, complaints = _fields(nested, value, field, ())
        if complaints:
            raise InvalidInput(complaints)
        return _made(nested, values, field)
    if hint is int and isinstance(value, float) and value.is_integer():
        value = int(value)
    return msgspec.convert(value, hint)


def _is_within(value: object, name: str) -> bool:
    """Checks that a number is finite and that no computer is too small for it."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return True
    return math.isfinite(value) and abs(value) <= MOST.get(name, MOST_NUMBER)


def _made[Kind](kind: type[Kind], values: Mapping[str, Any], field: str) -> Kind:
    """Returns the dataclass with these values; where it refuses them, the field without which it would not."""
    try:
        made = kind(**values)
        check = getattr(made, "check", None)  # a family checks itself where a config is made
        if check is None or check():
            return made
    except (ValueError, TypeError):
        pass
    for name in values:
        rest = {one: value for one, value in values.items() if one != name}
        if _possible(kind, rest):
            hint = typing.get_type_hints(kind)[name]
            raise InvalidInput.of_value(f"{field}.{name}", values[name], RULES.get(name) or _allowed(hint))
    raise InvalidInput.one(field, "its fields are not possible together", f"use {GUIDE}")


def _possible(kind: type, values: Mapping[str, Any]) -> bool:
    try:
        made = kind(**values)
    except (ValueError, TypeError):
        return False
    check = getattr(made, "check", None)
    return check is None or bool(check())


def _allowed(hint: Any) -> str:
    """Returns the values of a field in words."""
    if isinstance(hint, typing.TypeAliasType):
        return _allowed(hint.__value__)
    if get_origin(hint) is Literal:
        return f"one of {', '.join(map(str, get_args(hint)))}"
    return NAMES.get(hint, GUIDE)
