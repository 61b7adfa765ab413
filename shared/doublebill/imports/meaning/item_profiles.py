"""Profiles of files of item metadata: public data sets, and header names for all others."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from doublebill.imports.meaning.headers import ATOMIC, column_name, plain
from doublebill.imports.meaning.profiles import DatasetProfile, FileKind, JsonLinesProfile, TableProfile


@dataclass(frozen=True, slots=True)
class ItemColumns:
    """Columns by role: a header name, or a number from 1; empty to be recognised."""

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
    "available_from": ("availablefrom",),
    "available_until": ("availableuntil",),
    "attributes": ("attributes",),
}

ATTRIBUTE = re.compile(r"attributes?[.:](.+)", re.IGNORECASE)
"""Header of an attribute's column, with the attribute's name."""

GENRES = (
    *("unknown", "Action", "Adventure", "Animation", "Children's", "Comedy", "Crime", "Documentary", "Drama"),
    *("Fantasy", "Film-Noir", "Horror", "Musical", "Mystery", "Romance", "Sci-Fi", "Thriller", "War", "Western"),
)
"""Genre flags of MovieLens 100K in order of columns (its file u.genre)."""

DATASETS = (
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
    "keys, or the files of MovieLens (u.item, movies.dat, movies.csv), RecBole (.item) or Last.fm (artists.dat); or "
    "name the columns, each by its name or its number from 1: item, title, tags, year"
)


ANY_SEPARATOR = "|;,"


@dataclass(frozen=True, slots=True)
class Style:
    """The notation of titles, tags and years in a file."""

    separators: str = ANY_SEPARATOR
    """The first of these in a cell of tags separates them; without any, the cell is one tag."""
    films: bool = False
    """True for titles as in MovieLens: `Net, The (1995)`."""
    year_tokens: bool = False
    """True for years that may be any text (RecBole tokens); a text that is no number means no year."""


def _complete(roles: Mapping[str, object]) -> bool:
    return "item" in roles and bool(roles.keys() & {"title", "tags", "year", "available", "attributes", "flags"})


ITEMS = FileKind(ALIASES, DATASETS, _complete, EXPECTED, rivals=(frozenset({"tags", "flags"}),))


def attribute_columns(profile: TableProfile) -> dict[str, tuple[int, bool]]:
    """Returns attribute → its column from 0, and whether all its cells are texts, as RecBole tokens are."""
    found = {}
    for column, cell in enumerate(profile.header):
        if named := ATTRIBUTE.fullmatch(column_name(cell)):
            atomic = ATOMIC.fullmatch(cell.strip())
            found[named.group(1)] = column, atomic is not None and atomic.group(2).startswith("token")
    return found


def style_of(profile: TableProfile | JsonLinesProfile) -> Style:
    """Returns the notation of a file with this profile."""
    if isinstance(profile, JsonLinesProfile):
        return Style()
    if not profile.header:
        return Style("|", films=profile.latin1)  # both data sets are MovieLens
    films = plain(_header_of(profile, "item")) == "movieid" or plain(_header_of(profile, "title")) == "movietitle"
    return Style(_separators(profile), films, year_tokens=_atomic_type(profile, "year") == "token")


def _separators(profile: TableProfile) -> str:
    if atomic_type := _atomic_type(profile, "tags"):
        return " " if atomic_type == "token_seq" else ""
    return "|" if plain(_header_of(profile, "item")) == "movieid" else ANY_SEPARATOR


def _atomic_type(profile: TableProfile, role: str) -> str:
    atomic = ATOMIC.fullmatch(_header_of(profile, role))
    return atomic.group(2) if atomic else ""


def _header_of(profile: TableProfile, role: str) -> str:
    return profile.header[profile.columns[role]].strip() if role in profile.columns else ""
