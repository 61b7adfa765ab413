"""Options that say what the columns and cells of a file mean."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from cyclopts import Group, Parameter

from doublebill.errors import InvalidInput
from doublebill.imports.reading.flags import ReadingFlags, check_time_form, mapped_columns, mapped_words
from doublebill.values.rating_scale import RatingScale

COLUMNS = Group("Columns: a name, or a number from 1", sort_key=2)
CELLS = Group("Cells", sort_key=3)


@Parameter(name="*", group=COLUMNS, show_default=False)
@dataclass(frozen=True, kw_only=True)
class Columns:
    """Options that map columns whose header is not recognised."""

    user: Annotated[str, Parameter(metavar="COLUMN", help="column of the user id")] = ""
    item: Annotated[
        str, Parameter(metavar="COLUMN", help="column of the item id; ARTIST+TITLE makes one id of several columns")
    ] = ""
    weight: Annotated[str, Parameter(metavar="COLUMN", help="column of the weight, such as a play count")] = ""
    rating: Annotated[str, Parameter(metavar="COLUMN", help="column of the rating")] = ""
    time: Annotated[str, Parameter(metavar="COLUMN", help="column of the time")] = ""
    kind_column: Annotated[str, Parameter(metavar="COLUMN", help="column of the event kind")] = ""
    map_: Annotated[
        tuple[str, ...],
        Parameter(
            name="--map",
            metavar="COLUMN=MEANING",
            help="user, item, rating, weight, time, kind, title, tags, year, attribute NAME, none, …; may be repeated",
        ),
    ] = ()

    def mapping(self) -> dict[str, str]:
        """Returns column → meaning.

        Raises:
            InvalidInput: when one column gets two meanings.
        """
        named = {
            "user": self.user,
            "weight": self.weight,
            "rating": self.rating,
            "time": self.time,
            "kind": self.kind_column,
        }
        pairs = [(column.strip(), "item") for column in self.item.split("+") if column.strip()]
        pairs += [(column, meaning) for meaning, column in named.items() if column]
        pairs += mapped_columns(self.map_).items()
        mapping: dict[str, str] = {}
        for column, meaning in pairs:
            if mapping.setdefault(column, meaning) != meaning:
                problem = f"another role has column {column!r}"
                raise InvalidInput.one(meaning, problem, "use a column of its own")
        return mapping


@Parameter(name="*", group=CELLS, show_default=False)
@dataclass(frozen=True, kw_only=True)
class Cells:
    """Options that say how cells are read."""

    kinds: Annotated[
        str, Parameter(metavar="WORD=KIND,…", help="event kinds of words, such as addtocart=like,transaction=purchase")
    ] = ""
    user_is: Annotated[str, Parameter(metavar="NAME", help="the user of every event, in one person's export")] = ""
    time_format: Annotated[
        str, Parameter(metavar="FORM", help="day-first, month-first, seconds, excel-days, … or a pattern: %d.%m.%Y")
    ] = ""
    unrated: Annotated[
        str, Parameter(metavar="NUMBER", help="the rating that means 'not rated', or none; kept with the catalog")
    ] = ""
    rating_scale: Annotated[
        str, Parameter(metavar="LOW..HIGH", help="lowest and highest rating, such as 1..5; kept with the catalog")
    ] = ""
    decimal: Annotated[
        Literal["comma", "point"] | None, Parameter(help="the decimal mark; the other one separates thousands")
    ] = None
    encoding: Annotated[str, Parameter(metavar="NAME", help="encoding of a text that is not UTF-8: cp1252, …")] = ""


NO_COLUMNS, NO_CELLS = Columns(), Cells()


def reading_flags(columns: Columns, cells: Cells, kind: str) -> ReadingFlags:
    """Returns the flags that the options name.

    Raises:
        InvalidInput: when one is wrong.
    """
    return ReadingFlags(
        columns=columns.mapping(),
        words=mapped_words(cells.kinds),
        person=cells.user_is,
        kind=kind,
        time_form=check_time_form(cells.time_format),
        unrated=_unrated(cells.unrated),
        decimal=cells.decimal or "",
    )


def kept_settings(cells: Cells, kept: Mapping[str, Any] | None) -> dict[str, Any]:
    """Returns the fields of the catalog's record that the options of an import change."""
    changes: dict[str, Any] = {"reading": kept} if kept else {}
    if cells.rating_scale:
        changes["rating_scale"] = RatingScale.of_text(cells.rating_scale).to_json()
    if cells.unrated:
        changes["unrated"] = None if cells.unrated == "none" else float(cells.unrated)
    return changes


def _unrated(text: str) -> str:
    if text and text != "none":
        try:
            float(text)
        except ValueError:
            raise InvalidInput.one("--unrated", f"{text!r} is no number", "use a number, or none") from None
    return text
