"""A reading: the meaning of each column of a file, and how its cells are read."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from doublebill.imports.meaning.headers import plain
from doublebill.imports.raw_cells.cell_texts import PLAIN_NUMBERS, NumberForm

UNREAD = "none"
BY_HEADER, BY_FLAGS = "its header", "the flags"
"""Sources of a reading that is no profile's."""
ATTRIBUTE = "attribute "
EVENT_MEANINGS = ("user", "item", "rating", "weight", "time", "kind", "event_id")
OTHER_EVENT_MEANINGS = ("item_else", "status", "skipped", "played_ms", "again")
GENRE_FLAG = "genre flag"
ITEM_MEANINGS = ("item", "title", "tags", "year", "available", "hidden", GENRE_FLAG)


@dataclass(frozen=True, slots=True)
class ColumnReading:
    """How one column is read."""

    column: str
    meaning: str
    """A meaning, `attribute NAME`, or `none`."""
    how: str
    """How the meaning was found, or why the column is not read."""
    samples: tuple[str, ...] = ()
    """Two values as read; of users only a description."""
    numbers: NumberForm = PLAIN_NUMBERS
    """The marks in the numbers of an attribute."""


@dataclass(frozen=True, slots=True)
class FileReading:
    """The meaning of a whole file."""

    subject: str
    """`events` or `items`."""
    source: str
    """The profile, or how else the columns were recognised."""
    columns: tuple[ColumnReading, ...]
    person: str = ""
    """The user of every event, where no column names one."""
    kind: str = ""
    """Kind of the events that name none; empty where the rating or weight tells it."""
    fixed_kind: bool = False
    """True where the owner of the file named the kind: a rating then is its value."""
    words: Mapping[str, str] = field(default_factory=dict)
    """Word of a kind or status, in lower case → event kind; an empty kind is no event."""
    item_form: str = ""
    """How several item columns make an id."""
    time_form: str = ""
    numbers: NumberForm = PLAIN_NUMBERS
    unrated: float | None = None
    matrix: str = ""
    """Kind of the cells of a user × item matrix; empty for other files."""
    export: str = ""
    """The export of which several files tell of the same events."""
    films: bool = False
    delimited: bool = True
    whole_ids: tuple[str, ...] = ()
    """The meanings, `user` or `item`, whose ids are whole numbers with `.0` behind, as pandas writes them."""
    unweighed: float | None = field(default=None, repr=False)
    """The weight that means that there is none."""
    describes: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """Columns of a file of events that describe its items, each with its meaning in an item."""
    itemless: bool = field(default=False, repr=False)
    """True where a row without an item is no event."""
    userless: bool = field(default=False, repr=False)
    """True where a row without a user is no event."""
    undone: bool = field(default=False, repr=False)
    """True where a row with a weight below 0 is no event."""
    title_lead: str = field(default="", repr=False)
    """Words in front of every title that are no part of it."""
    impressions: bool = field(default=False, repr=False)
    """True where a cell of items lists what was shown, and which of it was clicked."""
    notes: tuple[str, ...] = ()
    """Facts about the whole file that its owner should see."""

    @property
    def profiled(self) -> bool:
        """Returns whether a profile says what the columns mean."""
        return self.source not in (BY_HEADER, BY_FLAGS)

    def of(self, meaning: str) -> tuple[str, ...]:
        """Returns the columns of one meaning, in the order in which they are used."""
        return tuple(one.column for one in self.columns if one.meaning == meaning)

    def one(self, meaning: str) -> str:
        """Returns the column of a meaning, or nothing."""
        return next(iter(self.of(meaning)), "")

    def attributes(self) -> dict[str, str]:
        """Returns column → attribute."""
        named = ((one.column, one.meaning) for one in self.columns)
        return {column: meaning.removeprefix(ATTRIBUTE) for column, meaning in named if meaning.startswith(ATTRIBUTE)}

    def document(self) -> dict[str, object]:
        """Returns the reading as the table of a dry run shows it."""
        columns = [
            {"column": one.column, "meaning": one.meaning, "how": one.how, "samples": list(one.samples)}
            for one in self.columns
        ]
        facts = {
            "subject": self.subject,
            "recognised_as": self.source,
            "user": self.person or None,
            "kind": self.matrix or self.kind or None,
            "words": {word: kind or None for word, kind in self.words.items()},
            "time_form": self.time_form or None,
            "unrated": self.unrated,
            "notes": list(self.notes),
        }
        return {"columns": columns, **{name: fact for name, fact in facts.items() if fact not in (None, {}, [])}}


def signature(columns: tuple[str, ...]) -> list[str]:
    """Returns a text for the columns of a file, by which the next file of the same columns is profile."""
    return sorted(plain(column) or column for column in columns)
