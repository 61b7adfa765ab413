"""The client in JavaScript, as far as its text shows: every operation of the API, no dependency, the same patience."""

import json
import re

from doublebill.client import Retries
from doublebill_local.locations import ROOT

SOURCE = (ROOT / "shared" / "doublebill" / "client" / "doublebill.js").read_text()
SENT = re.compile(r'this\.send\("(\w+)", path`([^`]*)`(, query|, \{[^}]*\})?(, \w+|, \{[^}]*\})?')


def operations() -> set[tuple[str, str, bool]]:
    """Method, path with `{}` for every parameter, and whether there is a body, of every operation of the API."""
    document = json.loads((ROOT / "infra" / "openapi.json").read_text())
    return {
        (method.upper(), re.sub(r"\{\w+\}", "{}", path), "requestBody" in one)
        for path, methods in document["paths"].items()
        for method, one in methods.items()
    }


def test_it_has_every_operation_of_the_api_and_no_other() -> None:
    sent = {
        (method, "/v1/" + re.sub(r"\$\{\w+\}", "{}", path), bool(body) and "undefined" not in body)
        for method, path, _, body in SENT.findall(SOURCE)
    }
    assert sent == operations()


def test_it_needs_no_other_file() -> None:
    code = re.sub(r"/\*.*?\*/", "", SOURCE, flags=re.DOTALL)
    assert re.findall(r"\bimport\b|\brequire\(|\bprocess\.", code) == []


def test_it_tries_as_often_and_as_long_as_the_python_client() -> None:
    numbers = {name: int(value.replace("_", "")) for name, value in re.findall(r"^ {6}(\w+): ([\d_]+),$", SOURCE, re.M)}
    assert numbers["attempts"] == Retries().attempts
    assert numbers["firstMilliseconds"] == 1000 * Retries().first_seconds
    assert numbers["longestMilliseconds"] == 1000 * Retries().longest_seconds
