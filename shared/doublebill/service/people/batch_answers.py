"""The answers of batches to some pseudonyms: found for an export, emptied by an erasure."""

import contextlib
import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any, TypedDict

from doublebill.errors import ObjectMissing
from doublebill.service.catalog.erased import batch_parts
from doublebill.service.recommending.requests import BATCH_USERS
from doublebill.stores.jsonl_gz import unpack
from doublebill.stores.objects import Objects
from doublebill.stores.read_many import in_order_or_missing

NOBODY = ""
"""Stands in a request for a user who was erased."""


class BatchAnswer(TypedDict):
    """The answer of a batch to the user; it has no results while the batch works."""

    batch_id: str
    index: int
    """The user's place in the request."""
    results: list[Mapping[str, Any]]


def batch_answers(objects: Objects, catalog: str, pseudonyms: Collection[str]) -> Iterator[BatchAnswer]:
    """Yields every answer of a batch that is still stored to any of these pseudonyms."""
    for folder, places in places_of(objects, catalog, pseudonyms):
        found: dict[int, list[Mapping[str, Any]]] = {place: [] for place in places}
        for key in objects.keys(f"{folder}part-"):
            with contextlib.suppress(ObjectMissing):
                for line in map(json.loads, unpack(objects.get(key).data)):
                    found.get(line["index"], []).append(line)
        for place, results in found.items():
            yield BatchAnswer(batch_id=folder.split("/")[2], index=place, results=results)


def blank(objects: Objects, catalog: str, pseudonyms: Collection[str]) -> None:
    """Empties the answers of batches to these pseudonyms, then takes these out of the requests.

    Killed anywhere, call it again: the pseudonyms go last. Answers at places whose user is gone already are emptied
    too: a batch that was at work may have written them and died.
    """
    for folder, places in places_of(objects, catalog, {*pseudonyms, NOBODY}):
        for key in list(objects.keys(f"{folder}part-")):
            batch_parts.empty_answers(objects, key, places)
        batch_parts.drop_users(objects, f"{folder}{BATCH_USERS}", pseudonyms)


def places_of(objects: Objects, catalog: str, pseudonyms: Collection[str]) -> Iterator[tuple[str, list[int]]]:
    """Yields the folder of each batch that names any of these pseudonyms, with their places in its request."""
    wanted = set(pseudonyms)
    keys = [key for key in objects.keys(f"batches/{catalog}/") if key.endswith(f"/{BATCH_USERS}")]
    for key, data in in_order_or_missing(objects, keys):
        places = [place for place, user in enumerate(unpack(data) if data else ()) if wanted & {*user.split(" ")}]
        if places:
            yield key.removesuffix(BATCH_USERS), places
