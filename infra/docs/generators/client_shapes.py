"""Writes the types of the Python client from the OpenAPI document.

python infra/docs/generators/client_shapes.py        prints shared/doublebill/client/shapes.py; `make docs` writes it

Every schema becomes a typed dictionary, and so do the parameters in a query string (`…Query`) and the objects inside of
them, which are named after their field, and after the object that holds them where two differ. An object with fields of
any name becomes a mapping.
"""

import json
import subprocess
import sys
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

CURRENT = Path(__file__).parents[2] / "openapi.json"
REFERENCE = "#/components/schemas/"
WIDTH = 110
NAMES = {"asked": "Place"}
"""Names of objects whose field does not say what they are."""
PLAIN = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
HEADER = '''"""The requests and responses of the HTTP API as types; `make docs` writes them from infra/openapi.json."""

from collections.abc import Mapping, Sequence
from typing import Literal, NotRequired, TypedDict
'''

type Json = Mapping[str, Any]
"""An OpenAPI document, or a part of one."""


class Shapes:
    """The types of one document, each after those that it names."""

    def __init__(self, document: Json) -> None:
        self._schemas: Json = document["components"]["schemas"]
        self._paths: Json = document["paths"]
        self._written: dict[str, str] = {}
        self._nested: dict[str, str] = {}
        """The names of objects inside of others, by their schema."""
        self._open: set[str] = set()

    def source(self) -> str:
        """Returns the module as text, not yet formatted."""
        for name in self._schemas:
            self._component(name)
        for operation in _operations(self._paths):
            self._query(operation)
        return "\n".join([HEADER, *self._written.values()])

    def _component(self, name: str) -> None:
        if name in self._written or name in self._open:
            return
        self._open.add(name)
        schema = self._schemas[name]
        if "properties" not in schema or schema.get("additionalProperties"):
            self._written[name] = f"type {name} = Mapping[str, object]" + _note(schema.get("description", ""))
        else:
            self._object(name, schema, schema.get("description", ""))

    def _query(self, operation: Json) -> None:
        """Writes the type of an operation's query string, if it takes one."""
        fields = {one["name"]: _schema(one) for one in operation["parameters"] if one["in"] == "query"}
        if fields:
            required = [one["name"] for one in operation["parameters"] if one["in"] == "query" and one["required"]]
            name = _camel(operation["operationId"]) + "Query"
            self._object(name, {"properties": fields, "required": required}, "")

    def _object(self, name: str, schema: Json, note: str) -> None:
        fields = [
            f'"{field}": {self._field(one, field in schema.get("required", ()), name, field)}'
            for field, one in schema["properties"].items()
        ]
        self._written[name] = f'{name} = TypedDict("{name}", {{{", ".join(fields)}}})' + _note(note)

    def _field(self, schema: Json, required: bool, holder: str, field: str) -> str:
        kind = self._kind(schema, holder, field)
        return kind if required else f"NotRequired[{kind}]"

    def _kind(self, schema: Json, holder: str, field: str) -> str:
        """Returns the annotation of a schema, which is that of a field."""
        if "$ref" in schema:
            name = schema["$ref"].removeprefix(REFERENCE)
            self._component(name)
            return str(name)
        if "anyOf" in schema:
            return " | ".join(dict.fromkeys(self._kind(one, holder, field) for one in schema["anyOf"]))
        if "enum" in schema:
            return f"Literal[{', '.join(json.dumps(value) for value in schema['enum'])}]"
        if schema.get("type") == "array":
            return f"Sequence[{self._kind(schema.get('items', {}), holder, _singular(field))}]"
        if schema.get("properties"):
            return self._inner(schema, holder, field)
        if schema.get("type") == "object":
            of_all = schema.get("additionalProperties") or {}
            return f"Mapping[str, {self._kind(of_all, holder, _singular(field))}]"
        return PLAIN.get(schema.get("type", ""), "object")

    def _inner(self, schema: Json, holder: str, field: str) -> str:
        """Returns the name of an object inside of another; equal ones have one name."""
        key = json.dumps(schema, sort_keys=True)
        if key not in self._nested:
            taken = {*self._schemas, *self._nested.values()}
            names = [
                NAMES.get(field, _camel(field)),
                holder + _camel(field),
                *(f"{holder}{_camel(field)}{n}" for n in range(2, 9)),
            ]
            self._nested[key] = next(name for name in names if name not in taken)
            self._object(self._nested[key], schema, "")
        return self._nested[key]


def _operations(paths: Json) -> Iterator[Json]:
    for methods in paths.values():
        yield from methods.values()


def _schema(parameter: Json) -> Json:
    """Returns the schema of a parameter, which may stand in the query string as JSON."""
    schema: Json = parameter.get("schema") or parameter["content"]["application/json"]["schema"]
    return schema


def _note(sentence: str) -> str:
    return f'\n"""{textwrap.fill(sentence, WIDTH)}"""' if sentence else ""


def _camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))


def _singular(name: str) -> str:
    if name.endswith("ies"):
        return name[:-3] + "y"
    return name.removesuffix("s")


def formatted(source: str) -> str:
    """Returns the source as `ruff format` writes it."""
    config = str(CURRENT.parents[1] / "pyproject.toml")
    command = [sys.executable, "-m", "ruff", "format", "--config", config, "--stdin-filename", "shapes.py", "-"]
    return subprocess.run(command, input=source, capture_output=True, text=True, check=True).stdout


if __name__ == "__main__":
    sys.stdout.write(formatted(Shapes(json.loads(CURRENT.read_text())).source()))
