"""Past histories: the history that a user had at a time, made again from the log."""

from collections.abc import Sequence
from dataclasses import replace

from doublebill.concurrency.deadline import Deadline
from doublebill.errors import DataDamaged, InvalidInput, ObjectDamaged, StoreUnavailable
from doublebill.history.page import to_bytes
from doublebill.history.reading import LIVE
from doublebill.service.catalog import catalog_record, event_log
from doublebill.service.catalog.blocks import log_blocks
from doublebill.service.ingesting.imported_histories import ImportedHistories
from doublebill.service.ingesting.ingest import Intake
from doublebill.service.ingesting.rebuilding import user_log
from doublebill.stores.histories import Stored
from doublebill.stores.objects import Objects
from doublebill.times.moments import milliseconds

MOST_STEPS = 1_000_000
"""Most steps of a request that reads the log: one an event, and `OBJECT_STEPS` an object of a request."""
LONG_STEPS = 5_000_000
"""The same of an export, which has the whole time of the function and reads of the blocks the shards of its user."""
OBJECT_STEPS = 100


def moment(text: str, field: str) -> int:
    """Returns the time that a field names in milliseconds of Unix time.

    Raises:
        InvalidInput: when it is no time.
    """
    try:
        return milliseconds(text)
    except InvalidInput as wrong:
        raise InvalidInput(replace(one, field=field) for one in wrong.complaints) from wrong


def history_for_request(intake: Intake, catalog: str, user_id: str, at_ms: int, deadline: Deadline) -> Stored:
    """Returns the history of a user as it was at `at_ms`, where the log is short enough for one request.

    Raises:
        InvalidInput: when the log is too long.
        NotFound: when there is no such catalog.
        StoreUnavailable: when the log is damaged, or time is up.
    """

    def read() -> Stored:
        check_length(intake.objects, catalog, MOST_STEPS, "as_of", "history CATALOG USER --as-of TIME")
        return history_as_of(intake, catalog, intake.pseudonyms.every(catalog, user_id), at_ms)

    try:
        return deadline.bounded("the log", read)
    except (DataDamaged, ObjectDamaged) as wrong:
        raise StoreUnavailable(f"the log is damaged: {wrong}") from wrong


def check_length(objects: Objects, catalog: str, most_steps: int, field: str, command: str) -> None:
    """Checks that the log of a catalog is short enough for one request.

    Raises:
        InvalidInput: when it is too long: use this command.
        ObjectDamaged: when the index of its blocks cannot be read.
    """
    steps = log_steps(objects, catalog)
    if steps > most_steps:
        problem = f"the log takes {steps} steps to read, more than the {most_steps} of one request"
        raise InvalidInput.one(field, problem, f"use the command line, with --stack: doublebill {command}")


def log_steps(objects: Objects, catalog: str) -> int:
    """Returns the number of steps that reading the log of a catalog takes.

    Raises:
        ObjectDamaged: when the index of its blocks cannot be read.
    """
    requests = sum(1 for _ in objects.keys(f"events/{catalog}/"))
    blocks = sum(block.rows for block in log_blocks.read_index(objects, catalog)[0].blocks)
    imports = event_log.committed_imports(objects, catalog, [])
    rows = sum(one.rows or sum(part.rows or 0 for part in one.parts) for one in imports)
    return OBJECT_STEPS * requests + blocks + rows


def history_as_of(intake: Intake, catalog: str, users: Sequence[str], at_ms: int) -> Stored:
    """Returns the history of the user with these pseudonyms as it was at `at_ms` (milliseconds of Unix time).

    It has what had been received, imported and merged by then and is still in the log, weighed as the catalog weighs
    events today; what had expired by then is left out. Imports of which no record says when they were made are in it.
    It reads the whole log of the catalog.

    Raises:
        NotFound: when there is no such catalog.
        DataDamaged: when an object of the log is damaged.
    """
    kinds = catalog_record.read(intake.objects, catalog).kinds
    log = user_log.read(intake.objects, catalog, users, intake.kept_since_ms(at_ms), at_ms)
    live = user_log.folded(user_log.tail_of(intake, log.live, at_ms), kinds, at_ms // 1000)
    pages = {LIVE: to_bytes(live)} if len(live) else {}
    for source, table in log.imports.items():
        imported = ImportedHistories()
        imported.note(table)
        for page in imported.pages(source, kinds, intake.expires(log.imported_ms.get(source) or at_ms)):
            pages[page.source] = page.data
    return Stored(pages, [])
