"""The imports function against S3 and DynamoDB (moto): lists, removes, and answers about what is not there."""

import pytest

from doublebill.imports.files.raw_rows import RawRow
from doublebill.service.ingesting.import_file import ImportTerms, import_items
from doublebill.stores.objects import open_objects
from http_events import Answer, Handler, ask, check_problem, http_event
from stacks import Stack, post_events

LIST = "GET /v1/catalogs/{catalog}/imports"
GET = "GET /v1/catalogs/{catalog}/imports/{import_id}"
DELETE = "DELETE /v1/catalogs/{catalog}/imports/{import_id}"
DELETE_CATALOG = "DELETE /v1/catalogs/{catalog}"
ROWS = [RawRow(1, {"item_id": "a", "title": "A"})]


@pytest.fixture(scope="module")
def handler(stack: Stack) -> Handler:
    """A warm imports function."""
    made: Handler = stack.load("ImportsFunction").handler
    return made


def request(handler: Handler, route: str, catalog: str, **path: str) -> Answer:
    return ask(handler, http_event(route, None, {"catalog": catalog, **path}))


def test_imports_are_listed_read_and_removed(handler: Handler, stack: Stack, fresh: str) -> None:
    import_items(open_objects(f"s3://{stack.bucket}"), fresh, "one", ROWS, 5, ImportTerms(file="a.csv"))
    entry = {
        "import_id": "one",
        "kind": "items",
        "file": "a.csv",
        "imported_ms": 5,
        "accepted": 1,
        "quarantined": 0,
        "items": 1,
    }
    assert request(handler, LIST, fresh).body == {"catalog": fresh, "imports": [entry], "skipped": []}
    assert request(handler, GET, fresh, import_id="one").body == entry
    removed = request(handler, DELETE, fresh, import_id="one")
    assert removed.body == {"catalog": fresh, "import_id": "one", "kind": "items", "removed": 1}
    assert request(handler, LIST, fresh).body["imports"] == []
    for route in (GET, DELETE):
        check_problem(request(handler, route, fresh, import_id="one"), 404, "not-found")


def test_a_removed_catalog_is_found_nowhere_and_its_name_is_free(handler: Handler, stack: Stack, fresh: str) -> None:
    post_events(stack, fresh, [{"user_id": "u", "item_id": "a", "kind": "play"}])
    removed = request(handler, DELETE_CATALOG, fresh)
    assert (removed.status, removed.body["objects"], removed.body["histories"]) == (200, {"events": 1}, 1)
    for route in (DELETE_CATALOG, LIST):
        check_problem(request(handler, route, fresh), 404, "not-found")
    listed = ask(stack.load("CatalogsFunction").handler, http_event("GET /v1/catalogs")).body["catalogs"]
    assert fresh not in {one["catalog"] for one in listed}
    assert not [row for row in stack.rows() if row["pk"]["S"].startswith(f"{fresh}#")]
    assert post_events(stack, fresh, [{"user_id": "u", "item_id": "a", "kind": "play"}]).status == 202
