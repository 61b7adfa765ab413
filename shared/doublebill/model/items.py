"""Items: the metadata of one thing that can be recommended, as received and checked.

A catalog's metadata is a sequence of updates: a field that an update leaves out keeps its value, null clears it.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from doublebill.errors import Complaint, InvalidInput, unknown_fields, wrong_value
from doublebill.events import check_id
from doublebill.model.metadata.dates import first_ms, last_ms
from doublebill.times.moments import milliseconds

TITLE_LENGTH = 512
"""Longest title, in characters."""

TAG_COUNT = 64
TAG_LENGTH = 128
LATEST_YEAR = 9999
"""Years run from minus this to this."""

ITEM_FIELDS = frozenset(
    {"item_id", "title", "tags", "year", "available", "attributes", "available_from", "available_until", "removed"}
)

CLEARABLE = ITEM_FIELDS - {"item_id", "removed"}
"""Fields that an update can clear."""

ATTRIBUTE_COUNT = 16
"""Most attributes of one item."""

ATTRIBUTE_NAME = "[a-z][a-z0-9_]{0,31}"
RESERVED_NAMES = frozenset(
    {"all", "any", "not", "tags", "year", "title", "available", "seen", "item_id", "available_from", "available_until"}
)
"""Words that are no names of attributes: filters give them a meaning."""

LARGEST_NUMBER = 1e15
"""Numbers run from minus this to this: whole ones up to here are exact in 64 bits of floating point."""

ATTRIBUTE_TEXT_LENGTH = 256

type Value = bool | float | str
"""The value of an attribute; a whole number may also be an int."""

NO_ATTRIBUTES: Mapping[str, Value] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Item:
    """The metadata of one item."""

    item_id: str
    title: str = ""
    """Empty where it is not known."""
    tags: tuple[str, ...] = ()
    """Each once, in the order received."""
    year: int | None = None
    available: bool | None = None
    """False takes the item down; None where nothing was said."""
    attributes: Mapping[str, Value] = NO_ATTRIBUTES
    """Anything else worth filtering by, by name."""
    available_from: int | None = None
    """First millisecond in which it may be recommended."""
    available_until: int | None = None
    """Last millisecond in which it may be recommended."""
    cleared: tuple[str, ...] = ()
    """Fields, and attributes as `attributes.<name>`, that this update empties; sorted."""
    removed: bool = False
    """Whether this update takes the item out of the catalog; a later update brings it back, without what was before."""


def parse_item(raw: Mapping[str, object], clears: bool = False) -> Item:
    """Returns the item that `raw` describes. With `clears`, null, an empty title and empty tags clear a field.

    Otherwise they count as absent.

    Raises:
        InvalidInput: with a complaint for each field that is wrong, missing or unknown.
    """
    complaints: list[Complaint] = []
    if unknown := raw.keys() - ITEM_FIELDS:
        complaints.extend(unknown_fields(sorted(unknown), sorted(ITEM_FIELDS)))
    item = Item(
        check_id("item_id", raw.get("item_id"), complaints),
        _text("title", raw.get("title"), 0, TITLE_LENGTH, complaints),
        _tags(raw.get("tags"), complaints),
        _year(raw.get("year"), complaints),
        _available(raw.get("available"), complaints),
        _attributes(raw.get("attributes"), complaints),
        _moment("available_from", raw, first_ms, complaints),
        _moment("available_until", raw, last_ms, complaints),
        tuple(sorted(_cleared(raw))) if clears else (),
        _removed(raw, complaints),
    )
    opens, closes = item.available_from, item.available_until
    if opens is not None and closes is not None and closes < opens:
        complaints.append(Complaint("available_until", "lies before available_from", "give a later time"))
    if complaints:
        raise InvalidInput(complaints)
    return item


def _text(field: str, found: object, shortest: int, longest: int, complaints: list[Complaint]) -> str:
    if found is None and not shortest:
        return ""
    if not isinstance(found, str) or not shortest <= len(found) <= longest:
        complaints.append(wrong_value(field, found, f"a string of {shortest} to {longest} characters"))
        return ""
    try:
        found.encode()
    except UnicodeEncodeError:
        complaints.append(wrong_value(field, found, "well-formed Unicode"))
    return found


def _tags(found: object, complaints: list[Complaint]) -> tuple[str, ...]:
    if found is None:
        return ()
    if not isinstance(found, (list, tuple)) or len(found) > TAG_COUNT:
        complaints.append(wrong_value("tags", found, f"a list of at most {TAG_COUNT} strings"))
        return ()
    tags = (_text(f"tags[{index}]", tag, 1, TAG_LENGTH, complaints) for index, tag in enumerate(found))
    return tuple(dict.fromkeys(tags))


def _year(found: object, complaints: list[Complaint]) -> int | None:
    if found is None:
        return None
    if isinstance(found, float) and found.is_integer():  # JSON has one kind of number
        found = int(found)
    if isinstance(found, bool) or not isinstance(found, int) or not -LATEST_YEAR <= found <= LATEST_YEAR:
        complaints.append(wrong_value("year", found, f"an integer from {-LATEST_YEAR} to {LATEST_YEAR}"))
        return None
    return found


def _moment(
    field: str, raw: Mapping[str, object], of_date: Callable[[str], int | None], complaints: list[Complaint]
) -> int | None:
    """Returns a bound of the availability in milliseconds; a day counts whole."""
    found = raw.get(field)
    if found is None:
        return None
    if isinstance(found, str) and (moment := of_date(found)) is not None:
        return moment
    try:
        return milliseconds(found)
    except InvalidInput as wrong:
        complaints += [replace(one, field=field) for one in wrong.complaints]
        return None


def _cleared(raw: Mapping[str, object]) -> Iterator[str]:
    yield from (name for name in CLEARABLE if name in raw and raw[name] is None)
    yield from (name for name in ("title", "tags") if raw.get(name) in ("", [], ()))
    attributes = raw.get("attributes")
    if isinstance(attributes, Mapping):
        yield from (f"attributes.{name}" for name, value in attributes.items() if value is None)


def _removed(raw: Mapping[str, object], complaints: list[Complaint]) -> bool:
    found = raw.get("removed")
    if found is not None and not isinstance(found, bool):
        complaints.append(wrong_value("removed", found, "true or false"))
    beside = sorted(raw.keys() & CLEARABLE)
    if found is True and beside:
        complaints.append(Complaint("removed", f"found beside {', '.join(beside)}", "give nothing else but item_id"))
    return found is True


def _available(found: object, complaints: list[Complaint]) -> bool | None:
    if found is None or isinstance(found, bool):
        return found
    complaints.append(wrong_value("available", found, "true or false"))
    return None


def _attributes(found: object, complaints: list[Complaint]) -> Mapping[str, Value]:
    if found is None:
        return NO_ATTRIBUTES
    if not isinstance(found, Mapping) or len(found) > ATTRIBUTE_COUNT:
        complaints.append(wrong_value("attributes", found, f"an object of at most {ATTRIBUTE_COUNT} names with values"))
        return NO_ATTRIBUTES
    attributes: dict[str, Value] = {}
    for name, value in found.items():
        field = f"attributes.{name}"
        if not is_attribute_name(name):
            complaints.append(wrong_value(field, name, ATTRIBUTE_NAMES))
        elif value is not None:
            attributes[name] = check_value(field, value, complaints)
    return attributes


ATTRIBUTE_NAMES = "a name of 1 to 32 of a-z, 0-9 and _ that begins with a letter and is none of " + ", ".join(
    sorted(RESERVED_NAMES)
)


def is_attribute_name(name: object) -> bool:
    """Returns whether it is a possible name of an attribute."""
    return isinstance(name, str) and re.fullmatch(ATTRIBUTE_NAME, name) is not None and name not in RESERVED_NAMES


def check_value(field: str, found: object, complaints: list[Complaint]) -> Value:
    """Returns `found` when an attribute can be that, else adds a complaint of `field` and returns False."""
    if isinstance(found, bool):
        return found
    if isinstance(found, str):
        return _text(field, found, 1, ATTRIBUTE_TEXT_LENGTH, complaints)
    if isinstance(found, (int, float)) and -LARGEST_NUMBER <= found <= LARGEST_NUMBER:
        return found
    expected = f"true, false, a number from -1e15 to 1e15 or a string of 1 to {ATTRIBUTE_TEXT_LENGTH} characters"
    complaints.append(wrong_value(field, found, expected))
    return False
