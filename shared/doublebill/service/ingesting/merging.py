"""Merging users: the history of an anonymous user becomes that of an identified one."""

from typing import Annotated, TypedDict

from msgspec import Meta

from doublebill.errors import Unsatisfiable
from doublebill.events import ID_LENGTH
from doublebill.schema import Input
from doublebill.service.catalog import catalogs, user_aliases
from doublebill.service.ingesting.earlier_names import Names, join_earlier_names, take_over
from doublebill.service.ingesting.ingest import Intake


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
    to expire as they would have; then all rows of `from_id` are removed. The operation is idempotent: repeat it after a
    crash. An event of `from_id` that arrives between copying and removing may be missing in the history; it is in the
    log. The keys are read again for it: nothing would join users who were merged under a key that was just replaced.

    Raises:
        Unsatisfiable: when both are the same.
        NotFound: when there is no such catalog.
        StoreUnavailable: also when the keys cannot be read.
    """
    if from_id == user_id:
        raise Unsatisfiable.one("from", "it is the same user", "name another user")
    catalogs.settings(intake.objects, catalog)
    intake.pseudonyms.read_again()
    names = Names(intake.pseudonyms, catalog)
    one, other = names.of(from_id), names.of(user_id)
    join_earlier_names(intake.objects, intake.histories, names, now_ms)
    users = {name for user in (from_id, user_id) for name in intake.pseudonyms.every(catalog, user)}
    user_aliases.append_last(intake.objects, catalog, one, other, users, now_ms)
    moved = take_over(intake.histories, catalog, one, other, now_ms // 1000)
    return Merged(catalog=catalog, merged=moved)
