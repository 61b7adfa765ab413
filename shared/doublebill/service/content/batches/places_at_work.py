"""Places at work: a caller has a few batches of content that are not finished, and no more."""

import json

from doublebill.errors import NotFound, TooManyJobs
from doublebill.service.content.batches.pack_keys import PLACES
from doublebill.service.content.batches.stored_batch import digest_of, read_fields
from doublebill.stores.compare_and_swap import swap
from doublebill.stores.job_record import QUEUED_MS, UNFINISHED
from doublebill.stores.objects import Objects

MOST_AT_WORK = 4
"""Batches of one caller that are not finished; each keeps a core busy for up to seven minutes."""

AGAIN_SECONDS = 60
"""Time after which a caller with that many may try again."""


def take_place(objects: Objects, kind: str, batch: str, caller: str, now_ms: int) -> None:
    """Notes a batch among those of its caller that may be at work.

    Raises:
        TooManyJobs: when there are `MOST_AT_WORK` of them.
    """

    def noted(data: bytes | None) -> bytes:
        before = [] if data is None else json.loads(data)
        left = [one for one in before if one != [kind, batch] and _is_at_work(objects, one[0], one[1], now_ms)]
        if len(left) >= MOST_AT_WORK:
            problem = f"{len(left)} batches of content that the caller started are not finished, the most at once"
            raise TooManyJobs(f"{problem}; wait until one has ended", AGAIN_SECONDS)
        return json.dumps([*left, [kind, batch]]).encode()

    swap(objects, f"{PLACES}/{digest_of(caller)}.json", noted)


def _is_at_work(objects: Objects, kind: str, batch: str, now_ms: int) -> bool:
    """Checks whether a batch is not finished; one without a record may be about to be queued."""
    try:
        return read_fields(objects, kind, batch, now_ms)["state"] in UNFINISHED
    except NotFound:
        return now_ms - int(batch.partition("-")[0]) < QUEUED_MS
