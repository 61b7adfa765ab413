"""Merging: the history of an anonymous user becomes that of a known one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, TypedDict

from doublebill.errors import Unsatisfiable
from doublebill.events import HISTORY_LENGTH, ID_LENGTH
from doublebill.schema import Bounds
from doublebill.service.catalog import catalogs, user_aliases
from doublebill.service.ingesting.ingest import Intake


@dataclass(frozen=True)
class MergeRequest:
    """Whose history is to become the user's; `from` is no name in Python."""

    from_: Annotated[str, Bounds(min_length=1, max_length=ID_LENGTH)]

    def users(self) -> Sequence[str]:
        """The users whom the request names: who may act for one user only takes nobody else's history."""
        return (self.from_,)


class Merged(TypedDict):
    """What was merged."""

    catalog: str
    merged: int
    """Rows of the history; 0 where there are none, or none any more."""


def merge(intake: Intake, catalog: str, user_id: str, from_id: str, now_ms: int) -> Merged:
    """Makes everything that `from_id` did, and will do, `user_id`'s.

    First the merging is written down, which trainings heed; then the newest `HISTORY_LENGTH` rows of the history, all
    that an answer reads, are copied with their times and event ids, and kept as if received now; then all rows of
    `from_id` are removed. Whoever died on the way does it all again: what was done stays as it is. An event of
    `from_id` that arrives between copying and removing may be missing in the history; it is in the log.

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
