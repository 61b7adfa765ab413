"""Profiles of event files: public data sets, and header names for all others.

Where a header has several names of one role, the first in the list below wins (a track before its artist).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from doublebill.imports.meaning.profiles import DatasetProfile, FileKind, TableProfile


@dataclass(frozen=True, slots=True)
class EventColumns:
    """Columns by role: a header name, or a number from 1; empty to be recognised."""

    user: str = ""
    item: str = ""
    rating: str = ""
    weight: str = ""
    time: str = ""
    kind: str = ""
    event_id: str = ""


ALIASES = {
    "user": ("userid", "user", "uid", "username", "customerid", "customer", "visitorid", "reviewerid", "reviewer"),
    "item": (
        *("itemid", "item", "iid", "movieid", "movie", "filmid", "film", "trackid", "songid", "artistid", "albumid"),
        *("bookid", "productid", "gameid", "videoid", "asin", "isbn", "track", "song", "artist", "album", "book"),
        *("product", "game", "video"),
    ),
    "rating": ("rating", "ratings", "stars", "bookrating"),
    "weight": ("weight", "plays", "playcount", "count", "listens", "value"),
    "time": ("timestamp", "time", "date", "datetime", "ts", "createdat", "playedat"),
    "kind": ("kind", "type", "action", "eventtype", "event"),
    "event_id": ("eventid",),
}

RATING = r"[0-5](\.\d+)?"
UNIX_TIME = r"\d{9,13}"
ISO_TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ?"
MUSICBRAINZ_ID = r"([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})?"
STARS = {"user": 0, "item": 1, "rating": 2, "time": 3}

DATASETS = (
    DatasetProfile(TableProfile("MovieLens 100K u.data", "\t", STARS, 4), (r"\d+", r"\d+", RATING, UNIX_TIME)),
    DatasetProfile(TableProfile("MovieLens 1M ratings.dat", "::", STARS, 4), (r"\d+", r"\d+", RATING, UNIX_TIME)),
    # an artist without a MusicBrainz id is identified by name
    DatasetProfile(
        TableProfile("Last.fm 360K", "\t", {"user": 0, "item": 1, "item_else": 2, "weight": 3}, 4),
        (r"[0-9a-f]{40}", MUSICBRAINZ_ID, ".*", r"\d+"),
    ),
    DatasetProfile(
        TableProfile("Last.fm 1K", "\t", {"user": 0, "time": 1, "item": 2, "item_else": 3}, 6, event_kind="play"),
        (".+", ISO_TIME, MUSICBRAINZ_ID, ".*", MUSICBRAINZ_ID, ".*"),
    ),
)

EXPECTED = (
    "a header with a user and an item column (such as user_id, item_id, rating or plays, timestamp), JSON lines with "
    "these keys, or the files of MovieLens (u.data, ratings.dat, ratings.csv), RecBole (.inter) or Last.fm "
    "(user_artists.dat, 360K, 1K); or name the columns, each by its name or its number from 1: "
    "--user C --item C [--rating C | --weight C] [--time C]"
)


def _complete(roles: Mapping[str, object]) -> bool:
    return "user" in roles and "item" in roles


EVENTS = FileKind(
    ALIASES, DATASETS, _complete, EXPECTED, rivals=(frozenset({"rating", "weight"}), frozenset({"item", "item_else"}))
)


def kind_of_roles(roles: Mapping[str, object]) -> str:
    """Returns the kind of an event with columns of these roles."""
    if "rating" in roles:
        return "rate"
    return "play" if "weight" in roles else "view"
