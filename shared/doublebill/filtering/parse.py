"""The grammar of filters: JSON that says which items may be recommended, read strictly and never evaluated.

A filter is an object, all of whose keys must hold:

    "tags": {"any": [tags], "all": [tags], "none": [tags]}      at least one of the three
    "year": 1999 | {"min": 1990, "max": 1999}                   "title": "Alien"
    "available": true    "seen": false                          whether the item is in the history
    "item_id": {"any": [ids]}                                   <attribute>: value | {"min", "max"} | {"any": [values]}
    "all": [filters]    "any": [filters]    "not": filter

The bounds of an attribute are numbers or dates: "2024-01-31", a whole day, "2024-01-31T20:00Z", "today" (UTC) or "now".
A value is true, false, a number or a string, and equals only its own kind: true is not 1. What is not known of an item
fulfils no condition; `not` is plain negation and `none` too, so these do hold for it. The empty filter holds for all.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import cast

import numpy as np

from doublebill.errors import Complaint, InvalidInput, unknown_field, unknown_fields, wrong_value
from doublebill.events import ID_LENGTH
from doublebill.filtering.conditions import (
    Among,
    Available,
    Between,
    Dated,
    Every,
    Filter,
    FromYears,
    Holding,
    InHistory,
    Inverse,
    Some,
    Tagged,
    Titled,
)
from doublebill.model.items import (
    ATTRIBUTE_NAMES,
    LARGEST_NUMBER,
    LATEST_YEAR,
    TAG_LENGTH,
    TITLE_LENGTH,
    Value,
    check_value,
    is_attribute_name,
)
from doublebill.model.metadata import dates

DEPTH = 10
"""Filters within filters, the outermost counted."""

CONDITIONS = 100
"""Keys of all filters within one."""

LIST_LENGTH = 1000
"""Tags, values or ids in one list; of filters there are at most `CONDITIONS`."""

CHOICES = ("any", "all", "none")
BOUNDS = ("min", "max")
TODAY, NOW = "today", "now"
DATE = "a date such as 2024-01-31, a time such as 2024-01-31T20:00Z, today or now"
YEAR = f"an integer from {-LATEST_YEAR} to {LATEST_YEAR}"


def parse(raw: object, field: str = "filter", now_ms: int = 0) -> Filter:
    """Reads the filter that `raw`, parsed JSON, spells; `now_ms` is the present moment, which "today" and "now" mean.

    Raises:
        InvalidInput: with a complaint for everything that is wrong, each with the place where it stands.
    """
    reader = _Reader(now_ms)
    read = reader.filter(raw, field, 1)
    if not reader.complaints and reader.conditions > CONDITIONS:
        reader.complaints.append(
            Complaint(field, f"{reader.conditions} conditions are too many", f"use at most {CONDITIONS}")
        )
    if reader.complaints:
        raise InvalidInput(reader.complaints)
    return read


class _Reader:
    """The state of reading one filter: the complaints and the number of conditions so far."""

    def __init__(self, now_ms: int) -> None:
        self.now_ms = now_ms
        self.complaints: list[Complaint] = []
        self.conditions = 0
        self.keys: Mapping[str, Callable[[object, str, int], Filter]] = {
            "tags": self.tags,
            "year": self.year,
            "title": lambda raw, field, _: Titled(self.text(raw, field, TITLE_LENGTH)),
            "available": lambda raw, field, _: Available(self.truth(raw, field)),
            "seen": lambda raw, field, _: InHistory(self.truth(raw, field)),
            "item_id": self.ids,
            "all": lambda raw, field, depth: Every(self.filters(raw, field, depth)),
            "any": lambda raw, field, depth: Some(self.filters(raw, field, depth)),
            "not": lambda raw, field, depth: Inverse(self.filter(raw, field, depth + 1)),
        }

    def refuse(self, field: str, found: object, expected: str) -> None:
        self.complaints.append(wrong_value(field, found, expected))

    def filter(self, raw: object, field: str, depth: int) -> Filter:
        if not isinstance(raw, dict):
            self.refuse(field, raw, "an object")
        elif depth > DEPTH:
            self.complaints.append(Complaint(field, "nested too deeply", f"use at most {DEPTH} filters within filters"))
        else:
            self.conditions += len(raw)
            if self.conditions <= CONDITIONS:  # past them the filter is refused, whatever else it says
                parts = [self.key(raw[key], field, key, depth) for key in sorted(raw)]
                return parts[0] if len(parts) == 1 else Every(tuple(parts))
        return Every(())

    def key(self, raw: object, field: str, key: str, depth: int) -> Filter:
        place = f"{field}.{key}"
        if key in self.keys:
            return self.keys[key](raw, place, depth)
        if is_attribute_name(key):
            return self.attribute(raw, place, key)
        self.complaints.append(unknown_field(place, (*self.keys, f"an attribute: {ATTRIBUTE_NAMES}")))
        return Every(())

    def filters(self, raw: object, field: str, depth: int) -> tuple[Filter, ...]:
        parts = self.entries(raw, field, CONDITIONS)
        return tuple(self.filter(part, f"{field}[{place}]", depth + 1) for place, part in enumerate(parts))

    def tags(self, raw: object, field: str, _: int) -> Filter:
        fields = self.keyed(raw, field, CHOICES)
        read = {choice: self.texts(fields[choice], f"{field}.{choice}", TAG_LENGTH) for choice in fields}
        parts: list[Filter] = [Tagged(read["any"])] if "any" in read else []
        parts += [Tagged((tag,)) for tag in read.get("all", ())]
        parts += [Inverse(Tagged(read["none"]))] if "none" in read else []
        return parts[0] if len(parts) == 1 else Every(tuple(parts))

    def year(self, raw: object, field: str, _: int) -> Filter:
        if not isinstance(raw, dict):
            year = self.whole(raw, field, f"{YEAR}, or an object of min and max")
            return FromYears(year, year)
        fields = self.keyed(raw, field, BOUNDS)
        read = {bound: self.whole(fields[bound], f"{field}.{bound}", YEAR) for bound in fields}
        return FromYears(read.get("min", -LATEST_YEAR), read.get("max", LATEST_YEAR))

    def ids(self, raw: object, field: str, _: int) -> Filter:
        fields = self.keyed(raw, field, ("any",))
        return Among(self.texts(fields["any"], f"{field}.any", ID_LENGTH) if fields else ())

    def attribute(self, raw: object, field: str, name: str) -> Filter:
        if not isinstance(raw, dict):
            return _holding(name, [check_value(field, raw, self.complaints)], field)
        if "any" in raw:
            fields = self.keyed(raw, field, ("any",))
            values = self.entries(fields.get("any", []), f"{field}.any", LIST_LENGTH) if fields else []
            checked = [check_value(f"{field}.any[{n}]", value, self.complaints) for n, value in enumerate(values)]
            return _holding(name, checked, field)
        fields = self.keyed(raw, field, BOUNDS)
        if any(isinstance(bound, str) for bound in fields.values()):
            return self.dated(fields, field, name)
        read = {bound: self.number(fields[bound], f"{field}.{bound}") for bound in fields}
        return Between(name, read.get("min", -LARGEST_NUMBER), read.get("max", LARGEST_NUMBER), field)

    def dated(self, fields: Mapping[str, object], field: str, name: str) -> Filter:
        low = self.moment(fields["min"], f"{field}.min", dates.first_ms) if "min" in fields else -math.inf
        high = self.moment(fields["max"], f"{field}.max", dates.last_ms) if "max" in fields else math.inf
        return Dated(name, low, high, NOW in fields.values(), field)

    def moment(self, raw: object, field: str, bound_of: Callable[[str], int | None]) -> float:
        """Returns a bound that is a date: its first or its last millisecond."""
        if raw == NOW:
            return self.now_ms
        text = str(np.datetime64(self.now_ms, "ms").astype("datetime64[D]")) if raw == TODAY else raw
        bound = bound_of(text) if isinstance(text, str) else None
        if bound is None:
            self.refuse(field, raw, DATE)
            return 0.0
        return bound

    def keyed(self, raw: object, field: str, keys: Sequence[str]) -> dict[str, object]:
        """Returns an object that has at least one of the keys and no other, or an empty one."""
        if not isinstance(raw, dict) or not raw:
            self.refuse(field, raw, f"an object with {' or '.join(keys)}")
            return {}
        unknown = [key for key in raw if key not in keys]
        self.complaints.extend(unknown_fields([f"{field}.{key}" for key in unknown], keys))
        return {} if unknown else raw

    def entries(self, raw: object, field: str, longest: int) -> list[object]:
        if isinstance(raw, list) and 1 <= len(raw) <= longest:
            return raw
        self.refuse(field, raw, f"a list of 1 to {longest} entries")
        return []

    def texts(self, raw: object, field: str, longest: int) -> tuple[str, ...]:
        entries = self.entries(raw, field, LIST_LENGTH)
        return tuple(sorted({self.text(text, f"{field}[{n}]", longest) for n, text in enumerate(entries)}))

    def text(self, raw: object, field: str, longest: int) -> str:
        if isinstance(raw, str) and 1 <= len(raw) <= longest and not any("\ud800" <= c <= "\udfff" for c in raw):
            return raw
        self.refuse(field, raw, f"a string of 1 to {longest} characters in well-formed Unicode")
        return ""

    def truth(self, raw: object, field: str) -> bool:
        if not isinstance(raw, bool):
            self.refuse(field, raw, "true or false")
        return raw is True

    def whole(self, raw: object, field: str, expected: str) -> int:
        is_number = isinstance(raw, (int, float)) and not isinstance(raw, bool)
        if is_number and raw in range(-LATEST_YEAR, LATEST_YEAR + 1):  # 1999.0 is there, 1999.5 and NaN are not
            return int(cast(float, raw))
        self.refuse(field, raw, expected)
        return 0

    def number(self, raw: object, field: str) -> float:
        if isinstance(raw, (int, float)) and not isinstance(raw, bool) and -LARGEST_NUMBER <= raw <= LARGEST_NUMBER:
            return float(raw)
        self.refuse(field, raw, "a number from -1e15 to 1e15, or a date such as 2024-01-31")
        return 0.0


def _holding(name: str, values: Sequence[Value], place: str) -> Holding:
    truths = {value for value in values if isinstance(value, bool)}
    texts = {value for value in values if isinstance(value, str)}
    numbers = {float(value) for value in values if not isinstance(value, (bool, str))}
    return Holding(name, tuple(sorted(truths)), tuple(sorted(numbers)), tuple(sorted(texts)), place)
