"""The item of an event where no column has the name of a thing: the only id that is left, or else a title."""

from collections.abc import Sequence

from doublebill.errors import InvalidInput
from doublebill.imports.files.blocks import RawBlock
from doublebill.imports.meaning.headers import plain
from doublebill.imports.reading.header_meanings import (
    ID,
    NAMES_OF_ARTISTS,
    TITLE,
    USER,
    YEAR,
    event_candidates,
    first_named,
)

OTHER_IDS = frozenset(
    {
        *("orderid", "transactionid", "eventid", "ratingid", "reviewid", "commentid", "rowid", "recordid", "listid"),
        *("sessionid", "deviceid", "categoryid", "parentid", "genreid", "tagid", "storeid", "shopid", "brandid"),
        *("requestid", "impressionid", "cartid", "basketid", "invoiceid", "locationid", "countryid", "cityid"),
    }
)
"""Plain names of ids that no item has: of the event, of what belongs to it, or of what describes the item."""

IDS_OF_ROWS = (*ID, "uuid", "guid")
"""Plain names of ids that can be those of items or of rows."""

ARTIST_AND_TITLE, TITLE_AND_YEAR = "{} - {}", "{} ({})"


def item_of_event(block: RawBlock, columns: Sequence[str]) -> tuple[tuple[str, ...], str]:
    """Returns the columns among these that make the id of an event's item, perhaps none, and the form in which they do.

    Raises:
        InvalidInput: when several columns can be the item.
    """
    candidates = event_candidates(columns) or [(column,) for column in _ids(block, columns)]
    if len(candidates) > 1:
        listed = ", ".join("+".join(one) for one in candidates)
        fix = f"say which, with --item '{'+'.join(candidates[0])}'"
        raise InvalidInput.one("--item", f"several columns can be the item: {listed}", fix)
    if candidates:
        return candidates[0], ARTIST_AND_TITLE
    title, year = first_named(columns, TITLE), first_named(columns, YEAR)
    artist = first_named(columns, NAMES_OF_ARTISTS)
    if title and artist and title != artist:
        return (artist, title), ARTIST_AND_TITLE
    return tuple(filter(None, (title, year))) if title else (), TITLE_AND_YEAR


def _ids(block: RawBlock, columns: Sequence[str]) -> list[str]:
    """Returns the columns that hold ids and not those of users, of orders or of the rows."""
    title = first_named(columns, TITLE)
    return [
        column
        for column in columns
        if plain(column).endswith("id")
        and plain(column) not in (*USER, *OTHER_IDS)
        and not (plain(column) in IDS_OF_ROWS and _counts_rows(block, column, title))
    ]


def _counts_rows(block: RawBlock, column: str, title: str) -> bool:
    """Returns whether each row has an id of its own, although the titles repeat."""
    rows = len(block.lines)
    repeated = not title or len(set(map(str, block.columns[title].distinct))) < rows
    return repeated and len(set(map(str, block.columns[column].distinct))) == rows
