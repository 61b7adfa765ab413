"""Batches without erased users: their answers are emptied, and their pseudonyms taken out of the request.

Several erasures, and the batch itself, may change one object at the same time, so it changes by compare-and-swap.
"""

import json
from collections.abc import Collection

from doublebill.stores.compare_and_swap import swap
from doublebill.stores.jsonl_gz import pack, unpack
from doublebill.stores.objects import Objects


def empty_answer(index: int) -> str:
    """Returns the answer to a user who was erased, as a line of JSON; `index` is the user's place in the request."""
    answer = {
        "index": index,
        "model_version": "",
        "degraded": "the user was erased",
        "recommendation_id": "",
        "cold": True,
        "unknown_items": [],
        "recommendations": [],
    }
    return json.dumps(answer, separators=(",", ":"))


def empty_answers(objects: Objects, part: str, places: Collection[int]) -> None:
    """Empties the answers of a part, given by its key, to the users at these places of the request.

    Raises:
        Conflict, StoreUnavailable: as `swap`; call it again.
    """

    def emptied(data: bytes | None) -> bytes | None:
        lines = list(unpack(data)) if data is not None else []
        indices = [int(json.loads(line)["index"]) for line in lines]
        kept = [empty_answer(n) if n in places else line for n, line in zip(indices, lines, strict=True)]
        return None if kept == lines else pack(kept)

    swap(objects, part, emptied)


def drop_users(objects: Objects, request: str, pseudonyms: Collection[str]) -> None:
    """Takes the users with any of these pseudonyms out of a request, given by its key; the places of the others stay.

    Raises:
        Conflict, StoreUnavailable: as `swap`; call it again.
    """

    gone = frozenset(pseudonyms)

    def dropped(data: bytes | None) -> bytes | None:
        users = list(unpack(data)) if data is not None else []
        kept = [user if gone.isdisjoint(user.split(" ")) else "" for user in users]
        return None if kept == users else pack(kept)

    swap(objects, request, dropped)
