"""The JSON Schemas (draft 2020-12) of an event and of an item as callers send them, for the OpenAPI document.

`doublebill.events` and `doublebill.model.items` judge them, with better words.
"""

from typing import Any

from doublebill.events import ID_LENGTH
from doublebill.model.items import (
    ATTRIBUTE_COUNT,
    ATTRIBUTE_NAME,
    ATTRIBUTE_TEXT_LENGTH,
    LARGEST_NUMBER,
    LATEST_YEAR,
    RESERVED_NAMES,
    TAG_COUNT,
    TAG_LENGTH,
    TITLE_LENGTH,
)
from doublebill.times.written_dates import LONGEST_TEXT
from doublebill.values.event_kinds import DEFAULT_KINDS, NAME
from doublebill.values.rating_scale import LARGEST_RATING

Schema = dict[str, Any]


def _string(shortest: int, longest: int) -> Schema:
    return {"type": "string", "minLength": shortest, "maxLength": longest}


def _optional(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


_ID = _string(1, ID_LENGTH)
_NUMBER = {"type": "number", "minimum": -LARGEST_NUMBER, "maximum": LARGEST_NUMBER}

_MOMENT: Schema = {
    "description": "A date such as 2024-01-31, which counts whole, ISO 8601, or Unix time in seconds.",
    "anyOf": [{"type": "string"}, {"type": "number", "minimum": 0}],
}

EVENT_SCHEMA: Schema = {
    "type": "object",
    "description": "One event, of one of the kinds of the catalog. A rate event needs a value, the rating. "
    "A timestamp is Unix time (seconds, milliseconds, …), YYYYMMDD or a date and time such as ISO 8601.",
    "properties": {
        "user_id": _ID,
        "item_id": _ID,
        "kind": {"type": "string", "pattern": f"^{NAME}$", "examples": list(DEFAULT_KINDS)},
        "value": _optional({"type": "number", "minimum": -LARGEST_RATING, "maximum": LARGEST_RATING}),
        "timestamp": {"anyOf": [{"type": "number", "minimum": 0}, _string(1, LONGEST_TEXT), {"type": "null"}]},
        "event_id": _optional(_ID),
        "recommendation_id": _optional(_ID),
    },
    "required": ["user_id", "item_id", "kind"],
    "additionalProperties": False,
}

ITEM_SCHEMA: Schema = {
    "type": "object",
    "description": "The metadata of one item. A field that is left out keeps its value; null clears it.",
    "properties": {
        "item_id": _ID,
        "title": _optional(_string(0, TITLE_LENGTH)),
        "tags": _optional({"type": "array", "items": _string(1, TAG_LENGTH), "maxItems": TAG_COUNT}),
        "year": _optional({"type": "integer", "minimum": -LATEST_YEAR, "maximum": LATEST_YEAR}),
        "available": _optional({"type": "boolean"}),
        "attributes": _optional(
            {
                "type": "object",
                "propertyNames": {"pattern": f"^(?:{ATTRIBUTE_NAME})$", "not": {"enum": sorted(RESERVED_NAMES)}},
                "additionalProperties": _optional(
                    {"anyOf": [{"type": "boolean"}, _NUMBER, _string(1, ATTRIBUTE_TEXT_LENGTH)]}
                ),
                "maxProperties": ATTRIBUTE_COUNT,
            }
        ),
        "available_from": _optional(_MOMENT),
        "available_until": _optional(_MOMENT),
        "removed": _optional({"type": "boolean", "description": "True removes the item; it stands alone."}),
    },
    "required": ["item_id"],
    "if": {"properties": {"removed": {"const": True}}, "required": ["removed"]},
    "then": {"propertyNames": {"enum": ["item_id", "removed"]}},
    "additionalProperties": False,
}
