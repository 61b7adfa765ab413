"""Meanings of columns by their names, for files that are not profile.

Several names of one thing are one candidate: the id of a track before its title, and a track before its artist. Two
things that nothing orders, such as a film and a product, are two candidates, and the owner has to say which one counts.
"""

from collections.abc import Sequence

from doublebill.imports.meaning.headers import plain

USER = (
    *("userid", "user", "uid", "username", "customerid", "customer", "visitorid", "reviewerid", "reviewer", "memberid"),
    *("accountid", "listenerid", "profilename", "sessionid", "userhash", "clientid", "viewerid", "subscriberid"),
    *("playerid", "buyerid", "shopperid", "readerid", "patronid", "personid", "profileid", "useruuid", "userpseudoid"),
    *("listener", "viewer", "subscriber", "member", "client", "account", "visitor", "buyer", "shopper", "reader"),
    *("patron", "customername", "anonymousid", "cookieid", "deviceid"),
)
RATING = (
    *("rating", "ratings", "stars", "bookrating", "score", "overall", "myrating", "yourrating", "userrating"),
    *("starrating", "userscore", "ratingvalue", "reviewscore", "reviewrating"),
)
WEIGHT = (
    "weight",
    "plays",
    "playcount",
    "count",
    "listens",
    "value",
    "eventvalue",
    "hours",
    "playcounts",
    "scrobbles",
    "purchases",
    *("listencount", "watchcount", "streamcount", "streams", "timesplayed", "numplays", "nplays", "hoursplayed"),
)
TIME = (
    *("timestamp", "time", "date", "datetime", "ts", "createdat", "playedat", "eventtime", "watchedat", "listenedat"),
    *("watcheddate", "ratedat", "daterated", "purchasedat", "viewedat", "unixreviewtime", "endtime", "playedon"),
    *("lastplayed", "lastplayedat", "dateplayed", "playdate", "lastwatched", "datewatched", "watchedon", "dateread"),
    *("eventtimestamp", "unixtime", "orderdate", "utctime", "reviewtime", "creationtime", "added", "addedat"),
    *("orderedat", "orderedon", "ordertime", "boughtat", "purchasedon", "purchasedate", "purchasetime", "soldat"),
    *("transactiondate", "transactiontime", "invoicedate", "streamedat", "scrobbledat", "listenedon", "readat"),
    *("reviewedat", "reviewdate", "ratingdate", "ratingtime", "watchdate", "viewdate", "visitdate", "visittime"),
    *("eventdate", "eventdatetime", "clickedat", "occurredat", "happenedat", "loggedat", "timestampms"),
)
KIND = (
    *("kind", "type", "action", "eventtype", "event", "feedbacktype", "interaction", "interactiontype", "behavior"),
    *("eventname", "actiontype", "activitytype", "behaviour", "behaviortype", "verb"),
)
EVENT_ID = ("eventid", "eventuuid")

SURE_ITEM = ("itemid", "item", "iid", "itemname", "contentid")
THINGS: dict[str, tuple[str, ...]] = {
    "film": ("movieid", "filmid", "movie", "film", "movietitle", "filmtitle", "moviename"),
    "track": ("trackid", "songid", "track", "song", "trackname", "songname", "tracktitle", "songtitle"),
    "book": ("bookid", "isbn", "book", "booktitle"),
    "product": (
        *("productid", "asin", "parentasin", "sku", "product", "productname", "articleid", "article", "productcode"),
        *("stockcode", "skuid", "productsku"),
    ),
    "game": ("gameid", "game", "gamename", "appid"),
    "video": ("videoid", "video", "episodeid", "episode", "videotitle", "videoname"),
    "podcast": ("podcastid", "podcast", "podcastname"),
    "anime": ("animeid", "anime", "animename", "animetitle"),
    "recipe": ("recipeid", "recipe", "recipename"),
    "course": ("courseid", "course", "coursename"),
    "business": ("businessid", "restaurantid", "hotelid"),
    "media": ("mediaid",),
    "series": ("seriesid", "showid", "tvshowid", "series", "show", "tvshow", "seriesname", "showname", "tvshowname"),
    "album": ("albumid", "album", "albumname"),
    "artist": ("artistid", "artist", "artistname"),
}
BELOW = {"series": ("film", "video"), "podcast": ("video",), "album": ("track",), "artist": ("track", "album")}
"""Things that only describe others → the others."""

NAMES_OF_TRACKS = frozenset({"track", "song", "trackname", "songname", "tracktitle", "songtitle"})
NAMES_OF_ARTISTS = ("artist", "artistname")
TITLES_OF_WORKS = ("title", "name")
"""What an artist made, beside a column of artists."""

TITLE = ("title", "movietitle", "itemtitle", "booktitle", "name", "artistname", "trackname", "itemname", "productname")
TAGS = ("tags", "genres", "genre", "class", "categories", "category", "tag")
YEAR = ("year", "releaseyear", "yearofpublication", "originalpublicationyear", "yearpublished", "startyear")
ID = ("id",)


def first_named(columns: Sequence[str], names: Sequence[str]) -> str:
    """Returns the column with the first of some plain names, or nothing."""
    by_name = {plain(column): column for column in reversed(columns)}
    return next((by_name[name] for name in names if name in by_name), "")


def event_candidates(columns: Sequence[str]) -> list[tuple[str, ...]]:
    """Returns the columns that can be the item of an event: one entry for each thing, several columns for one id."""
    if sure := first_named(columns, SURE_ITEM):
        return [(sure,)]
    found = {thing: column for thing, names in THINGS.items() if (column := first_named(columns, names))}
    things = [thing for thing in found if not any(other in found for other in BELOW.get(thing, ()))]
    artist = first_named(columns, NAMES_OF_ARTISTS)
    title = first_named(columns, TITLES_OF_WORKS if "album" in found else TITLES_OF_WORKS[:1])
    if artist and title and things in (["artist"], ["album"]):  # each of them only says whose work the title is
        return [(artist, title)]
    return [
        (artist, found[thing]) if artist and plain(found[thing]) in NAMES_OF_TRACKS else (found[thing],)
        for thing in things
    ]


ITEM_TYPES = frozenset(
    {
        *(
            "movie",
            "movies",
            "film",
            "films",
            "series",
            "show",
            "shows",
            "tv",
            "tvshow",
            "tv show",
            "tv series",
            "season",
        ),
        *("episode", "episodes", "anime", "ova", "ona", "special", "short", "documentary", "video", "music video"),
        *(
            "game",
            "games",
            "app",
            "dlc",
            "bundle",
            "song",
            "songs",
            "track",
            "album",
            "single",
            "ep",
            "artist",
            "podcast",
        ),
        *("book", "ebook", "audiobook", "comic", "manga", "novel", "magazine", "article"),
    }
)
"""Words that say what an item is, and not what happened to it."""


def item_column(columns: Sequence[str]) -> str:
    """Returns the column that identifies an item in a file of items, or nothing.

    Beside a title, the plain name of a thing identifies it: `film` of `film,title,genres`. An artist does not.
    """
    ids = [name for names in THINGS.values() for name in names[:2] if name.endswith(("id", "asin", "isbn"))]
    sure = first_named(columns, (*SURE_ITEM[:3], *ids, *ID))
    if sure or not first_named(columns, TITLES_OF_WORKS):
        return sure
    things = [name for thing, names in THINGS.items() if thing not in BELOW for name in names]
    return first_named(columns, [name for name in things if not name.endswith(("name", "title"))])


def event_meanings(columns: Sequence[str]) -> dict[str, str]:
    """Returns column → meaning of an event, without its item."""
    named = {"user": USER, "rating": RATING, "time": TIME, "kind": KIND, "event_id": EVENT_ID, "weight": WEIGHT}
    found = {first_named(columns, names): meaning for meaning, names in named.items()}
    return {column: meaning for column, meaning in found.items() if column}
