"""Erasing users: nothing of them counts from the first step on, and at the end nothing of them is stored.

    1. the record of the erasure says whom it is about
    2. tombstones: from now on every reader of the log ignores what has arrived of them
    3. their events are counted, and the versions that were trained on them are noted
    4. histories go, and those of users they were merged into are made again; answers of batches are emptied
    5. the rows are dropped from the log, and the merges
    6. a training without them is started, where the champion had them

A minute later, when no request can be on its way any more, steps 4 and 5 are done once more. When a champion without
the users stands, the versions with them are refused, and the receipt is made; see `replacement`. Killed anywhere, the
next call goes on; every step may be done twice. What arrives of an erased user after step 2 is that of somebody new.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from doublebill.errors import DataDamaged, InvalidInput, StoreUnavailable
from doublebill.pseudonyms import PSEUDONYM
from doublebill.service.catalog import catalog_record, merged_names
from doublebill.service.catalog.erased import tombstones
from doublebill.service.catalog.erased.tombstones import Tombstones
from doublebill.service.catalog.stored_events import LATE_MS
from doublebill.service.ingesting.ingest import Intake
from doublebill.service.ingesting.rebuilding.rebuild import rebuild
from doublebill.service.people import batch_answers, erased_log, erasure_record, replacement
from doublebill.service.people.erasure_record import COMPLETE, Fields
from doublebill.service.people.holding_versions import versions_with
from doublebill.service.people.person import merges_of, persons
from doublebill.service.people.receipt import CopiesKept, receipt
from doublebill.service.people.stored_rows import stored_rows
from doublebill.service.registry import champions
from doublebill.service.registry.leases.lease import read_lease
from doublebill.stores.job_record import new_id
from doublebill.stores.jobs import Jobs
from doublebill.stores.objects import Objects
from doublebill.times.retention import DAY_MS, ERASURE_DAYS

AT_ONCE = 8
"""Tombstones, or histories, written side by side."""


@dataclass(frozen=True)
class ErasingStores:
    """The stores that have something of a user, and the jobs that train."""

    intake: Intake
    jobs: Jobs
    copies: CopiesKept
    erasure_days: float = ERASURE_DAYS
    """Days after which versions with erased users serve no more, whatever has become of trainings."""

    @property
    def objects(self) -> Objects:
        """Returns the objects."""
        return self.intake.objects


def has_anything(stores: ErasingStores, catalog: str, users: Sequence[str]) -> bool:
    """Checks whether anything is stored of users, given by pseudonym: events, histories, merges, answers of batches.

    Raises:
        NotFound: when there is no such catalog.
        StoreUnavailable: when a stored object is damaged.
    """
    catalog_record.read(stores.objects, catalog)
    people = persons(stores.objects, catalog, dict.fromkeys(users))
    pseudonyms = sorted(frozenset[str]().union(*(one.pseudonyms for one in people)))
    return (
        any(one.merges for one in people)
        or bool(_with_something(stores, catalog, pseudonyms))
        or any(True for _ in batch_answers.places_of(stores.objects, catalog, pseudonyms))
    )


def begin(stores: ErasingStores, catalog: str, users: Sequence[str], now_ms: int, entropy: str) -> Fields:
    """Records that users, given by pseudonym, are to be erased, and returns the record; `proceed` does it.

    Raises:
        NotFound: when there is no such catalog.
        InvalidInput: when one is no pseudonym; nothing is recorded then.
        StoreUnavailable: when a stored merge is damaged.
    """
    catalog_record.read(stores.objects, catalog)
    for user in users:
        if not re.fullmatch(PSEUDONYM, user):
            raise InvalidInput.of_value("support_ids", user, "support ids as exports and receipts name them")
    people = persons(stores.objects, catalog, dict.fromkeys(users))
    pseudonyms = frozenset[str]().union(*(one.pseudonyms for one in people))
    return erasure_record.make(
        stores.objects,
        catalog,
        new_id(now_ms, entropy),
        erased_ms=now_ms,
        due_ms=now_ms + round(stores.erasure_days * DAY_MS),
        users=list(dict.fromkeys(users)),
        pseudonyms=sorted(pseudonyms),
        heirs=sorted(frozenset[str]().union(*(one.heirs for one in people)) - pseudonyms),
        merges=sorted({merge.key for one in people for merge in one.merges}),
        merged=merges_of(people),
    )


def proceed(stores: ErasingStores, catalog: str, erasure_id: str, now_ms: int) -> Fields:
    """Does everything of an erasure that can be done by now, and returns its record.

    Raises:
        NotFound: when there is no such erasure.
        StoreUnavailable: when a stored object is damaged, so that the users of its rows are unknown.
        Conflict: when other requests kept changing the log; call it again.
    """
    record = erasure_record.read(stores.objects, catalog, erasure_id)
    if record["state"] == COMPLETE:
        return record
    if "swept_ms" not in record:
        record = _dropped(stores, catalog, record, now_ms)
    complete = replacement.is_complete(stores.objects, catalog, record, now_ms)
    if not complete:
        record = replacement.start_training(stores.objects, stores.jobs, catalog, record, now_ms)
    if "swept_ms" not in record or not complete:
        state, reason = "training" if "swept_ms" in record else "sweeping", "" if complete else record.get("reason", "")
        return erasure_record.change(stores.objects, catalog, erasure_id, state=state, reason=reason)
    return _sealed(stores, catalog, record, now_ms)


def _dropped(stores: ErasingStores, catalog: str, record: Fields, now_ms: int) -> Fields:
    """Does the steps that drop everything of the users, and returns the record."""
    pseudonyms, erased_ms, erasure_id = record["pseudonyms"], record["erased_ms"], record["erasure_id"]
    _each(lambda user: tombstones.append(stores.objects, catalog, user, erased_ms, erasure_id), pseudonyms)
    if "generation" not in record:
        record = counted(stores.objects, catalog, record)
    erased_log.account_for(stores.objects, catalog, record["events"], erased_ms, erasure_id)
    if record["state"] == "erasing":
        _each(lambda user: stores.intake.histories.forget(catalog, user), pseudonyms)
        _make_again(stores, catalog, record["heirs"], now_ms)
    batch_answers.blank(stores.objects, catalog, pseudonyms)
    erased_log.drop_rows(stores.objects, catalog, pseudonyms)
    for key in record["merges"]:
        stores.objects.delete(key)
    merged_names.take_out(stores.objects, catalog, pseudonyms)
    if now_ms <= erased_ms + LATE_MS:
        return record
    _make_again(stores, catalog, [*_with_something(stores, catalog, pseudonyms), *record["heirs"]], now_ms)
    return erasure_record.fill(stores.objects, catalog, erasure_id, swept_ms=now_ms)


def _sealed(stores: ErasingStores, catalog: str, record: Fields, now_ms: int) -> Fields:
    """Makes the receipt of an erasure that is complete."""
    champion = champions.read_champion(stores.objects, catalog)
    version = champion.version if champion else None
    facts = {**record, "training_id": replacement.run_without(stores.objects, catalog, record, champion)}
    sealed = receipt(stores.intake.pseudonyms, facts, version, now_ms, stores.copies)
    done = {"state": COMPLETE, "completed_ms": now_ms, "reason": "", "receipt": sealed}
    return erasure_record.change(stores.objects, catalog, record["erasure_id"], **done)


def counted(objects: Objects, catalog: str, record: Fields) -> Fields:
    """Notes once, before any is dropped, how many events are stored of the users, and which versions had them.

    The tombstones are there by then, so that no training that begins later reads the users.
    """
    generation = read_lease(objects, catalog).generation
    before = Tombstones.of_now(objects, catalog, until_ms=record["erased_ms"] - 1)
    rows = stored_rows(objects, catalog, record["pseudonyms"], before)
    found = versions_with(objects, catalog, rows)
    noted = {"events": len(rows), "versions": found, "generation": generation}
    return erasure_record.fill(objects, catalog, record["erasure_id"], **noted)


def _with_something(stores: ErasingStores, catalog: str, pseudonyms: Sequence[str]) -> list[str]:
    """Returns the erased users of whom something has arrived since, in the log or in the histories."""
    objects, histories = stores.objects, stores.intake.histories
    rows = stored_rows(objects, catalog, pseudonyms, Tombstones.of_now(objects, catalog))
    anew = {user for table in (rows.live, *rows.imports.values()) for user in table.users.compact().names()}

    def has_history(user: str) -> bool:
        stored = histories.read(catalog, user, 1, 0, consistent=True)
        return bool(stored.pages or stored.tail)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        kept = dict(zip(pseudonyms, pool.map(has_history, pseudonyms), strict=True))
    return [user for user in pseudonyms if user in anew or kept[user]]


def _make_again(stores: ErasingStores, catalog: str, users: Sequence[str], now_ms: int) -> None:
    """Makes the histories of users again from the log, which has nothing of erased ones any more."""
    if users:
        try:
            rebuild(stores.intake, catalog, now_ms, users)
        except DataDamaged as wrong:
            raise StoreUnavailable(str(wrong)) from wrong


def _each(act: Callable[[str], object], users: Iterable[str]) -> None:
    """Acts on each user, a few side by side."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for _ in pool.map(act, users):
            pass
