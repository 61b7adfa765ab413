"""Tools that an assistant may call, made of the operations of the API: names, JSON Schemas, and the call of each."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from doublebill.client import Call, ProblemAnswer
from doublebill.client.call import path_of
from doublebill_local.locations import ROOT

type Schema = dict[str, Any]

OFFERED: Mapping[str, str] = {
    "list_catalogs": "Lists the catalogs of items, such as films or songs, with the sizes of their models.",
    "search_items": "Finds items of a catalog by words of their title, tags or id; mistakes in typing are forgiven. "
    "Use it to turn titles into item ids.",
    "recommend": "Recommends items for a history of item ids, or for a user whose events are stored. Give exactly one "
    "of history and user_id. With explain, each item says how much each item of the history contributed to its score.",
    "rank": "Orders items that you name for a history or a user, best first. Give exactly one of history and user_id.",
    "neighbours": "Lists the items that are most similar to one item.",
    "popular": "Lists the items of a catalog that most users have.",
    "trending": "Lists the items of a catalog that most users turned to recently.",
    "look_up_items": "Returns titles, tags and other metadata of items by their ids.",
    "games": "Lists the kinds of game content, levels and texts, each with the JSON Schema of its spec.",
    "generate": "Generates levels, each with the path that proves that it can be finished, or names, items, loot and "
    "quests. The same seed gives the same content. Use the format text to read levels.",
    "prove": "Checks whether levels can be finished, whoever made them, and says why not. Give exactly one of grid and "
    "file.",
}
"""Operation → its description. All of these only read: an assistant stores, trains and removes nothing."""

PATH_HINTS: Mapping[str, str] = {
    "catalog": "name of a catalog, from list_catalogs",
    "item_id": "id of an item, from search_items or an answer",
    "kind": "kind of content, from games",
}

REFERENCE = "#/components/schemas/"


@dataclass(frozen=True)
class Tool:
    """One operation as a tool."""

    name: str
    description: str
    schema: Schema
    """Of its arguments: those of the path, the query string and the body side by side."""
    method: str
    path: str
    """With `{name}` for arguments."""

    def call(self, arguments: Mapping[str, Any]) -> Call[Any]:
        """Returns the request with these arguments.

        Raises:
            ValueError: when one of the path is missing, or no URL can carry it.
        """
        left = dict(arguments)
        path = path_of(*(_segment(part, left) for part in self.path.removeprefix("/v1/").split("/")))
        return Call(self.method, path, left) if self.method == "GET" else Call(self.method, path, body=left)


def tools() -> dict[str, Tool]:
    """Returns the tools by name."""
    document = json.loads((ROOT / "infra/openapi.json").read_text())
    described = {
        operation["operationId"]: (method.upper(), path, operation)
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    }
    return {name: _tool(name, document["components"]["schemas"], *described[name]) for name in OFFERED}


def problem_text(refused: Exception) -> str:
    """Returns what an assistant has to read of a refusal: each field, what is wrong, what to do."""
    if isinstance(refused, ProblemAnswer) and refused.errors:
        return "\n".join(f"{one.field}: {one.problem}; {one.fix}" for one in refused.errors)
    text = refused.detail if isinstance(refused, ProblemAnswer) else str(refused)
    return text or f"the service refused the call: {type(refused).__name__}"


def _segment(part: str, arguments: dict[str, Any]) -> str:
    """Returns a segment of a path, and takes its argument out of the others."""
    if not part.startswith("{"):
        return part
    name = part[1:-1]
    value = arguments.pop(name, "")
    if not value or not isinstance(value, str):
        raise ValueError(f"{name}: missing; give a string: {PATH_HINTS[name]}")
    return value


def _tool(name: str, schemas: Mapping[str, Schema], method: str, path: str, operation: Schema) -> Tool:
    properties: dict[str, Schema] = {}
    required: list[str] = []
    for one in operation["parameters"]:
        shape = one.get("schema") or one["content"]["application/json"]["schema"]
        hint = {"description": PATH_HINTS[one["name"]]} if one["in"] == "path" else {}
        properties[one["name"]] = {**shape, **hint}
        required += [one["name"]] if one["required"] else []
    if "requestBody" in operation:
        reference = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
        body = schemas[reference.removeprefix(REFERENCE)]
        properties |= body["properties"]
        required += body.get("required", [])
    whole = {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
    named = {one: schemas[one] for one in sorted(_reached(whole, schemas))}
    if named:
        whole["$defs"] = named
    text = json.dumps(whole).replace(REFERENCE, "#/$defs/")
    return Tool(name, OFFERED[name], cast(Schema, json.loads(text)), method, path)


def _reached(schema: Schema, schemas: Mapping[str, Schema]) -> set[str]:
    """Returns the names of the schemas that one refers to, straight or through others."""
    reached: set[str] = set()
    waiting = [*_references(schema)]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += _references(schemas[name])
    return reached


def _references(schema: Schema) -> Iterator[str]:
    yield from re.findall(rf'"{REFERENCE}(\w+)"', json.dumps(schema))
