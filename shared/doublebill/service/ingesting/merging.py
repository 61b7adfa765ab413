"""Merging users: the history of an anonymous user becomes that of an identified one."""

from dataclasses import replace
from typing import Annotated, TypedDict

from msgspec import Meta

from doublebill.errors import Unsatisfiable
from doublebill.events import HISTORY_LENGTH, ID_LENGTH
from doublebill.schema import Input
from doublebill.service.catalog import catalogs, user_aliases
from doublebill.service.ingesting.ingest import Intake


class MergeRequest(Input, frozen=True):
    """The user whose history is taken over; `from` is a keyword of Python."""

    from_: Annotated[str, Meta(min_length=1, max_length=ID_LENGTH)]


class Merged(TypedDict):
    """The outcome of merging."""

    catalog: str
    merged: int
    """Copied rows of the history."""


def merge(intake: Intake, catalog: str, user_id: str, from_id: str, now_ms: int) -> Merged:
    """Attributes all events of `from_id`, earlier and later, to `user_id`.

    First the alias is stored, which trainings follow; then the newest `HISTORY_LENGTH` rows of the history, all that a
    response reads, are copied with their times and event ids, to expire as if received now; then all rows of `from_id`
    are removed. The operation is idempotent: repeat it after a crash. An event of `from_id` that arrives between
    copying and removing may be missing in the history; it is in the log.

    Raises:
        Unsatisfiable: when both are the same.
        NotFound: when there is no such catalog.
    """
    if from_id == user_id:
        raise Unsatisfiable.one("from", "it is the same user", "name another user")
    catalogs.settings(intake.objects, catalog)
    one, other = intake.pseudonyms.of(from_id), intake.pseudonyms.of(user_id)
    user_aliases.append(intake.objects, catalog, one, other, now_ms)
    rows = intake.histories.newest(catalog, one, HISTORY_LENGTH, now_ms // 1000, consistent=True)
    intake.remember(catalog, [replace(row, user=other) for row in rows], now_ms)
    intake.histories.forget(catalog, one)
    return Merged(catalog=catalog, merged=len(rows))
