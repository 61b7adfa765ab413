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
        "TV Time tracking",
        {"userid": "user", "seriesname": "item", "createdat": "time", "updatedat": "none", "uuid": "event_id"},
        needs=frozenset({"seriesname", "episodenumber", "createdat", "uuid"}),
        kind="play",
        person=PERSON,
        describes={"seriesname": "title"},
    ),
    FileProfile(
        "Kaggle anime ratings",
        {"userid": "user", "animeid": "item", "rating": "rating"},
        needs=frozenset({"userid", "animeid", "rating"}),
        kind="view",
        unrated=-1,
    ),
    FileProfile(
        "BoardGameGeek collection",  # the weight of a game there is its complexity
        {"objectid": "item", "rating": "rating", "numplays": "weight", "wishlist": "status", "weight": "none"},
        needs=frozenset({"objectid", "rating", "numplays"}),
        words={"1": "", "*": "view"},
        person=PERSON,
        unrated=0,
        unweighed=0,
        describes={"objectname": "title", "yearpublished": "year"},
    ),
    FileProfile(
        "Untappd check-ins",
        {"bid": "item", "ratingscore": "rating", "createdat": "time", "checkinid": "event_id"},
        needs=frozenset({"bid", "ratingscore", "checkinid"}),
        kind="view",
        person=PERSON,
        describes={"beername": "title", "breweryname": "attribute brewery", "beertype": "tags"},
    ),
    FileProfile(
        "PlayStation titles",
        {"titleid": "item", "playcount": "weight", "lastplayeddatetime": "time", "firstplayeddatetime": "none"},
        needs=frozenset({"titleid", "playcount", "lastplayeddatetime"}),
        kind="play",
        person=PERSON,
        describes={"name": "title"},
    ),
    FileProfile(
        "Xbox title history",
        {"titleid": "item", "titlehistorylasttimeplayed": "time", "type": "none"},
        needs=frozenset({"titleid", "titlehistorylasttimeplayed"}),
        kind="play",
        person=PERSON,
        describes={"name": "title"},
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
