"""The dry run of an import: each file with its plan and the numbers of its rows, all of which are read."""

from collections.abc import Iterable
from typing import Any

from doublebill.imports.reading.file_plan import PlannedEvents, PlannedFile, planned_items
from doublebill.imports.reading.file_reading import FileReading
from doublebill.service.ingesting.trial_reading import TrialReading, events_read, items_read
from doublebill_local.display.console import counting


def tried(planned: Iterable[PlannedFile], max_bad_share: float, quiet: bool) -> list[dict[str, Any]]:
    """Returns the plan of each file, with a `report` of its rows, as `TrialReading` makes it, where it is read.

    Raises:
        InvalidInput: when a file cannot be read to its end.
    """
    events = PlannedEvents()
    documents = []
    for one in planned:
        report = (
            {}
            if one.reading is None
            else {"report": _rows_of(one, one.reading, events, quiet).report(max_bad_share, one.options.encoding)}
        )
        documents.append({**one.document(), **report})
    return documents


def _rows_of(one: PlannedFile, reading: FileReading, events: PlannedEvents, quiet: bool) -> TrialReading:
    table = one.opened()
    with counting(f"reading {reading.subject} from {one.name}", quiet, lambda: table.progress) as count:
        if reading.subject == "items":
            return items_read(planned_items(table, reading), count)
        return events_read(events.blocks(table, reading), count)
