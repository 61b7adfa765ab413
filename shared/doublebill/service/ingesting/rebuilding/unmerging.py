"""Unmerging users: a merge is cancelled, and the events of the merged user count as their own again."""

from collections.abc import Collection
from dataclasses import replace
from typing import TypedDict

from doublebill.errors import DataDamaged, ObjectDamaged, StoreUnavailable, Unsatisfiable
from doublebill.service.catalog import catalogs, user_aliases
from doublebill.service.catalog.erased.tombstones import Tombstones
from doublebill.service.ingesting.ingest import Intake
from doublebill.service.ingesting.rebuilding import past_history, user_log
from doublebill.service.ingesting.rebuilding.past_history import MOST_STEPS
from doublebill.service.ingesting.rebuilding.rebuild import LONGEST_TAIL, rebuild
from doublebill.stores.histories import sort_key

COMMAND = "unmerge CATALOG USER FROM"


class Unmerged(TypedDict):
    """The outcome of cancelling a merge."""

    catalog: str
    cancelled: bool
    """False where the merge did not count any more: another one had followed it, or it had been cancelled."""
    events: int
    """Stored events of both users from which their histories were made again, some perhaps counted twice."""


def unmerge(intake: Intake, catalog: str, user_id: str, from_id: str, now_ms: int) -> Unmerged:
    """Cancels the merge of `from_id` into `user_id`: all events of `from_id`, earlier and later, are their own again.

    First an alias of the merged user to itself is stored, later than the merge, which trainings follow; then the
    histories of both are made again from the log. Users who were merged into `from_id` go with it. The operation is
    idempotent: repeat it after a crash.

    Raises:
        Unsatisfiable: when both are the same, or the one was never merged into the other.
        NotFound: when there is no such catalog.
        StoreUnavailable: also when the log is damaged, or a user kept sending events; call it again.
    """
    if from_id == user_id:
        raise Unsatisfiable.one("from", "it is the same user", "name another user")
    catalogs.settings(intake.objects, catalog)
    intake.pseudonyms.read_again()
    stored = user_aliases.every(intake.objects, catalog, Tombstones.of_now(intake.objects, catalog))
    names = user_aliases.newest_names(stored)
    pairs = user_aliases.named_anew(stored, names)
    aliases, owners = (
        {names.get(one, one) for one in intake.pseudonyms.every(catalog, user)} for user in (from_id, user_id)
    )
    if not any(alias in aliases and owner in owners for alias, owner in pairs):
        raise Unsatisfiable.one("from", "it was never merged into this user", "name the user whom a merge named")
    direct = user_aliases.direct_owners(pairs)
    counting = [alias for alias in sorted(aliases) if direct.get(alias) in owners]
    merged_ms = (one.merged_ms for one in stored if not one.same_user and names.get(one.alias, one.alias) in counting)
    later_ms = max(now_ms, max(merged_ms, default=0) + 1)  # a clock behind that of the merge has no say
    for alias in counting:
        user_aliases.append(intake.objects, catalog, alias, alias, later_ms)
    final = user_aliases.belonging([*pairs, *((alias, alias) for alias in counting)])
    here, there = ({final.get(one, one) for one in some} for some in (aliases, owners))
    try:
        rebuilt = rebuild(intake, catalog, now_ms, here | there)
        for owner in there - here:
            _take_back(intake, catalog, here, owner, now_ms)
    except DataDamaged as wrong:
        raise StoreUnavailable(f"the log is damaged: {wrong}") from wrong
    return Unmerged(catalog=catalog, cancelled=bool(counting), events=rebuilt.events)


def _take_back(intake: Intake, catalog: str, users: Collection[str], owner: str, now_ms: int) -> None:
    """Takes the events of users out of the tail of another one, where a merge of a moment ago brought them."""
    tail = {one.key for one in intake.histories.read(catalog, owner, LONGEST_TAIL, 0, consistent=True).tail}
    if tail:
        log = user_log.read(intake.objects, catalog, users, intake.kept_since_ms(now_ms))
        events = (event for table in (log.live, *log.imports.values()) for event in table.events())
        keys = {sort_key(replace(event, user=owner)) for event in events}
        intake.histories.remove(catalog, [(owner, key) for key in sorted(tail & keys)])


def unmerge_for_request(intake: Intake, catalog: str, user_id: str, from_id: str, now_ms: int) -> Unmerged:
    """Does the same where the log is short enough for one request.

    Raises:
        InvalidInput: when the log is too long; else as `unmerge`.
    """
    try:
        past_history.check_length(intake.objects, catalog, MOST_STEPS, "from", COMMAND)
    except ObjectDamaged as wrong:
        raise StoreUnavailable(f"the log is damaged: {wrong}") from wrong
    return unmerge(intake, catalog, user_id, from_id, now_ms)
