"""A file profile: the names of its columns, what they mean, and the words in them.

A new one is an entry of a list in this room and a sample in `tests/profile_samples.py`. Meanings are:

    user, item, rating, weight, time, kind, event_id    as in an event; several `item` columns make one id
    item_else                                           the item where `item` is empty
    status                                              a word that says whether there was an event, and of which kind
    again                                               whether the user met the item once more, and not the same time
    skipped, played_ms                                  whether a play was broken off, and after how many milliseconds
    title, tags, year, available, hidden                as in an item; `hidden` is the contrary of `available`
    attribute NAME                                      an attribute of an item
    none                                                not read
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

PERSON = "me"
"""The user of one person's export, where the caller names no other."""


@dataclass(frozen=True, slots=True)
class FileProfile:
    """One kind of file, as data."""

    name: str
    columns: Mapping[str, str]
    """Column in lower case without punctuation, or its number from 1 where the file has no header → meaning."""
    needs: frozenset[str] = frozenset()
    """The columns by which it is recognised."""
    patterns: tuple[str, ...] = ()
    """Of a file without a header: an expression for the cells of each column."""
    rising: tuple[int, int] | None = None
    """Of a file without a header: two columns from 0 of numbers of which the second is above the first in every row."""
    files: str = ""
    """An expression for the names of its files, where the columns do not tell."""
    alone: bool = False
    """True where the columns tell after all, if there are no others."""
    subject: str = "events"
    """`events`, `items`, or a sentence that says why it is not read."""
    kind: str = ""
    """Kind of an event without a rating and without a word."""
    words: Mapping[str, str] = field(default_factory=dict)
    """Word in the column `kind` or `status` → event kind; an empty kind is no event, `*` stands for other words."""
    item_form: str = ""
    """How several item columns make an id."""
    person: str = ""
    """The user, in one person's export."""
    unrated: float | None = None
    """The rating that means "not rated"."""
    unweighed: float | None = None
    """The weight that means that there is none."""
    export: str = ""
    """The export of which several files tell of the same events: the file that stands first in the list counts."""
    films: bool = False
    """True for titles as in MovieLens: `Net, The (1995)`."""
    latin1: bool = False
    itemless: bool = False
    """True where a row without an item is no event, such as that of a video that was removed."""
    userless: bool = False
    """True where a row without a user is no event, such as a purchase without an account."""
    undone: bool = False
    """True where a row with a weight below 0 is no event, such as a purchase that was cancelled."""
    title_lead: str = ""
    """Words in front of every title that are no part of it."""
    time_form: str = ""
    """The form of its times, where these could be read in two ways."""
    impressions: bool = False
    """True where a cell of items lists what was shown, `N1-1 N2-0`: those with 1 were clicked, and are events."""
    describes: Mapping[str, str] = field(default_factory=dict)
    """Of a file of events: column, as in `columns` → what it says about the item, as in a file of items."""

    def fits(self, columns: Sequence[str], rows: Sequence[Sequence[object]], file: str) -> bool:
        """Returns whether a file with these plain column names and first rows can be one of this kind."""
        named = not self.files or re.search(self.files, file.lower()) is not None
        if not named and not (self.alone and set(columns) == self.needs):
            return False
        if not self.patterns:
            return bool(self.needs) and self.needs <= set(columns)
        fitting = [
            len(row) == len(self.patterns) and all(map(re.fullmatch, self.patterns, map(str, row))) for row in rows
        ]
        return bool(rows) and fitting[0] and 2 * sum(fitting) >= len(rows) and self._rises(rows, fitting)

    def _rises(self, rows: Sequence[Sequence[object]], fitting: Sequence[bool]) -> bool:
        if not self.rising:
            return True
        start, end = self.rising
        return all(int(str(row[start])) < int(str(row[end])) for row, fits in zip(rows, fitting, strict=True) if fits)
