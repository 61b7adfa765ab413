"""Lists and logs of what people watched, heard and played: Simkl, TMDB, AniList, Tautulli, Audible, Steam."""

from doublebill.imports.profiles.file_profile import PERSON, FileProfile

PLANNED = {"plantowatch": "", "plan to watch": "", "*": "view"}
ANILIST_STATUS = {"planning": "", "*": "view"}

LISTS = (
    FileProfile(
        "Simkl backup",
        {
            "simklid": "item",
            "imdb": "item_else",
            "watchlist": "status",
            "watcheddate": "time",
            "rating": "rating",
            "lastepwatched": "none",
            "memo": "none",
        },
        needs=frozenset({"simklid", "watchlist", "watcheddate"}),
        words=PLANNED,
        person=PERSON,
        unrated=0,
        describes={"title": "title", "year": "year", "type": "attribute type"},
    ),
    FileProfile(
        "Simkl backup as JSON",
        {
            "movieidssimkl": "item",
            "showidssimkl": "item_else",
            "status": "status",
            "lastwatchedat": "time",
            "userrating": "rating",
            "addedtowatchlistat": "none",
            "userratedat": "none",
        },
        needs=frozenset({"status", "lastwatchedat", "userrating"}),
        words=PLANNED,
        person=PERSON,
        unrated=0,
        describes={"movietitle": "title", "showtitle": "title", "movieyear": "year", "showyear": "year"},
    ),
    FileProfile(
        "TMDB ratings",  # films and series are numbered apart
        {"type": "item", "tmdbid": "item", "yourrating": "rating", "daterated": "time", "rating": "none"},
        needs=frozenset({"tmdbid", "yourrating", "daterated"}),
        item_form="{}/{}",
        kind="view",
        person=PERSON,
        describes={"name": "title", "type": "attribute type", "releasedate": "attribute release_date"},
    ),
    FileProfile(
        "AniList lists",
        {
            "mediaid": "item",
            "status": "status",
            "score": "rating",
            "updatedat": "time",
            "id": "none",
            "name": "none",
            "createdat": "none",
        },
        needs=frozenset({"mediaid", "status", "score"}),
        words=ANILIST_STATUS,
        person=PERSON,
        unrated=0,
        describes={"mediatitleenglish": "title", "mediatitleromaji": "title", "mediaformat": "attribute format"},
    ),
    FileProfile(
        "Tautulli history",
        {"userid": "user", "ratingkey": "item", "date": "time", "user": "none", "id": "none", "rowid": "none"},
        needs=frozenset({"userid", "ratingkey", "fulltitle", "date"}),
        kind="play",
        describes={"fulltitle": "title", "year": "year", "mediatype": "attribute media_type"},
    ),
    FileProfile(
        "Audible listening",
        {"asin": "item", "startdate": "time", "enddate": "none", "productname": "none"},
        needs=frozenset({"asin", "startdate", "eventdurationmilliseconds"}),
        kind="play",
        person=PERSON,
        describes={"productname": "title"},
    ),
    FileProfile(
        "Steam library",  # the weight is in minutes
        {"appid": "item", "playtimeforever": "weight", "rtimelastplayed": "time"},
        needs=frozenset({"appid", "playtimeforever"}),
        kind="play",
        person=PERSON,
        describes={"name": "title"},
    ),
)
