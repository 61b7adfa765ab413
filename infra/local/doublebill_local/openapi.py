"""The OpenAPI document, made from the routes of the functions and the types of their requests and answers.

python -m doublebill_local.openapi        prints it; `make openapi` writes infra/openapi.json
"""

import contextlib
import json
import os
import re
import sys
import tempfile
import typing
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import doublebill
from doublebill import schema
from doublebill.edge.download import Download
from doublebill.edge.operation import Operation
from doublebill.edge.respond import PROBLEM_JSON, PROBLEMS
from doublebill.filtering.json_schema import FILTER_SCHEMA
from doublebill.games.files import FILES, ZIP
from doublebill.model.wire_schema import EVENT_SCHEMA, ITEM_SCHEMA
from doublebill_local.host.home import Home
from doublebill_local.host.template import read_template

PARAMETERS: dict[str, dict[str, Any]] = {
    "catalog": {"type": "string", "pattern": r"^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$"},
    "version": {"type": "string", "minLength": 1, "maxLength": 256},
}
"""Schemas of path parameters; every other one is an id."""

ID: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": 256}

PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "An error (RFC 9457).",
    "properties": {
        "type": {"type": "string", "description": "urn:doublebill:problem: and the kind of problem; stable."},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "training_id": {"type": "string", "description": "Of training-running: the training that is running."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {name: {"type": "string"} for name in ("field", "problem", "fix")},
                "required": ["field", "problem", "fix"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["type", "title", "status"],
    "additionalProperties": False,
}


MEDIA_TYPES = sorted({file.media_type for file in FILES.values() if not file.tileset} | {ZIP})
"""Types of downloads: a level that needs no other file, or a zip."""

TOO_LONG: dict[str, Any] = {
    "description": "The query string is longer than the gateway accepts.",
    "content": {"application/json": {"schema": {"type": "object", "properties": {"message": {"type": "string"}}}}},
}


def document() -> dict[str, Any]:
    """The document as a JSON object."""
    paths: dict[str, dict[str, Any]] = {}
    components: dict[str, Any] = {
        "Event": EVENT_SCHEMA,
        "Filter": FILTER_SCHEMA,
        "Item": ITEM_SCHEMA,
        "Problem": PROBLEM,
    }
    for operation in sorted(operations(), key=lambda one: (one.path, one.method)):
        paths.setdefault(operation.path, {})[operation.method.lower()] = _described(operation, components)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "doublebill",
            "version": doublebill.__version__,
            "description": "Recommendation and game content as a service: two features for one ticket.",
        },
        "paths": paths,
        "components": {"schemas": dict(sorted(components.items()))},
    }


def operations() -> Iterator[Operation]:
    """Every route of every function."""
    from doublebill_local.host.environments import load_module

    with tempfile.TemporaryDirectory() as folder, _environment(Home(Path(folder)).environment()):
        for function in read_template().functions.values():
            api = getattr(load_module(function), "api", None)
            yield from api.operations if api else ()


@contextlib.contextmanager
def _environment(variables: dict[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _described(operation: Operation, components: dict[str, Any]) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.function.__name__,
        "summary": _summary(operation),
        "description": f"Needs the right to {operation.right}." if operation.right else "For every caller.",
        "parameters": [*_path_parameters(operation), *_query_parameters(operation)],
        "responses": _responses(operation, components),
    }
    if operation.has_body:
        assert operation.takes is not None  # noqa: S101  # has_body says so
        components[operation.takes.__name__] = schema.schema_of(operation.takes)
        required = bool({"required", "oneOf"} & components[operation.takes.__name__].keys())
        described["requestBody"] = {"required": required, "content": _json(operation.takes.__name__)}
    return described


def _summary(operation: Operation) -> str:
    """The docstring of the answer's type."""
    answer = next(iter(typing.get_args(operation.gives)), operation.gives)
    sentence = (getattr(answer, "__doc__", "") or "").partition("\n")[0]
    return sentence if typing.is_typeddict(answer) or answer is Download else "This document."


def _path_parameters(operation: Operation) -> list[dict[str, Any]]:
    names = re.findall(r"\{(\w+)\}", operation.path)
    return [{"name": name, "in": "path", "required": True, "schema": PARAMETERS.get(name, ID)} for name in names]


def _query_parameters(operation: Operation) -> list[dict[str, Any]]:
    if operation.takes is None or operation.has_body:
        return []
    whole = schema.schema_of(operation.takes)
    return [
        {"name": name, "in": "query", "required": name in whole.get("required", ()), **_in_query(one)}
        for name, one in whole["properties"].items()
    ]


def _in_query(one: dict[str, Any]) -> dict[str, Any]:
    """Writes a field's value for a query string: unchanged, with commas, or as JSON. None is left out."""
    options = [option for option in one.get("anyOf", [one]) if option.get("type") != "null"]
    plain = options[0] if len(options) == 1 else {"anyOf": options}
    if "$ref" in plain or plain.get("type") == "object":
        return {"content": {"application/json": {"schema": plain}}}
    if plain.get("type") == "array":
        return {"schema": plain, "style": "form", "explode": False}
    return {"schema": plain}


def _responses(operation: Operation, components: dict[str, Any]) -> dict[str, Any]:
    good: dict[str, Any] = {
        "description": _summary(operation),
        "content": {"application/json": {"schema": {"type": "object"}}},
    }
    answers = [one for one in (typing.get_args(operation.gives) or (operation.gives,)) if typing.is_typeddict(one)]
    components |= {one.__name__: schema.schema_of(one) for one in answers}
    if answers:
        good["content"] = _json(*(one.__name__ for one in answers))
    responses = {str(operation.status): good}
    if operation.gives is Download:
        good["content"] = {media_type: {"schema": {"type": "string", "format": "binary"}} for media_type in MEDIA_TYPES}
        responses["304"] = {"description": "The file has the tag that If-None-Match names."}
    for status in sorted({status for status, _, _ in PROBLEMS.values()}):
        if status == 413 and not operation.has_body:
            continue
        content = {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        responses[str(status)] = {"description": HTTPStatus(status).phrase, "content": content}
        if status in (429, 503):
            responses[str(status)]["headers"] = {
                "Retry-After": {"schema": {"type": "string"}, "description": "Seconds."}
            }
    if operation.takes and not operation.has_body:
        responses["414"] = TOO_LONG
    return responses


def _json(*names: str) -> dict[str, Any]:
    refs = [{"$ref": f"#/components/schemas/{name}"} for name in names]
    return {"application/json": {"schema": refs[0] if len(refs) == 1 else {"anyOf": refs}}}


def written() -> str:
    """The document as the file holds it."""
    return json.dumps(document(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(written())
