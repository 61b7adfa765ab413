"""The JSON Schema (draft 2020-12) of a filter, for the OpenAPI document.

It cannot say how deep filters nest nor how many conditions they have in all, and it takes any attribute name, where a
catalog has only some.
"""

from collections.abc import Mapping
from typing import Any

from doublebill.events import ID_LENGTH
from doublebill.filtering.parse import CHOICES, CONDITIONS, LIST_LENGTH, NOW, TODAY
from doublebill.model.items import (
    ATTRIBUTE_NAME,
    ATTRIBUTE_TEXT_LENGTH,
    LARGEST_NUMBER,
    LATEST_YEAR,
    TAG_LENGTH,
    TITLE_LENGTH,
)

_YEARS = "(000[1-9]|00[1-9][0-9]|0[1-9][0-9]{2}|[1-9][0-9]{3})"
_DAYS = (
    "((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|[12][0-9]))"  # leap or not
)
_HOURS, _MINUTES = "([01][0-9]|2[0-3])", "[0-5][0-9]"
PLAIN_DATE = f"{_YEARS}-{_DAYS}([T ]{_HOURS}:{_MINUTES}(:{_MINUTES}([.][0-9]{{1,9}})?)?(Z|[+-]{_HOURS}:?{_MINUTES})?)?"
"""The form of a date without the names of its parts, which not every tool knows."""


def _object(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "additionalProperties": False, "minProperties": 1}


def _list(items: Mapping[str, Any], longest: int = LIST_LENGTH) -> dict[str, Any]:
    return {"type": "array", "items": items, "minItems": 1, "maxItems": longest}


def _string(longest: int) -> dict[str, Any]:
    return {"type": "string", "minLength": 1, "maxLength": longest}


_FILTER = {"$ref": "#/components/schemas/Filter"}
_YEAR = {"type": "integer", "minimum": -LATEST_YEAR, "maximum": LATEST_YEAR}
_NUMBER = {"type": "number", "minimum": -LARGEST_NUMBER, "maximum": LARGEST_NUMBER}
_VALUES = [{"type": "boolean"}, _NUMBER, _string(ATTRIBUTE_TEXT_LENGTH)]

_DATE = {"anyOf": [{"enum": [TODAY, NOW]}, {"type": "string", "pattern": f"^{PLAIN_DATE}$"}]}

FILTER_SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "A condition on items; all keys have to hold. Every other key is an attribute of the catalog.",
    "properties": {
        "tags": _object({choice: _list(_string(TAG_LENGTH)) for choice in CHOICES}),
        "year": {"anyOf": [_YEAR, _object({"min": _YEAR, "max": _YEAR})]},
        "title": _string(TITLE_LENGTH),
        "available": {"type": "boolean"},
        "seen": {"type": "boolean", "description": "whether the item is in the history"},
        "item_id": _object({"any": _list(_string(ID_LENGTH))}),
        "all": _list(_FILTER, CONDITIONS),
        "any": _list(_FILTER, CONDITIONS),
        "not": _FILTER,
    },
    "propertyNames": {"pattern": f"^(?:{ATTRIBUTE_NAME})$"},
    "additionalProperties": {
        "anyOf": [
            *_VALUES,
            _object({"min": _NUMBER, "max": _NUMBER}),
            _object({"min": _DATE, "max": _DATE}),
            _object({"any": _list({"anyOf": _VALUES})}),
        ]
    },
    "maxProperties": CONDITIONS,
}
"""Belongs into `components.schemas` under the name Filter, which it refers to itself."""
