"""Bad rows of one file: counted by reason, the first of them kept for the quarantine, and too many refuse the file."""

import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from doublebill.errors import TooManyBadRows
from doublebill.imports.files.raw_rows import BadRow
from doublebill.stores.jsonl_gz import pack
from doublebill.stores.objects import Objects

QUARANTINE_LENGTH = 10_000
"""Most bad rows of a file that are kept; all are counted."""

MAX_BAD_SHARE = 0.05
"""Largest share of bad rows in a file that is not refused."""

NUMBERS = re.compile(r"(?P<range>-?[\d.]+?\.\.-?[\d.]*\d)|0x[0-9a-f]{2}|(?<!UTF-)\d+")
"""Numbers of a problem; a range, such as a rating scale, is the same for every row."""


@dataclass
class BadRows:
    """The bad rows of a file so far."""

    count: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    """Rows by field and problem, without the cells and numbers in it; ranges stay."""
    first_lines: dict[str, int] = field(default_factory=dict)
    """Reason → line of the first row with it."""
    kept: list[BadRow] = field(default_factory=list)
    """The first `QUARANTINE_LENGTH`."""

    def add(self, rows: Iterable[BadRow]) -> None:
        """Takes more bad rows."""
        for row in rows:
            self.count += 1
            reason = reason_of(row)
            self.reasons[reason] += 1
            self.first_lines.setdefault(reason, row.line)
            if len(self.kept) < QUARANTINE_LENGTH:
                self.kept.append(row)

    def by_reason(self) -> dict[str, dict[str, int]]:
        """Returns reason → number of rows and line of the first one, the most frequent reason first."""
        return {
            reason: {"rows": rows, "first_line": self.first_lines[reason]}
            for reason, rows in self.reasons.most_common()
        }

    def quarantine(self, objects: Objects, catalog: str, import_id: str, now_ms: int) -> None:
        """Stores the kept rows, so that they can be repaired; each says when that was."""
        if self.kept:
            fields = ({**row.as_json(), "stored_ms": now_ms} for row in self.kept)
            lines = (json.dumps(one, ensure_ascii=False) for one in fields)
            objects.put(f"quarantine/{catalog}/{import_id}.jsonl.gz", pack(lines))

    def check(self, accepted: int, max_bad_share: float, ignored: int = 0) -> None:
        """Checks that a file with `accepted` good rows, and `ignored` ones that are no event, may be stored.

        Raises:
            TooManyBadRows: when it must be refused.
        """
        total = accepted + self.count
        if not total and ignored:
            return
        if not total:
            raise TooManyBadRows("it has no rows below its header; nothing was stored")
        if accepted and self.count <= max_bad_share * total:
            return
        first = "; ".join(f"line {row.line}, {row.field}: {row.problem}; {row.fix}" for row in self.kept[:3])
        allowed = f"more than the {max_bad_share:.0%} allowed; nothing was stored"
        raise TooManyBadRows(
            f"{self.count} of {total} rows {'is' if self.count == 1 else 'are'} bad, {allowed}. The first: {first}"
        )


def reason_of(row: BadRow) -> str:
    """Returns the field and problem of a bad row without the cell and the numbers in it; ranges stay."""
    problem = row.problem.replace(row.quoted, "…") if row.quoted else row.problem
    return f"{row.field}: {NUMBERS.sub(lambda found: found['range'] or '…', problem)}"
