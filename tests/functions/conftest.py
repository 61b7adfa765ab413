"""The stack's resources on moto, and the tiny world trained in them."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from http_events import ask, http_event
from moto_stacks import on_moto
from stacks import Stack, post_events, raw_checkerboard

_numbers = itertools.count()


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The stack's resources, empty; whoever changes them uses a catalog of their own."""
    with on_moto(tmp_path_factory.mktemp("scratch")) as made:
        yield made


@pytest.fixture(scope="module")
def grow(stack: Stack) -> Callable[[str], dict[str, Any]]:
    """Fills a catalog with the tiny world and trains it, through the functions; gives the run's record."""

    def grown(catalog: str) -> dict[str, Any]:
        items = [{"item_id": f"item-{item:02d}", "title": f"Title {item:02d}"} for item in range(12)]
        described = http_event("PUT /v1/catalogs/{catalog}/items", {"items": items}, {"catalog": catalog})
        assert ask(stack.load("ItemsFunction").handler, described).status == 200
        assert post_events(stack, catalog, raw_checkerboard()).status == 202
        return stack.train(catalog)

    return grown


@pytest.fixture(scope="module")
def world(grow: Callable[[str], dict[str, Any]]) -> str:
    """The version of catalog "world", the tiny world trained."""
    record = grow("world")
    assert record["promoted"], record
    return str(record["version"])


@pytest.fixture
def fresh() -> str:
    """A catalog name that only this test uses."""
    return f"only-{next(_numbers)}"
