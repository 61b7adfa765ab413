"""Imports of rows that tests write one by one, as blocks of events like those of a file."""

from collections.abc import Callable, Iterator, Mapping
from itertools import batched

import numpy as np

from doublebill.events import Event, parse
from doublebill.imports.files.blocks import column_of
from doublebill.imports.files.raw_rows import BadRow
from doublebill.service.catalog import catalog_record
from doublebill.service.ingesting.file_blocks import ParsedBlock, Rows, good_or_bad
from doublebill.service.ingesting.import_file import Imported, ImportTerms, OnProgress, import_events
from doublebill.service.ingesting.ingest import Intake

BLOCK_ROWS = 10_000

DEFAULT_TERMS = ImportTerms()


def blocks_of_rows(rows: Rows, parsed: Callable[[Mapping[str, object]], Event]) -> Iterator[ParsedBlock]:
    """Yields rows in blocks; `parsed` leaves the user id in place of the pseudonym."""
    for some in batched(rows, BLOCK_ROWS):
        events: list[Event] = []
        lines: list[int] = []
        bad: list[BadRow] = []
        for row in some:
            found = row if isinstance(row, BadRow) else good_or_bad(row, parsed)
            if isinstance(found, BadRow):
                bad.append(found)
            else:
                events.append(found)
                lines.append(row.line)
        yield ParsedBlock(
            lines=np.array(lines, np.int64),
            users=column_of(event.user for event in events),
            items=column_of(event.item_id for event in events),
            kinds=column_of(event.kind for event in events),
            event_ids=column_of(event.event_id for event in events),
            values=np.array([event.value for event in events], np.float64),
            timestamps=np.array([event.timestamp for event in events], np.int64),
            bad=bad,
        )


def import_rows(
    intake: Intake,
    catalog: str,
    import_id: str,
    rows: Rows,
    now_ms: int,
    terms: ImportTerms = DEFAULT_TERMS,
    on_progress: OnProgress = lambda _: None,
) -> Imported:
    """Stores a file of events that comes row by row.

    Raises:
        TooManyBadRows, InvalidInput: as `import_events`.
    """
    settings = catalog_record.find(intake.objects, catalog)
    kinds, scale = settings.kinds, settings.rating_scale
    blocks = blocks_of_rows(rows, lambda raw: parse(raw, str, kinds=kinds, scale=scale))
    return import_events(intake, catalog, import_id, blocks, now_ms, terms, on_progress)
