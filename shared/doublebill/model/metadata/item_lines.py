"""Item lines: updates of metadata as they are stored, and the state that a sequence of them makes.

An item line is a JSON object with the key `item_id`, and where given `title`, `tags` (a list of texts), `year`,
`available`, `attributes` (an object of truth values, numbers and texts), `available_from` and `available_until`
(integer milliseconds). A field, or an attribute, that is null is
cleared; one that is absent keeps its value. A line that removes an item has `removed: true` and nothing else.
"""

import json
from collections.abc import Mapping
from typing import Any

from doublebill.model.items import ATTRIBUTE_COUNT, Item, Value

FIELDS = ("title", "tags", "year", "available", "available_from", "available_until")
"""Fields of a line beside the id and the attributes, in their order."""

ATTRIBUTE = "attributes."
"""What the name of a cleared attribute begins with in `Item.cleared`."""


def item_to_line(item: Item) -> str:
    """Returns the item as one line of JSON, without the line end."""
    return json.dumps(fields_of(item), ensure_ascii=False, separators=(",", ":"))


def fields_of(item: Item) -> dict[str, Any]:
    """Returns the fields of the item that are given or cleared, as JSON has them."""
    if item.removed:
        return {"item_id": item.item_id, "removed": True}
    stated = {name: getattr(item, name) for name in FIELDS if getattr(item, name) not in ("", (), None)}
    fields: dict[str, Any] = {"item_id": item.item_id, **stated}
    if item.attributes:
        fields["attributes"] = dict(item.attributes)
    for name in item.cleared:
        if name.startswith(ATTRIBUTE):
            fields.setdefault("attributes", {})[name.removeprefix(ATTRIBUTE)] = None
        else:
            fields[name] = None
    return fields


def item_from_line(line: str) -> Item:
    """Returns the item of a line that `item_to_line` wrote."""
    fields = json.loads(line)
    present = {name: value for name, value in fields.items() if value is not None}
    cleared = fields.keys() - present.keys()
    attributes = present.get("attributes")
    if attributes and None in attributes.values():
        cleared |= {ATTRIBUTE + name for name, value in attributes.items() if value is None}
        present["attributes"] = {name: value for name, value in attributes.items() if value is not None}
    return Item(**{**present, "tags": tuple(present.get("tags", ())), "cleared": tuple(sorted(cleared))})


def merged(before: Item | None, update: Item) -> Item:
    """Returns the item after an update: a field that the update leaves out keeps its value, a cleared one has none."""
    if update.removed:
        return update
    if before is None or before.removed:
        before = Item(update.item_id)
    cleared = update.cleared
    return Item(
        update.item_id,
        title=update.title or ("" if "title" in cleared else before.title),
        tags=update.tags or (() if "tags" in cleared else before.tags),
        year=_newer(update.year, before.year, "year" in cleared),
        available=_newer(update.available, before.available, "available" in cleared),
        attributes=_merged_attributes(before.attributes, update),
        available_from=_newer(update.available_from, before.available_from, "available_from" in cleared),
        available_until=_newer(update.available_until, before.available_until, "available_until" in cleared),
    )


def _newer[T](found: T | None, before: T | None, cleared: bool) -> T | None:
    return before if found is None and not cleared else found


def _merged_attributes(before: Mapping[str, Value], update: Item) -> Mapping[str, Value]:
    """Returns the attributes of both; past the most that an item may have, the oldest are dropped."""
    if "attributes" in update.cleared:
        return {}
    gone = {name.removeprefix(ATTRIBUTE) for name in update.cleared if name.startswith(ATTRIBUTE)}
    if not gone and not (before and update.attributes):
        return update.attributes or before
    kept = {name: value for name, value in before.items() if name not in update.attributes and name not in gone}
    return dict(list({**kept, **update.attributes}.items())[-ATTRIBUTE_COUNT:])
