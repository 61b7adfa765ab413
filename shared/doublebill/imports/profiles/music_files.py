"""Files of music: Last.fm, ListenBrainz, Spotify."""

from doublebill.imports.profiles.file_profile import PERSON, FileProfile

ARTIST, ALBUM = "attribute artist", "attribute album"
ARTIST_AND_TRACK = "{} - {}"

ISO_TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ?"
MUSICBRAINZ_ID = r"([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})?"
WORDED_TIME = r"\d{1,2} [A-Z][a-z]{2} \d{4},? \d\d:\d\d"

MUSIC = (
    FileProfile(
        "Last.fm HetRec",
        {"userid": "user", "artistid": "item", "weight": "weight"},
        needs=frozenset({"userid", "artistid", "weight"}),
        kind="play",
    ),
    FileProfile(
        "Last.fm 360K",  # an artist without a MusicBrainz id is identified by name
        {"1": "user", "2": "item", "3": "item_else", "4": "weight"},
        patterns=(r"[0-9a-f]{40}", MUSICBRAINZ_ID, ".*", r"\d+"),
        kind="play",
        describes={"3": "title"},
    ),
    FileProfile(
        "Last.fm 1K",
        {"1": "user", "2": "time", "3": "item", "4": "item_else", "5": "none", "6": "none"},
        patterns=(".+", ISO_TIME, MUSICBRAINZ_ID, ".*", MUSICBRAINZ_ID, ".*"),
        kind="play",
        describes={"4": "title"},
    ),
    FileProfile(
        "Last.fm scrobbles",
        {
            "username": "user",
            "user": "user",
            "artist": "item",
            "track": "item",
            "date": "time",
            "utctime": "time",
            "uts": "time",
            "timestamp": "time",
            "album": "none",
        },
        needs=frozenset({"artist", "track", "album"}),
        describes={"track": "title", "artist": ARTIST, "album": ALBUM},
        item_form=ARTIST_AND_TRACK,
        kind="play",
        person=PERSON,
    ),
    FileProfile(
        "Last.fm scrobbles without a header",
        {"1": "item", "2": "none", "3": "item", "4": "time"},
        patterns=(".+", ".*", ".+", WORDED_TIME),
        describes={"3": "title", "1": ARTIST, "2": ALBUM},
        item_form=ARTIST_AND_TRACK,
        kind="play",
        person=PERSON,
    ),
    FileProfile(
        "Last.fm scrobbles as JSON",
        {"artisttext": "item", "name": "item", "dateuts": "time", "albumtext": "none"},
        needs=frozenset({"artisttext", "name", "dateuts"}),
        describes={"name": "title", "artisttext": ARTIST, "albumtext": ALBUM},
        item_form=ARTIST_AND_TRACK,
        kind="play",
        person=PERSON,
    ),
    FileProfile(
        "ListenBrainz listens",
        {
            "listenedat": "time",
            "trackmetadataartistname": "item",
            "trackmetadatatrackname": "item",
            "username": "user",
            "trackmetadatareleasename": "none",
            "recordingmsid": "none",
            "insertedat": "none",
        },
        needs=frozenset({"listenedat", "trackmetadataartistname", "trackmetadatatrackname"}),
        describes={
            "trackmetadatatrackname": "title",
            "trackmetadataartistname": ARTIST,
            "trackmetadatareleasename": ALBUM,
        },
        item_form=ARTIST_AND_TRACK,
        kind="play",
        person=PERSON,
    ),
    FileProfile(
        "Spotify extended streaming history",
        {
            "username": "user",
            "mastermetadataalbumartistname": "item",
            "mastermetadatatrackname": "item",
            "ts": "time",
            "msplayed": "played_ms",
            "skipped": "skipped",
            "episodename": "item_else",
        },
        needs=frozenset({"ts", "msplayed", "mastermetadatatrackname", "mastermetadataalbumartistname"}),
        describes={
            "mastermetadatatrackname": "title",
            "mastermetadataalbumartistname": ARTIST,
            "mastermetadataalbumalbumname": ALBUM,
            "episodename": "title",
            "episodeshowname": "attribute show",
        },
        item_form=ARTIST_AND_TRACK,
        kind="play",
        person=PERSON,
    ),
    FileProfile(
        "Spotify streaming history",
        {"endtime": "time", "artistname": "item", "trackname": "item", "msplayed": "played_ms"},
        needs=frozenset({"artistname", "trackname", "msplayed"}),
        describes={"trackname": "title", "artistname": ARTIST},
        item_form=ARTIST_AND_TRACK,
        kind="play",
        person=PERSON,
    ),
    FileProfile(
        "Spotify playlists",
        {"userid": "user", "artistname": "item", "trackname": "item", "playlistname": "none"},
        needs=frozenset({"userid", "artistname", "trackname"}),
        describes={"trackname": "title", "artistname": ARTIST},
        item_form=ARTIST_AND_TRACK,
        kind="like",
    ),
)
