"""Merging users: the history of an anonymous user becomes that of an identified one."""

from dataclasses import replace
from typing import Annotated, TypedDict

from msgspec import Meta

from doublebill.errors import Unsatisfiable
from doublebill.events import HISTORY_LENGTH, ID_LENGTH
from doublebill.history.page import from_bytes
from doublebill.schema import Input
from doublebill.service.catalog import catalogs, user_aliases
from doublebill.service.ingesting.ingest import Intake
from doublebill.stores.histories import StoredPage

MERGED = "~"
"""Separates the parts of the name of a source that came from another user: source, pseudonym, beginning."""


class MergeRequest(Input, frozen=True):
    """The user whose history is taken over; `from` is a keyword of Python."""

    from_: Annotated[str, Meta(min_length=1, max_length=ID_LENGTH)]


class Merged(TypedDict):
    """The outcome of merging."""

    catalog: str
    merged: int
    """Pages and events of the history that were copied."""


def merge(intake: Intake, catalog: str, user_id: str, from_id: str, now_ms: int) -> Merged:
    """Attributes all events of `from_id`, earlier and later, to `user_id`.

    First the alias is stored, which trainings follow; then the pages of the history are copied, each as a source of its
    own, and the newest `HISTORY_LENGTH` events of its tail, all that a response reads, with their times and event ids,
    to expire as if received now; then all rows of `from_id` are removed. The operation is idempotent: repeat it after a
    crash. An event of `from_id` that arrives between copying and removing may be missing in the history; it is in the
    log.

    Raises:
        Unsatisfiable: when both are the same.
        NotFound: when there is no such catalog.
    """
    if from_id == user_id:
        raise Unsatisfiable.one("from", "it is the same user", "name another user")
    catalogs.settings(intake.objects, catalog)
    one, other = intake.pseudonyms.of(from_id), intake.pseudonyms.of(user_id)
    user_aliases.append(intake.objects, catalog, one, other, now_ms)
    stored = intake.histories.read(catalog, one, HISTORY_LENGTH, now_ms // 1000, consistent=True)
    pages = [_moved(source, data, one, other) for source, data in stored.pages.items()]
    intake.histories.put_pages(catalog, pages)
    moved = [replace(row.event, user=other) for row in stored.tail]
    intake.histories.add(catalog, moved, intake.expires(now_ms))
    intake.histories.forget(catalog, one)
    return Merged(catalog=catalog, merged=len(pages) + len(stored.tail))


def _moved(source: str, data: bytes, one: str, other: str) -> StoredPage:
    """Returns a page of `one` as a source of `other`: the same source however often it is moved."""
    page = from_bytes(data)
    name = source if MERGED in source else moved_source(source, one, page.began)
    return StoredPage(other, name, data, page.expires)


def moved_source(source: str, one: str, began: str = "") -> str:
    """Returns the source of a page of `one` after a merge; `began` is that of the page, empty for imports."""
    return MERGED.join([source, one, began])
