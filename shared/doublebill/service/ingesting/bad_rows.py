"""Bad rows of one file: counted by reason, the first of them kept for the quarantine, and too many refuse the file."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypedDict

from doublebill.errors import InvalidInput, NotFound, TooManyBadRows
from doublebill.imports.files.encodings import ENCODING_FIXES, WESTERN, WESTERN_FIX
from doublebill.imports.files.raw_rows import BadRow
from doublebill.service.catalog.imported.import_records import quarantine_key
from doublebill.stores.jsonl_gz import pack, unpack
from doublebill.stores.objects import Objects

QUARANTINE_LENGTH = 10_000
"""Most bad rows of a file that are kept; all are counted."""

MAX_BAD_SHARE = 0.05
"""Largest share of bad rows in a file that is not refused."""

SEVERAL = 3
"""Rows of another encoding from which the file has that encoding; fewer are accidents."""

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
    fixes: dict[str, str] = field(default_factory=dict)
    """Reason → remedy of the first row with it."""
    kept: list[BadRow] = field(default_factory=list)
    """The first `QUARANTINE_LENGTH`."""
    western: int = 0
    """Rows that are not UTF-8 and read well as Windows-1252."""
    first_western: int = 0
    """The line of the first of them."""
    of_other_encodings: int = 0
    """Rows that are not UTF-8 otherwise."""

    def add(self, rows: Iterable[BadRow]) -> None:
        """Takes more bad rows."""
        for row in rows:
            self.count += 1
            if row.fix == WESTERN_FIX:
                self.western += 1
                self.first_western = self.first_western or row.line
            self.of_other_encodings += row.fix in ENCODING_FIXES and row.fix != WESTERN_FIX
            reason = reason_of(row)
            self.reasons[reason] += 1
            self.first_lines.setdefault(reason, row.line)
            self.fixes.setdefault(reason, row.fix)
            if len(self.kept) < QUARANTINE_LENGTH:
                self.kept.append(row)

    def by_reason(self) -> dict[str, dict[str, int | str]]:
        """Returns reason → number of rows, line and remedy of the first one, the most frequent reason first."""
        return {
            reason: {"rows": rows, "first_line": self.first_lines[reason], "fix": self.fixes[reason]}
            for reason, rows in self.reasons.most_common()
        }

    def quarantine(self, objects: Objects, catalog: str, import_id: str, now_ms: int) -> None:
        """Stores the kept rows, so that they can be repaired; each says when that was."""
        if self.kept:
            fields = ({**row.as_json(), "stored_ms": now_ms} for row in self.kept)
            lines = (json.dumps(one, ensure_ascii=False) for one in fields)
            objects.put(quarantine_key(catalog, import_id), pack(lines))

    def check(self, accepted: int, max_bad_share: float, ignored: int = 0, encoding: str = "") -> None:
        """Checks that a file with `accepted` good rows, and `ignored` ones that are no event, may be stored.

        `encoding` is the one that the caller named.

        Raises:
            TooManyBadRows: when it must be refused.
        """
        if self.western >= SEVERAL and not self.of_other_encodings and not encoding:
            raise TooManyBadRows(
                f"{self.western:,} rows are not UTF-8, the first in line {self.first_western}, and all of them read "
                f"well as Windows-1252, which has the letters of Latin-1 too; nothing was stored. Read the file with "
                f"--encoding {WESTERN}; where its other letters are UTF-8, leave these rows out with --encoding utf-8"
            )
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


class QuarantinedRow(TypedDict):
    """One bad row; no cell of it is kept."""

    line: int
    field: str
    """`line` for the whole line."""
    problem: str
    fix: str


class Quarantine(TypedDict):
    """The bad rows of one import that are kept, the first of the file."""

    catalog: str
    import_id: str
    key: str
    """The object that holds them."""
    rows: Sequence[QuarantinedRow]


def read_quarantine(objects: Objects, catalog: str, beginning: str) -> Quarantine:
    """Returns the bad rows of the only import whose id begins with some characters, stored or refused.

    Raises:
        NotFound: when no such import has bad rows.
        InvalidInput: when several do.
    """
    ends = ".jsonl.gz"
    prefix = f"quarantine/{catalog}/"
    keys = [key for key in objects.keys(prefix + beginning) if key.endswith(ends)]
    if not keys:
        raise NotFound(f"catalog {catalog!r} has no bad rows of an import {beginning!r}")
    ids = [key.removeprefix(prefix).removesuffix(ends) for key in keys]
    if len(keys) > 1:
        raise InvalidInput.one("IMPORT", f"{len(keys)} imports begin so", f"use one of {', '.join(ids[:5])}")
    return Quarantine(catalog=catalog, import_id=ids[0], key=keys[0], rows=list(_rows(objects, keys[0])))


def _rows(objects: Objects, key: str) -> Iterator[QuarantinedRow]:
    for line in unpack(objects.get(key).data):
        row = json.loads(line)
        yield QuarantinedRow(line=row["line"], field=row["field"], problem=row["problem"], fix=row["fix"])
