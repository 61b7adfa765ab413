"""Blocks of events: some rows of a file as columns, still with the user ids of the file, and the rows that are none."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Protocol

import numpy as np

from doublebill.arrays import Floats, Ints, Ints32, Mask
from doublebill.columns.text_column import Texts
from doublebill.errors import InvalidInput
from doublebill.event_table import EventTable
from doublebill.imports.files.blocks import Column
from doublebill.imports.files.raw_rows import BadRow, RawRow, refused
from doublebill.imports.profiles.file_profile import PERSON

FEWEST_TELLING = 4
"""Characters from which a user id is told from a part of a word."""

type Rows = Iterable[RawRow | BadRow]


class EventBlock(Protocol):
    """Some rows of a file as events; [rows] each."""

    @property
    def lines(self) -> Ints:
        """Returns the line of each row in the file."""
        ...

    @property
    def users(self) -> Column:
        """Returns the user ids of the file."""
        ...

    @property
    def items(self) -> Column: ...
    @property
    def kinds(self) -> Column: ...
    @property
    def event_ids(self) -> Column:
        """Returns the event ids, empty where there is none."""
        ...

    @property
    def values(self) -> Floats: ...
    @property
    def timestamps(self) -> Ints:
        """Returns milliseconds of Unix time, 0 where unknown."""
        ...

    @property
    def bad(self) -> Sequence[BadRow]:
        """Returns the rows that could not be read."""
        ...

    @property
    def ignored(self) -> int:
        """Returns the number of rows that say that there was no event."""
        ...

    @property
    def unvalued(self) -> Mapping[str, int]:
        """Returns kind → events whose cell of a rating or weight is blank, so that they have the value 1."""
        ...


@dataclass(frozen=True, slots=True)
class ParsedBlock:
    """A block of which rows were left out."""

    lines: Ints
    users: Column
    items: Column
    kinds: Column
    event_ids: Column
    values: Floats
    timestamps: Ints
    bad: Sequence[BadRow] = ()
    ignored: int = 0
    unvalued: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of_rows(cls, block: EventBlock, rows: Mask) -> "ParsedBlock":
        """Returns the rows of a mask, without the bad and ignored rows of their block."""

        def taken(column: Column) -> Column:
            return Column(column.distinct, column.codes[rows])

        return cls(
            lines=block.lines[rows],
            users=taken(block.users),
            items=taken(block.items),
            kinds=taken(block.kinds),
            event_ids=taken(block.event_ids),
            values=block.values[rows],
            timestamps=block.timestamps[rows],
        )


def good_or_bad[T](row: RawRow, parsed: Callable[[Mapping[str, object]], T]) -> T | BadRow:
    """Returns the parsed row, or its first complaint with its line; the user id is never repeated."""
    try:
        return parsed(row.values)
    except InvalidInput as wrong:
        bad = refused(row.line, wrong)
        user_id = row.values.get("user_id")
        repeats = bad.field == "user_id" or (isinstance(user_id, str) and user_id in bad.quoted)
        return bad.describing(user_id) if repeats and bad.quoted else bad


@dataclass
class Pseudonymised:
    """The blocks of one file as event tables; the pseudonym of each user is computed once."""

    pseudonym_of: Callable[[str], str]
    _computed: dict[str, str] = field(default_factory=dict)

    def kept_name(self, file: str) -> str:
        """Returns the name of a file, or nothing where it repeats the id of its only user."""
        return "" if self.names_its_user(file) else file

    def names_its_user(self, file: str) -> bool:
        """Returns whether the name of a file with one user repeats the id of that user, as names of exports do."""
        if len(self._computed) != 1:
            return False
        ((user_id, _),) = self._computed.items()
        found = file.casefold().split(user_id.casefold())
        # a short id may be a part of any word; the user of an export that names none is no id at all
        whole = [not before[-1:].isalnum() and not after[:1].isalnum() for before, after in pairwise(found)]
        return user_id != PERSON and (any(whole) if len(user_id) < FEWEST_TELLING else bool(whole))

    def table(self, block: EventBlock) -> EventTable:
        """Returns the events of a block with pseudonyms in place of the user ids."""
        users, codes = _used(block.users)
        computed, pseudonym_of = self._computed, self.pseudonym_of
        pseudonyms = [computed.get(user) or computed.setdefault(user, pseudonym_of(user)) for user in users]
        rows = len(codes)
        return EventTable(
            users=Texts.coded(pseudonyms, codes),
            items=Texts.coded(*_used(block.items)),
            kinds=Texts.coded(*_used(block.kinds)),
            values=block.values,
            timestamps=block.timestamps,
            event_ids=Texts.coded(*_used(block.event_ids)),
            recommendation_ids=Texts.constant("", rows),
            received=np.zeros(rows, np.int64),
        )


def _used(column: Column) -> tuple[list[str], Ints32]:
    """Returns the texts that rows have, and the codes of the rows among them."""
    used = np.zeros(len(column.distinct), np.bool_)
    used[column.codes] = True
    distinct = column.distinct
    if used.all():
        return [str(text) for text in distinct], column.codes
    numbers = np.cumsum(used, dtype=np.int32) - 1
    return [str(distinct[place]) for place in np.flatnonzero(used).tolist()], numbers[column.codes]
