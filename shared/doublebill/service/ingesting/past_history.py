"""Past histories: the history that a user had at a time, made again from the log."""

from doublebill.history.page import to_bytes
from doublebill.history.reading import LIVE
from doublebill.service.catalog import catalog_record
from doublebill.service.ingesting import user_log
from doublebill.service.ingesting.imported_histories import ImportedHistories
from doublebill.service.ingesting.ingest import Intake
from doublebill.stores.histories import Stored


def history_as_of(intake: Intake, catalog: str, user: str, at_ms: int) -> Stored:
    """Returns the history of the user with this pseudonym as it was at `at_ms` (milliseconds of Unix time).

    It has what had been received, imported and merged by then and is still in the log, weighed as the catalog weighs
    events today; what had expired by then is left out. Imports of which no record says when they were made are in it.
    It reads the whole log of the catalog.

    Raises:
        NotFound: when there is no such catalog.
        DataDamaged: when an object of the log is damaged.
    """
    kinds = catalog_record.read(intake.objects, catalog).kinds
    log = user_log.read(intake.objects, catalog, [user], at_ms)
    live = user_log.folded(user_log.tail_of(intake, log.live, at_ms), kinds, at_ms // 1000)
    pages = {LIVE: to_bytes(live)} if len(live) else {}
    for source, table in log.imports.items():
        imported = ImportedHistories()
        imported.note(table)
        for page in imported.pages(source, kinds, intake.expires(at_ms)):
            pages[page.source] = page.data
    return Stored(pages, [])
