"""Files of item metadata: the data sets whose shape is known, and the header names that tell the rest."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from doublebill.imports.headers import ATOMIC, column_name, plain
from doublebill.imports.lines import ByteLine
from doublebill.imports.profiles import (
    DatasetProfile,
    FileKind,
    JsonLinesProfile,
    TableProfile,
    column_mapping,
    recognise,
)


@dataclass(frozen=True, slots=True)
class ItemColumns:
    """Which column holds what: a header name, or a number from 1; empty where it is to be recognised."""

    item: str = ""
    title: str = ""
    tags: str = ""
    year: str = ""
    available: str = ""


ALIASES = {
    "item": (
        *("itemid", "item", "movieid", "filmid", "trackid", "songid", "artistid", "albumid", "bookid", "productid"),
        *("gameid", "videoid", "asin", "isbn", "id"),
    ),
    "title": ("title", "movietitle", "itemtitle", "booktitle", "name", "artistname", "trackname", "itemname"),
    "tags": ("tags", "genres", "genre", "class", "categories", "category", "tag"),
    "year": ("year", "releaseyear"),
    "available": ("available",),
    "attributes": ("attributes",),
}

ATTRIBUTE = re.compile(r"attributes?[.:](.+)", re.IGNORECASE)
"""The header of a column that holds an attribute, and the attribute's name."""

GENRES = (
    *("unknown", "Action", "Adventure", "Animation", "Children's", "Comedy", "Crime", "Documentary", "Drama"),
    *("Fantasy", "Film-Noir", "Horror", "Musical", "Mystery", "Romance", "Sci-Fi", "Thriller", "War", "Western"),
)
"""The genre flags of MovieLens 100K in the order of their columns (its file u.genre)."""

KNOWN = (
    DatasetProfile(
        TableProfile("MovieLens 100K u.item", "|", {"item": 0, "title": 1, "flags": 5}, 5 + len(GENRES), latin1=True),
        (r"\d+", ".*", ".*", ".*", ".*", *("[01]",) * len(GENRES)),
    ),
    DatasetProfile(
        TableProfile("MovieLens 1M movies.dat", "::", {"item": 0, "title": 1, "tags": 2}, 3, latin1=True),
        (r"\d+", r".*\(\d{4}\)\s*", ".*"),
    ),
)

EXPECTED = (
    "a header with an item column and its title, tags or year (such as item_id, title, genres), JSON lines with these "
    "keys, or the files of MovieLens (u.item, movies.dat, movies.csv), RecBole (.item) or Last.fm (artists.dat); else "
    "tell the columns, each by its name or its number from 1: item, title, tags, year"
)


ANY_SEPARATOR = "|;,"


@dataclass(frozen=True, slots=True)
class Style:
    """How a file writes titles and tags."""

    separators: str = ANY_SEPARATOR
    """The first of these that a cell of tags holds divides it; none of them: it is one tag."""
    films: bool = False
    """Whether titles are written as MovieLens does: `Net, The (1995)`."""
    year_tokens: bool = False
    """Whether the year is any text (a RecBole token), so that one that is no number is a year not known."""


def _complete(roles: Mapping[str, object]) -> bool:
    return "item" in roles and bool(roles.keys() & {"title", "tags", "year", "available", "attributes", "flags"})


ITEMS = FileKind(ALIASES, KNOWN, _complete, EXPECTED, rivals=(frozenset({"tags", "flags"}),))


def item_profile(sample: Sequence[ByteLine], name: str, columns: ItemColumns) -> TableProfile | JsonLinesProfile:
    """The shape of a file of items that begins with `sample`.

    Raises:
        InvalidInput: when it is none that is known.
    """
    return recognise(sample, name, ITEMS, column_mapping(columns))


def attribute_columns(shape: TableProfile) -> dict[str, tuple[int, bool]]:
    """Attribute → its column from 0 and whether its cells are texts whatever they look like, as RecBole tokens are."""
    found = {}
    for column, cell in enumerate(shape.header):
        if named := ATTRIBUTE.fullmatch(column_name(cell)):
            atomic = ATOMIC.fullmatch(cell.strip())
            found[named.group(1)] = column, atomic is not None and atomic.group(2).startswith("token")
    return found


def style_of(shape: TableProfile | JsonLinesProfile) -> Style:
    """How a file of this shape writes titles and tags."""
    if isinstance(shape, JsonLinesProfile):
        return Style()
    if not shape.header:
        return Style("|", films=shape.latin1)  # the two known shapes are both MovieLens
    films = plain(_header_of(shape, "item")) == "movieid" or plain(_header_of(shape, "title")) == "movietitle"
    return Style(_separators(shape), films, year_tokens=_atomic_type(shape, "year") == "token")


def _separators(shape: TableProfile) -> str:
    if atomic_type := _atomic_type(shape, "tags"):
        return " " if atomic_type == "token_seq" else ""
    return "|" if plain(_header_of(shape, "item")) == "movieid" else ANY_SEPARATOR


def _atomic_type(shape: TableProfile, role: str) -> str:
    atomic = ATOMIC.fullmatch(_header_of(shape, role))
    return atomic.group(2) if atomic else ""


def _header_of(shape: TableProfile, role: str) -> str:
    return shape.header[shape.columns[role]].strip() if role in shape.columns else ""
