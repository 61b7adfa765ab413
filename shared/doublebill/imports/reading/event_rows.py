"""Event rows: a block of raw cells as the columns of events, and the rows that are none.

Each distinct cell is read once. A rating that is absent or means "not rated" leaves an event of another kind: somebody
met the item.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from doublebill.arrays import Floats, Ints, Mask
from doublebill.errors import Complaint, InvalidInput
from doublebill.events import check_id
from doublebill.imports.files.blocks import Column, RawBlock
from doublebill.imports.files.raw_rows import BadRow, refused
from doublebill.imports.meaning import cells
from doublebill.imports.raw_cells.cell_texts import id_cell, is_blank, is_nobody
from doublebill.imports.raw_cells.distinct_values import read_ids, read_numbers, read_times, spread
from doublebill.imports.raw_cells.nested import flattened
from doublebill.imports.reading.file_reading import ColumnReading, FileReading
from doublebill.imports.reading.matrices.impressions import clicked
from doublebill.imports.reading.matrices.long_form import ITEM, USER, VALUE, long_form
from doublebill.imports.reading.own_keys import with_own_keys
from doublebill.values.event_kinds import DEFAULT_KINDS

LARGEST_VALUE = 1e9
SKIPPED_BELOW_MS = 30_000
"""Milliseconds below which a play was a skip, as streaming services count."""
TRUE = frozenset({"true", "1", "yes"})
CONSUMED = ("play", "view")
NO_EVENT = -2
WORDS_SHOWN = 8


@dataclass(slots=True)
class EventRows:
    """The events of a block as columns, one entry per row; user ids are still those of the file."""

    lines: Ints
    users: Column
    items: Column
    kinds: Column
    event_ids: Column
    values: Floats
    timestamps: Ints
    again: Mask
    """Rows that say that the user met the item once more."""
    bad: list[BadRow] = field(default_factory=list)
    ignored: int = 0
    """Rows that say that there was no event."""
    unvalued: Mapping[str, int] = field(default_factory=dict)
    """Kind → events whose cell of a rating or weight is blank, so that they have the value 1."""

    def take(self, kept: Mask) -> "EventRows":
        """Returns the rows of a mask, with all bad rows."""
        return EventRows(
            lines=self.lines[kept],
            users=_taken(self.users, kept),
            items=_taken(self.items, kept),
            kinds=_taken(self.kinds, kept),
            event_ids=_taken(self.event_ids, kept),
            values=self.values[kept],
            timestamps=self.timestamps[kept],
            again=self.again[kept],
            bad=self.bad,
            ignored=self.ignored,
            unvalued=self.unvalued,
        )


def event_rows(block: RawBlock, reading: FileReading) -> EventRows:
    """Returns the events in a block.

    Raises:
        InvalidInput: when a word in the column of kinds is unknown; it names the words and the flag.
    """
    ignored, block = block.repeated_headers, flattened(block)
    if reading.matrix:
        block, reading = long_form(block, reading), of_matrix(reading)
    elif reading.impressions:
        block, unclicked = clicked(block, reading.one("item"))
        ignored += unclicked
    elif not reading.delimited:
        reading = with_own_keys(block, reading, profiled=reading.profiled)
    rows = _Interpreter(block, reading).rows()
    rows.ignored += ignored
    return rows


def of_matrix(reading: FileReading) -> FileReading:
    """Returns the reading of the rows that a matrix becomes."""
    value = "rating" if reading.matrix == "rate" else "weight"
    pairs = ((USER, "user"), (ITEM, "item"), (VALUE, value))
    columns = tuple(ColumnReading(name, meaning, "") for name, meaning in pairs)
    return replace(reading, columns=columns, matrix="", person="")


class _Interpreter:
    """One pass over a block."""

    def __init__(self, block: RawBlock, reading: FileReading) -> None:
        self._block = block
        self._reading = reading
        self._rows = len(block.lines)
        self._bad: list[BadRow] = list(block.bad)
        self._event: Mask = np.ones(self._rows, np.bool_)
        """Rows that are events, as far as was read."""
        self._ignored = 0
        self._kind_names: list[str] = []

    def rows(self) -> EventRows:
        """Returns the events of the block."""
        words = self._words()
        ratings, weights = self._numbers("rating"), self._numbers("weight")
        if self._reading.unrated is not None:
            ratings[ratings == self._reading.unrated] = np.nan
        if self._reading.unweighed is not None:
            weights[weights == self._reading.unweighed] = np.nan
        kinds = self._kinds(words, ratings, weights)
        if self._reading.undone:
            self._ignore(weights < 0)
        user = _filled(self._merged("user"), self._reading.person, self._rows)
        if self._reading.userless:
            self._ignore(np.array([is_blank(cell) for cell in user.distinct], np.bool_)[user.codes])
        users = self._ids("user", user, _user_id)
        item = self._item()
        if self._reading.itemless:
            self._ignore(np.array([is_blank(cell) for cell in item.distinct], np.bool_)[item.codes])
        items = self._ids("item", item, lambda cell: cells.opaque_id("item_id", cell))
        times = self._times()
        self._refuse_unweighed(words, weights)
        values = self._values(kinds, ratings, weights)
        event_ids = self._optional_ids(self._merged("event_id"))
        every = EventRows(
            lines=self._block.lines,
            users=users,
            items=items,
            kinds=kinds,
            event_ids=event_ids,
            values=values,
            timestamps=times,
            again=self._flags("again"),
            bad=self._bad,
            ignored=self._ignored,
            unvalued=self._unvalued(kinds, ratings, weights),
        )
        return every.take(self._event)

    def _merged(self, meaning: str) -> Column | None:
        """Returns the column of a meaning; where several have it, each row has the first that is not blank."""
        found = [self._block.columns[name] for name in self._reading.of(meaning) if name in self._block.columns]
        merged = found.pop() if found else None
        while found and merged is not None:
            merged = first_present(found.pop(), merged)
        return merged

    def _refuse(self, column: Column, errors: Mapping[int, InvalidInput]) -> None:
        """Takes the rows with a wrong cell out of the events."""
        if not errors:
            return
        wrong = spread(errors, column.codes, len(column.distinct)) & self._event
        for row in np.flatnonzero(wrong).tolist():
            code = int(column.codes[row])
            bad = refused(int(self._block.lines[row]), errors[code])
            self._bad.append(bad.describing(column.distinct[code]) if bad.quoted else bad)
        self._event &= ~wrong

    def _refuse_rows(self, wrong: Mask, field_name: str, problem: str, fix: str) -> None:
        wrong = wrong & self._event
        self._bad.extend(BadRow(int(line), field_name, problem, fix) for line in self._block.lines[wrong].tolist())
        self._event &= ~wrong

    def _words(self) -> Ints:
        """Returns of each row the number of the kind that its word names; -1 where there is none."""
        codes = np.full(self._rows, -1, np.int64)
        for meaning in ("status", "kind"):
            column = self._merged(meaning)
            if column is None:
                continue
            found = self._kinds_of_words(column, meaning)
            codes = np.where(found[column.codes] == -1, codes, found[column.codes])
        self._ignore(codes == NO_EVENT)
        return codes

    def _ignore(self, rows: Mask) -> None:
        """Takes rows that say that there was no event out of the events."""
        self._ignored += int((rows & self._event).sum())
        self._event &= ~rows

    def _kinds_of_words(self, column: Column, meaning: str) -> Ints:
        numbers = np.full(len(column.distinct), -1, np.int64)
        unknown = []
        for code, cell in enumerate(column.distinct):
            word = "" if cell is None else str(cell).strip().lower()
            kind = self._reading.words.get(word, self._reading.words.get("*") if meaning == "status" else None)
            if kind is None and word:
                unknown.append(code)
            elif kind is not None:
                numbers[code] = self._kind_number(kind) if kind else NO_EVENT
        if unknown:
            counts = np.bincount(column.codes, minlength=len(column.distinct))
            raise unknown_words({str(column.distinct[code]): int(counts[code]) for code in unknown})
        return numbers

    def _kind_number(self, kind: str) -> int:
        if kind not in self._kind_names:
            self._kind_names.append(kind)
        return self._kind_names.index(kind)

    def _kinds(self, words: Ints, ratings: Floats, weights: Floats) -> Column:
        """Returns the kind of each row: of its word, else of its rating, its weight or the file."""
        named = words >= 0
        default = np.where(np.isnan(weights), self._kind_number("view"), self._kind_number("play"))
        if self._reading.kind:
            default = np.full(self._rows, self._kind_number(self._reading.kind))
        codes = np.where(named, words, default)
        consumed = np.isin(codes, [self._kind_number(kind) for kind in CONSUMED])
        if not self._reading.fixed_kind:
            codes[~np.isnan(ratings) & (consumed | ~named)] = self._kind_number("rate")
        codes[self._skipped() & (codes == self._kind_number("play"))] = self._kind_number("skip")
        return Column(self._kind_names, codes.astype(np.int32))

    def _skipped(self) -> Mask:
        return self._flags("skipped") | (self._numbers("played_ms") < SKIPPED_BELOW_MS)

    def _flags(self, meaning: str) -> Mask:
        column = self._merged(meaning)
        if column is None:
            return np.zeros(self._rows, np.bool_)
        return np.array([str(cell).strip().lower() in TRUE for cell in column.distinct], np.bool_)[column.codes]

    def _numbers(self, meaning: str) -> Floats:
        """Returns the number of each row, NaN where there is none."""
        column = self._merged(meaning)
        if column is None:
            return np.full(self._rows, np.nan)
        read = read_numbers(meaning, column, self._reading.numbers)
        self._refuse(column, read.errors)
        return read.values[column.codes]

    def _values(self, kinds: Column, ratings: Floats, weights: Floats) -> Floats:
        rated = kinds.codes == self._kind_number("rate")
        by_rating = (rated | self._reading.fixed_kind) & ~np.isnan(ratings)
        values = np.where(by_rating, ratings, weights)
        self._refuse_rows(rated & np.isnan(values), "rating", "missing", "give a number")
        values[np.isnan(values)] = 1.0
        self._refuse_rows(~rated & (values < 0), "weight", "below zero", "use a number from 0 on")
        self._refuse_rows(np.abs(values) > LARGEST_VALUE, "value", "too large", f"use a number to {LARGEST_VALUE:g}")
        return values

    def _refuse_unweighed(self, words: Ints, weights: Floats) -> None:
        """Refuses rows of a table whose events have a weight alone, and which have none."""
        columns = self._reading.of("weight")
        if self._reading.profiled or not self._reading.delimited or not columns or self._reading.of("rating"):
            return
        fix = f"give a number, or leave the whole column out, with --map '{columns[0]}=none'"
        self._refuse_rows(np.isnan(weights) & (words < 0), "weight", "missing", fix)

    def _unvalued(self, kinds: Column, ratings: Floats, weights: Floats) -> Mapping[str, int]:
        """Returns kind → events without a number, of a file that has columns for one and no profile."""
        if self._reading.profiled or not (self._reading.of("rating") or self._reading.of("weight")):
            return {}
        codes = kinds.codes[self._event & np.isnan(ratings) & np.isnan(weights)]
        counts = np.bincount(codes, minlength=len(kinds.distinct)).tolist()
        return {str(kind): rows for kind, rows in zip(kinds.distinct, counts, strict=True) if rows}

    def _times(self) -> Ints:
        column = self._merged("time")
        if column is None:
            return np.zeros(self._rows, np.int64)
        read = read_times(column, self._reading.time_form)
        self._refuse(column, read.errors)
        return read.values[column.codes]

    def _item(self) -> Column:
        columns = [self._block.columns.get(name, _constant(None, self._rows)) for name in self._reading.of("item")]
        if len(columns) > 1 and self._reading.item_form:
            item = joined(columns, self._reading.item_form, self._reading.delimited)
        else:
            item = self._merged("item") or _constant(None, self._rows)
        other = self._merged("item_else")
        return item if other is None else first_present(item, other)

    def _ids(self, meaning: str, column: Column, read: Callable[[object], str]) -> Column:
        whole, delimited = meaning in self._reading.whole_ids, self._reading.delimited
        values = read_ids(column, lambda cell: _checked(f"{meaning}_id", read(id_cell(cell, delimited, whole))))
        self._refuse(column, values.errors)
        return Column(values.values, column.codes)

    def _optional_ids(self, column: Column | None) -> Column:
        if column is None:
            return _constant("", self._rows)
        present = Column(["" if is_blank(cell) else cell for cell in column.distinct], column.codes)

        def checked(cell: object) -> str:
            return cell if cell == "" else _checked("event_id", cells.opaque_id("event_id", cell))

        values = read_ids(present, checked)
        self._refuse(column, values.errors)
        return Column(values.values, column.codes)


def without_repeats(rows: EventRows, before: set[str]) -> EventRows:
    """Returns the rows of items that earlier files of the same export do not have, or that say that it was again."""
    repeated = np.array([item in before for item in rows.items.distinct], np.bool_)[rows.items.codes]
    kept = rows.again | ~repeated
    return replace(rows.take(kept), ignored=rows.ignored + int((~kept).sum()))


def unknown_words(counts: Mapping[str, int]) -> InvalidInput:
    """Returns the complaint about words that no event kind has, with the flag that decides."""
    most = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:WORDS_SHOWN]
    listed = ", ".join(f"{word!r} ({count})" for word, count in most)
    example = ",".join(f"{word}=KIND" for word, _ in most)
    return InvalidInput.one(
        "--kinds",
        f"the column of kinds has words that no event kind has: {listed}",
        f"say what they mean, with KIND one of {', '.join(DEFAULT_KINDS.by_name)} or none: --kinds '{example}'",
    )


def first_present(column: Column, other: Column) -> Column:
    """Returns the column with the cells of another one where its own are blank."""
    blank = np.array([is_blank(cell) for cell in column.distinct], np.bool_)[column.codes]
    codes = np.where(blank, other.codes + len(column.distinct), column.codes)
    return Column([*column.distinct, *other.distinct], codes.astype(np.int32))


def joined(columns: Sequence[Column], form: str, delimited: bool) -> Column:
    """Returns the column of ids that several cells make; blank where the last cell that names it is."""
    codes = columns[0].codes.astype(np.int64)
    for column in columns[1:]:
        codes = codes * len(column.distinct) + column.codes
    _, first, inverse = np.unique(codes, return_index=True, return_inverse=True)
    texts: list[object] = []
    for row in first.tolist():
        parts = [id_cell(column[row], delimited, whole=True) for column in columns]
        texts.append(_one_id(["" if is_blank(part) else str(part) for part in parts], form))
    return Column(texts, inverse.astype(np.int32))


def _one_id(parts: Sequence[str], form: str) -> str:
    if all(parts):
        return form.format(*parts)
    # a film without a year is its title; a track without an artist has no name
    return parts[0] if "(" in form else ""


def _taken(column: Column, rows: Mask) -> Column:
    return Column(column.distinct, column.codes[rows])


def _constant(cell: object, rows: int) -> Column:
    return Column([cell], np.zeros(rows, np.int32))


def _filled(column: Column | None, cell: str, rows: int) -> Column:
    constant = _constant(cell or None, rows)
    return constant if column is None else first_present(column, constant) if cell else column


def _user_id(cell: object) -> str:
    """Returns the id of a user; a word for no user is none."""
    if is_nobody(cell) and cell is not None and str(cell).strip():
        raise InvalidInput.one("user_id", f"{str(cell).strip()} stands for no user", "give the id of a user")
    return cells.user_id(cell)


def _checked(field_name: str, text: str) -> str:
    complaints: list[Complaint] = []
    check_id(field_name, text, complaints)
    if complaints:
        raise InvalidInput(complaints)
    return text
