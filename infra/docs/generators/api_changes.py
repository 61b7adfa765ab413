"""Lists the changes of the HTTP API since the last release, breaking ones first.

    python infra/docs/generators/api_changes.py        prints infra/docs/reference/api-changes.md; `make docs` writes it

Compares two OpenAPI 3.1 documents. A change of a request is breaking when the new schema refuses a body that the old
one accepts; a change of an answer is breaking when the new schema allows a body that the old one does not describe, but
for new fields, which a client has to pass over.
Both are one question, `refusals(wider, narrower)`, with the documents in opposite roles.
"""

import json
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

RELEASED = Path(__file__).parents[1] / "reference" / "openapi-0.1.0.json"
CURRENT = Path(__file__).parents[2] / "openapi.json"
FEW = 3
"""Operations that a line names; more are counted."""
UNDESCRIBED = ": not described"
METHODS = ("get", "put", "post", "delete", "patch")
UPPER_LIMITS = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
LOWER_LIMITS = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")

type Json = Mapping[str, Any]
"""An OpenAPI document, or a part of one."""


@dataclass
class Changes:
    """The differences between two OpenAPI documents, each as one line of Markdown."""

    breaking: list[str] = field(default_factory=list)
    compatible: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Schema:
    """A JSON Schema with the document that its references point into."""

    document: Json
    node: Json

    @classmethod
    def of(cls, document: Json, node: Json) -> "Schema":
        """Returns the schema with its reference, if it is one, followed."""
        while "$ref" in node:
            target: Any = document
            for part in node["$ref"].removeprefix("#/").split("/"):
                target = target[part.replace("~1", "/").replace("~0", "~")]
            node = target
        return cls(document, node)

    def child(self, node: Json) -> "Schema":
        """Returns a schema nested in this one."""
        return Schema.of(self.document, node)

    @property
    def alternatives(self) -> list["Schema"]:
        """The schemas of which one has to fit: those under `anyOf` or `oneOf`, one for each type of a list, or this."""
        for word in ("anyOf", "oneOf"):
            if word in self.node:
                common = {name: value for name, value in self.node.items() if name != word}
                several = [self.child(node).node for node in self.node[word]]
                return [one for node in several for one in self.child(_both(common, node)).alternatives]
        kinds = self.node.get("type")
        if isinstance(kinds, list):
            return [Schema(self.document, {**self.node, "type": kind}) for kind in kinds]
        return [self]


def _both(one: Json, other: Json) -> Json:
    """Merges two schemas that both have to fit."""
    merged = {**one, **other}
    if "properties" in one or "properties" in other:
        merged["properties"] = {**one.get("properties", {}), **other.get("properties", {})}
    if "required" in one or "required" in other:
        merged["required"] = [*one.get("required", ()), *other.get("required", ())]
    return merged


def refusals(wider: Schema, narrower: Schema, place: str, visited: frozenset[tuple[str, str]]) -> list[str]:
    """Lists why `wider` refuses something that `narrower` accepts; empty when it accepts all of it."""
    pair = (json.dumps(wider.node, sort_keys=True), json.dumps(narrower.node, sort_keys=True))
    if pair in visited or pair[0] == pair[1] == "{}":
        return []
    visited |= {pair}
    found: list[str] = []
    for one in narrower.alternatives:
        reasons = [_refusals(other, one, place, visited) for other in wider.alternatives]
        if all(reasons):
            fewest = min(reasons, key=len)
            found += fewest
    return found


def _refusals(wider: Schema, narrower: Schema, place: str, visited: frozenset[tuple[str, str]]) -> list[str]:
    new, old = wider.node, narrower.node
    if "type" in new and new["type"] != old.get("type") and (new["type"], old.get("type")) != ("number", "integer"):
        return [f"`{place}`: type `{old.get('type', 'any')}` against `{new['type']}`"]
    found = []
    if "const" in old or "enum" in old:
        allowed = new.get("enum", [new["const"]] if "const" in new else None)
        more = (
            [] if allowed is None else [value for value in old.get("enum", [old.get("const")]) if value not in allowed]
        )
        found += [f"`{place}`: value `{json.dumps(value)}`" for value in more]
    elif "enum" in new or "const" in new:
        found.append(f"`{place}`: any value against {json.dumps(new.get('enum', new.get('const')))}")
    found += list(_limits(new, old, place))
    found += list(_properties(wider, narrower, place, visited))
    if "items" in new and "items" in old:
        found += refusals(wider.child(new["items"]), narrower.child(old["items"]), f"{place}[]", visited)
    return found


def _limits(new: Json, old: Json, place: str) -> Iterator[str]:
    for name in UPPER_LIMITS:
        if name in new and old.get(name, float("inf")) > new[name]:
            yield f"`{place}`: {name} {old.get(name, 'none')} against {new[name]}"
    for name in LOWER_LIMITS:
        if name in new and new[name] > old.get(name, float("-inf")) and (new[name] or name in old):
            yield f"`{place}`: {name} {old.get(name, 'none')} against {new[name]}"
    if "pattern" in new and "enum" not in old and new["pattern"] != old.get("pattern"):
        yield f"`{place}`: pattern `{old.get('pattern', 'none')}` against `{new['pattern']}`"


def _properties(wider: Schema, narrower: Schema, place: str, visited: frozenset[tuple[str, str]]) -> Iterator[str]:
    new, old = wider.node.get("properties", {}), narrower.node.get("properties", {})
    for name in wider.node.get("required", ()):
        if name not in narrower.node.get("required", ()):
            yield f"`{place}.{name}`: may be missing, and must not be"
    for name, node in old.items():
        if name in new:
            yield from refusals(wider.child(new[name]), narrower.child(node), f"{place}.{name}", visited)
        elif wider.node.get("additionalProperties") is False:
            yield f"`{place}.{name}`{UNDESCRIBED}"


def compare(released: Json, current: Json) -> Changes:
    """Compares two OpenAPI documents, operation by operation."""
    changes = Changes()
    old, new = dict(operations(released)), dict(operations(current))
    changes.breaking += [f"{name}: operation removed" for name in old if name not in new]
    changes.compatible += [f"{name}: operation added" for name in new if name not in old]
    for name in old.keys() & new.keys():
        _operation(changes, name, (released, old[name]), (current, new[name]))
    changes.breaking.sort()
    changes.compatible.sort()
    return changes


def operations(document: Json) -> Iterator[tuple[str, Json]]:
    """Yields every operation as `METHOD /path` with its object."""
    for path, methods in document["paths"].items():
        for method in METHODS:
            if method in methods:
                yield f"`{method.upper()} {path}`", methods[method]


def _operation(changes: Changes, name: str, released: tuple[Json, Json], current: tuple[Json, Json]) -> None:
    (old_document, old), (new_document, new) = released, current
    old_parts, new_parts = dict(_parts(old)), dict(_parts(new))
    for part, (direction, required, node) in new_parts.items():
        if part not in old_parts:
            where = changes.breaking if direction == "in" and required else changes.compatible
            where.append(f"{name}: {part} added")
            continue
        before, after = Schema.of(old_document, old_parts[part][2]), Schema.of(new_document, node)
        wider, narrower = (after, before) if direction == "in" else (before, after)
        for line in refusals(wider, narrower, part, frozenset()):
            if direction == "in" or not line.endswith(UNDESCRIBED):
                changes.breaking.append(f"{name}: {line}")
            elif line.count(".") > 1 or "[]" in line:  # those at the top are additions anyway
                changes.compatible.append(f"{name}: {line.removesuffix(UNDESCRIBED)}: added")
        changes.compatible += [f"{name}: {line}" for line in _additions(before, after, part)]
    changes.breaking += [f"{name}: {part} removed" for part in old_parts if part not in new_parts]


def _parts(operation: Json) -> Iterator[tuple[str, tuple[str, bool, Json]]]:
    """Yields what an operation takes and gives: its name, its direction, whether it is required, its schema."""
    for parameter in operation.get("parameters", ()):
        node = parameter["schema"] if "schema" in parameter else _body(parameter)
        yield f"parameter {parameter['name']}", ("in", parameter.get("required", False), node)
    if "requestBody" in operation:
        yield "request", ("in", operation["requestBody"].get("required", False), _body(operation["requestBody"]))
    for status, response in operation["responses"].items():
        yield f"answer {status}", ("out", False, _body(response))


def _body(holder: Json) -> Json:
    """Returns the schema of the first media type; one that allows anything where none is described."""
    content: Json = holder.get("content", {})
    return next((media["schema"] for media in content.values() if "schema" in media), {})


def _additions(old: Schema, new: Schema, place: str) -> list[str]:
    """Lists the fields at the top of the new schema, and the values of its fields, that the old one does not have."""
    before, after = old.node.get("properties", {}), new.node.get("properties", {})
    added = [f"`{place}.{name}`: added" for name in sorted(after.keys() - before.keys())]
    for name in before.keys() & after.keys():
        values = [value for value in after[name].get("enum", ()) if value not in before[name].get("enum", (value,))]
        added += [f"`{place}.{name}`: value `{json.dumps(value)}` added" for value in values]
    return added


def page() -> str:
    """Returns the page `api-changes.md`."""
    changes = compare(json.loads(RELEASED.read_text()), json.loads(CURRENT.read_text()))
    lines = [
        "# Changes of the HTTP API since 0.1.0",
        "",
        "Generated by `make docs` from [openapi-0.1.0.json](openapi-0.1.0.json) and",
        "[openapi.json](../../openapi.json). `a against b` reads: one side allows a, the other only b.",
    ]
    for title, found in (("Breaking", changes.breaking), ("Compatible", changes.compatible)):
        lines += ["", f"## {title}", "", *(_folded(found) or ["None."])]
    return "\n".join(lines) + "\n"


def _folded(changes: list[str]) -> list[str]:
    """Returns the changes as a list, those that many operations and statuses share in one line."""
    operations: dict[str, list[str]] = {}
    for change in changes:
        operation, _, what = change.partition("`: ")
        operations.setdefault(re.sub(r"answer [45]\d\d", "error", what), []).append(f"{operation}`")
    return [
        f"- {len(set(names))} operations: {what}"
        if len(set(names)) > FEW
        else f"- {', '.join(dict.fromkeys(names))}: {what}"
        for what, names in operations.items()
    ]


if __name__ == "__main__":
    sys.stdout.write(page())
