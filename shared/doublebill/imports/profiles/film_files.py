"""Files of films and series: MovieLens, MovieTweetings, Netflix, Letterboxd, Trakt, IMDb, MyAnimeList."""

from doublebill.imports.profiles.file_profile import PERSON, FileProfile

TITLE_AND_YEAR = "{} ({})"

STARS = r"\d{1,2}(\.\d+)?"
UNIX_TIME = r"\d{9,13}"
GENRE_FLAGS = 19

LETTERBOXD_FILM = {"name": "item", "year": "item", "letterboxduri": "none", "date": "time"}
LETTERBOXD = frozenset({"name", "year", "letterboxduri"})

FILM = {"name": "title", "year": "year"}
"""The columns of Letterboxd that describe a film."""

WATCHED = {"scrobble": "play", "watch": "play", "checkin": "play", "watched": "play"}
TRAKT = {"movietitle": "title", "movieyear": "year", "showtitle": "title", "showyear": "year"}
MAL_STATUS = {
    "completed": "view",
    "watching": "view",
    "reading": "view",
    "on-hold": "view",
    "onhold": "view",
    "dropped": "view",
    "plan to watch": "",
    "plan to read": "",
    "1": "view",
    "2": "view",
    "3": "view",
    "4": "view",
    "6": "",
}

FILMS = (
    FileProfile(
        "MovieLens ratings.csv",
        {"userid": "user", "movieid": "item", "rating": "rating", "timestamp": "time"},
        needs=frozenset({"userid", "movieid", "rating"}),
    ),
    FileProfile(
        "MovieLens movies.csv",
        {"movieid": "item", "title": "title", "genres": "tags"},
        needs=frozenset({"movieid", "title", "genres"}),
        subject="items",
        films=True,
    ),
    FileProfile(
        "MovieLens links.csv",
        {},
        needs=frozenset({"movieid", "imdbid", "tmdbid"}),
        subject="it holds the numbers of films in other catalogs",
    ),
    FileProfile(
        "MovieLens genome-scores.csv",
        {},
        needs=frozenset({"movieid", "tagid", "relevance"}),
        subject="it holds one tag of a film per row",
    ),
    FileProfile(
        "MovieLens or MovieTweetings ratings",
        {"1": "user", "2": "item", "3": "rating", "4": "time"},
        patterns=(r"\d+", r"\d+", STARS, UNIX_TIME),
    ),
    FileProfile(
        "MovieLens or MovieTweetings movies.dat",
        {"1": "item", "2": "title", "3": "tags"},
        patterns=(r"\d+", r".*\(\d{4}\)\s*", r".*"),
        subject="items",
        films=True,
        latin1=True,
    ),
    FileProfile(
        "MovieLens u.item",
        {"1": "item", "2": "title", **{str(column): "genre flag" for column in range(6, 6 + GENRE_FLAGS)}},
        patterns=(r"\d+", ".*", ".*", ".*", ".*", *("[01]",) * GENRE_FLAGS),
        subject="items",
        films=True,
        latin1=True,
    ),
    FileProfile(
        "Netflix Prize ratings",
        {"movieid": "item", "customerid": "user", "rating": "rating", "date": "time"},
        needs=frozenset({"movieid", "customerid", "rating", "date"}),
    ),
    FileProfile(
        "Netflix viewing activity",
        {
            "profilename": "user",
            "title": "item",
            "starttime": "time",
            "supplementalvideotype": "status",
            "duration": "none",
            "attributes": "none",
            "devicetype": "none",
            "bookmark": "none",
            "latestbookmark": "none",
            "country": "none",
        },
        needs=frozenset({"profilename", "starttime", "title"}),
        kind="play",
        words={"": "play", "*": ""},
    ),
    FileProfile(
        "Netflix viewing history",
        {"title": "item", "date": "time"},
        needs=frozenset({"title", "date"}),
        files=r"netflix|viewing",
        alone=True,
        kind="play",
        person=PERSON,
    ),
    FileProfile(
        "Netflix ratings",
        {
            "profilename": "user",
            "titlename": "item",
            "starvalue": "rating",
            "eventutcts": "time",
            "thumbsvalue": "status",
            "ratingtype": "none",
            "devicemodel": "none",
            "regionviewdate": "none",
        },
        needs=frozenset({"profilename", "titlename", "thumbsvalue"}),
        words={"": "view", "0": "view", "1": "dislike", "2": "like", "3": "like"},
        unrated=0,
    ),
    FileProfile(
        "Letterboxd ratings",
        {**LETTERBOXD_FILM, "rating": "rating"},
        needs=LETTERBOXD | {"rating"},
        item_form=TITLE_AND_YEAR,
        describes=FILM,
        kind="play",
        person=PERSON,
        export="Letterboxd",
    ),
    FileProfile(
        "Letterboxd diary or reviews",
        {"watcheddate": "time", **LETTERBOXD_FILM, "rating": "rating", "rewatch": "again", "tags": "none"},
        needs=LETTERBOXD | {"watcheddate", "rewatch"},
        item_form=TITLE_AND_YEAR,
        describes=FILM,
        kind="play",
        person=PERSON,
        export="Letterboxd",
    ),
    FileProfile(
        "Letterboxd watchlist",
        LETTERBOXD_FILM,
        needs=LETTERBOXD,
        files="watchlist",
        subject="a film on a watchlist is not watched yet",
    ),
    FileProfile(
        "Letterboxd likes",
        LETTERBOXD_FILM,
        needs=LETTERBOXD,
        files=r"likes.*films",
        item_form=TITLE_AND_YEAR,
        describes=FILM,
        kind="like",
        person=PERSON,
    ),
    FileProfile(
        "Letterboxd watched films",
        LETTERBOXD_FILM,
        needs=LETTERBOXD,
        item_form=TITLE_AND_YEAR,
        describes=FILM,
        kind="play",
        person=PERSON,
        export="Letterboxd",
    ),
    FileProfile(
        "Trakt history",
        {
            "id": "event_id",
            "watchedat": "time",
            "action": "kind",
            "movieidsslug": "item",
            "showidsslug": "item_else",
            "type": "none",
        },
        needs=frozenset({"watchedat", "action", "type"}),
        kind="play",
        words=WATCHED,
        person=PERSON,
        describes=TRAKT,
    ),
    FileProfile(
        "Trakt ratings",
        {"ratedat": "time", "rating": "rating", "movieidsslug": "item", "showidsslug": "item_else", "type": "none"},
        needs=frozenset({"ratedat", "rating", "type"}),
        person=PERSON,
        describes=TRAKT,
    ),
    FileProfile(
        "IMDb ratings",
        {"const": "item", "yourrating": "rating", "daterated": "time"},
        needs=frozenset({"const", "yourrating"}),
        kind="view",
        person=PERSON,
        describes={
            "title": "title",
            "year": "year",
            "genres": "tags",
            "directors": "attribute directors",
            "titletype": "attribute title_type",
            "runtimemins": "attribute runtime_mins",
            "imdbrating": "attribute imdb_rating",
        },
    ),
    FileProfile(
        "IMDb titles",
        {
            "const": "item",
            "title": "title",
            "year": "year",
            "genres": "tags",
            "yourrating": "none",
            "daterated": "none",
        },
        needs=frozenset({"const", "title"}),
        subject="items",
    ),
    FileProfile(
        "YouTube watch history",
        {"titleurl": "item", "time": "time", "header": "none", "products": "none", "subtitles": "none"},
        needs=frozenset({"header", "title", "titleurl", "time"}),
        kind="view",
        person=PERSON,
        itemless=True,
        title_lead="Watched ",
        describes={"title": "title"},
    ),
    FileProfile(
        "MyAnimeList",
        {
            "seriesanimedbid": "item",
            "mangamangadbid": "item",
            "myscore": "rating",
            "mystatus": "status",
            "mylastupdated": "time",
            "myfinishdate": "time",
            "mystartdate": "none",
            "username": "user",
        },
        needs=frozenset({"myscore", "mystatus"}),
        kind="view",
        words=MAL_STATUS,
        person=PERSON,
        unrated=0,
        describes={"seriestitle": "title", "mangatitle": "title", "seriestype": "attribute type"},
    ),
)
