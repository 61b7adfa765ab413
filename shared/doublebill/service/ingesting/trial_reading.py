"""Trial readings: all rows of a file are read as an import would, and nothing is stored."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from doublebill.errors import TooManyBadRows
from doublebill.imports.files.raw_rows import BadRow
from doublebill.model.items import parse_item
from doublebill.service.ingesting.bad_rows import MAX_BAD_SHARE, BadRows
from doublebill.service.ingesting.file_blocks import EventBlock, Rows, good_or_bad
from doublebill.service.ingesting.noted_values import NotedValues

ITEMS_BETWEEN_CALLS = 10_000

OnProgress = Callable[[int], None]
"""Called with the number of rows read so far."""


@dataclass
class TrialReading:
    """The numbers of rows of a file, by what an import would make of them."""

    accepted: int = 0
    ignored: int = 0
    bad: BadRows = field(default_factory=BadRows)
    noted: NotedValues = field(default_factory=NotedValues)

    @property
    def rows(self) -> int:
        """Returns the number of rows so far."""
        return self.accepted + self.ignored + self.bad.count

    def report(self, max_bad_share: float = MAX_BAD_SHARE, encoding: str = "") -> dict[str, object]:
        """Returns the numbers as the report of an import has them: `rows`, `accepted`, `ignored`, `bad`, …

        Where an import with `max_bad_share` would be refused, `refused` says why; `encoding` is the one that the caller
        named.
        """
        counts = {"rows": self.rows, "accepted": self.accepted, "ignored": self.ignored, **self.noted.to_json()}
        try:
            self.bad.check(self.accepted, max_bad_share, self.ignored, encoding)
        except TooManyBadRows as wrong:
            return {**counts, "bad": self.bad.by_reason(), "refused": str(wrong)}
        return {**counts, "bad": self.bad.by_reason()}


def events_read(blocks: Iterable[EventBlock], on_progress: OnProgress) -> TrialReading:
    """Returns the numbers of rows in the blocks of a file of events.

    Raises:
        InvalidInput: when the file cannot be read to its end.
    """
    found = TrialReading()
    for block in blocks:
        found.accepted += len(block.lines)
        found.ignored += block.ignored
        found.noted.note(block)
        found.bad.add(block.bad)
        on_progress(found.rows)
    return found


def items_read(rows: Rows, on_progress: OnProgress) -> TrialReading:
    """Returns the numbers of rows of a file of items.

    Raises:
        InvalidInput: when the file cannot be read to its end.
    """
    found = TrialReading()
    for number, row in enumerate(rows, 1):
        read = row if isinstance(row, BadRow) else good_or_bad(row, parse_item)
        if isinstance(read, BadRow):
            found.bad.add([read])
        else:
            found.accepted += 1
        if number % ITEMS_BETWEEN_CALLS == 0:
            on_progress(number)
    return found
