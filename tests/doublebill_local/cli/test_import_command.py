"""The command `import`: what it understood before it stores, what it asks, and what it keeps for the next file."""

import datetime
import json
import zipfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from doublebill_local.host.home import Home

SHOP = (
    "timestamp,visitorid,event,itemid,transactionid\n1433221332117,257597,view,355908,\n"
    "1433222276276,59,transaction,356,40\n"
)
RATINGS = "Date,Name,Year,Letterboxd URI,Rating\n2024-01-03,Solaris,1972,u1,4.5\n2024-01-04,Solaris,2002,u2,2\n"
DIARY = (
    "Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,Watched Date\n2024-01-03,Solaris,1972,u3,4.5,,,2024-01-02\n"
    "2024-02-03,Solaris,1972,u4,,Yes,,2024-02-02\n2024-03-03,Alien,1979,u5,,,,2024-03-02\n"
)


def keys(home: Path) -> list[str]:
    return list(Home(home).objects().keys("")) if home.exists() else []


def document(ran) -> dict[str, Any]:
    assert (ran.code, ran.err) == (0, "")
    found: dict[str, Any] = json.loads(ran.out)
    return found


@pytest.mark.parametrize("flags", [("--dry-run",), ()])
def test_text_of_another_encoding_asks_for_its_name(run, tmp_path: Path, flags: tuple[str, ...]) -> None:
    file = tmp_path / "plays.csv"
    file.write_bytes("user,item\nann,Björk\nbob,Sigur Rós\n".encode("latin-1"))
    ran = run("import", "songs", file, *flags)
    assert (ran.code, ran.out) == (2, "")
    assert "line 2: not UTF-8: byte 0xf6" in ran.err
    assert "--encoding" in ran.err
    assert keys(tmp_path / "home") == []


def test_a_dry_run_shows_what_each_column_means_and_stores_nothing(run, tmp_path: Path) -> None:
    file = tmp_path / "events.csv"
    file.write_text(SHOP)
    ran = run("import", "shop", file, "--dry-run")
    assert (ran.code, ran.err) == (0, "")
    for shown in (
        "RetailRocket events",
        "visitorid",
        "view → view",
        "2015-06-02T05:02:12Z",
        "not read",
        "nothing was stored",
    ):
        assert shown in ran.out
    assert "257597" not in ran.out
    (plan,) = document(run("import", "shop", file, "--dry-run", "--json"))["files"]
    assert plan["columns"][0] == {
        "column": "visitorid",
        "meaning": "user",
        "how": "RetailRocket events",
        "samples": ["a text of 6 characters", "a text of 2 characters"],
    }
    assert keys(tmp_path / "home") == []


def test_an_import_names_the_columns_that_it_does_not_read(run, tmp_path: Path) -> None:
    file = tmp_path / "events.csv"
    file.write_text(SHOP)
    ran = run("import", "shop", file)
    assert ran.code == 0
    assert "imported into shop: 2 events of 2 users and 2 items" in ran.out
    assert "not read: transactionid" in ran.out


def test_an_export_of_several_files_does_not_tell_an_event_twice(run, tmp_path: Path) -> None:
    archive = tmp_path / "letterboxd-me.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("diary.csv", DIARY)
        packed.writestr("ratings.csv", RATINGS)
        packed.writestr(
            "watched.csv", "Date,Name,Year,Letterboxd URI\n2024-01-03,Solaris,1972,u1\n2020-01-01,Fog,1980,u9\n"
        )
        packed.writestr("watchlist.csv", "Date,Name,Year,Letterboxd URI\n2024-01-03,Tide,1999,u7\n")
        packed.writestr("likes/films.csv", "Date,Name,Year,Letterboxd URI\n2024-01-03,Alien,1979,u5\n")
        packed.writestr("deleted/diary.csv", DIARY)
    files = document(run("import", "films", archive, "--json"))["files"]
    read = {one["file"].split(": ")[1]: one["accepted"] for one in files if "not_read" not in one}
    # of the diary the second watch and the film without a rating, of the watched films the one that is nowhere else
    assert read == {"ratings.csv": 2, "diary.csv": 2, "watched.csv": 1, "films.csv": 1}
    reasons = " ".join(one["not_read"] for one in files if "not_read" in one)
    assert "not watched yet" in reasons
    assert "taken back" in reasons


def test_an_archive_with_files_without_rows_is_imported_and_names_them(run, tmp_path: Path) -> None:
    archive = tmp_path / "letterboxd-me.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("ratings.csv", RATINGS)
        packed.writestr("reviews.csv", DIARY.splitlines()[0] + "\n")
        packed.writestr("comments.csv", "Date,Content,Comment\n")
        packed.writestr("video.json", "[]")
    files = document(run("import", "films", archive, "--json"))["files"]
    assert [one["file"].split(": ")[1] for one in files if "not_read" not in one] == ["ratings.csv"]
    assert [one["not_read"] for one in files if "not_read" in one] == ["it has no rows"] * 3


def test_a_file_of_an_export_that_only_repeats_another_does_not_stop_the_rest(run, tmp_path: Path) -> None:
    archive = tmp_path / "letterboxd-me.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("ratings.csv", RATINGS)
        packed.writestr("watched.csv", "Date,Name,Year,Letterboxd URI\n2024-01-03,Solaris,1972,u1\n")
        packed.writestr("likes/films.csv", "Date,Name,Year,Letterboxd URI\n2024-01-03,Alien,1979,u5\n")
    files = document(run("import", "films", archive, "--json"))["files"]
    assert {one["file"].split(": ")[1]: one["accepted"] for one in files} == {
        "ratings.csv": 2,
        "watched.csv": 0,
        "films.csv": 1,
    }


def test_the_watchlist_of_an_archive_is_left_out_when_its_subject_is_named(run, tmp_path: Path) -> None:
    archive = tmp_path / "letterboxd-me.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("ratings.csv", RATINGS)
        packed.writestr("watchlist.csv", "Date,Name,Year,Letterboxd URI\n2024-01-03,Tide,1999,u7\n")
    files = document(run("import", "films", "--events", archive, "--json"))["files"]
    assert "not watched yet" in files[1]["not_read"]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [("[]", ": it has no rows"), ('{"a":' * 50_000 + "1" + "}" * 50_000 + "\n", ", line 1: ")],
    ids=["empty", "nested"],
)
def test_json_without_a_row_that_can_be_read_is_refused(run, tmp_path: Path, text: str, complaint: str) -> None:
    file = tmp_path / "events.json"
    file.write_text(text)
    ran = run("import", "tiny", "--events", file)
    assert ran.code in (1, 2)
    assert ran.err.startswith(f"doublebill: events.json{complaint}")


def test_several_files_may_be_imported_at_once_and_items_come_first(run, tmp_path: Path) -> None:
    (tmp_path / "e.csv").write_text("user,item\nann,a\n")
    (tmp_path / "i.csv").write_text("item_id,title,colour\na,Alpha,red\n")
    imported = document(run("import", "tiny", tmp_path / "e.csv", tmp_path / "i.csv", "--json"))
    assert list(imported) == ["catalog", "items", "events"]
    assert imported["items"]["reading"]["columns"][2]["meaning"] == "attribute colour"


def test_a_word_that_no_kind_has_is_asked_for_and_a_flag_answers(run, tmp_path: Path) -> None:
    file = tmp_path / "events.csv"
    file.write_text("user,item,action\nann,a,view\nann,b,wishlist\n")
    ran = run("import", "tiny", file)
    assert (ran.code, ran.out) == (2, "")
    assert "'wishlist' (1)" in ran.err
    assert "--kinds 'wishlist=KIND'" in ran.err
    assert keys(tmp_path / "home") == []
    told = document(run("import", "tiny", file, "--kinds", "wishlist=like", "--json"))["events"]
    assert told["report"]["kinds"] == {"like": 1, "view": 1}
    ran = run("import", "tiny", file, "--kinds", "wishlist=basket")
    assert ran.code == 2
    assert "doublebill settings CATALOG --kind basket=WEIGHT" in ran.err


def test_the_flags_of_one_file_are_kept_for_the_next_of_the_same_columns(run, tmp_path: Path) -> None:
    first, second, other = tmp_path / "may.csv", tmp_path / "june.csv", tmp_path / "other.csv"
    first.write_text("who,what,day\nann,a,03/05/2024\n")
    second.write_text("who,what,day\nann,b,03/06/2024\n")
    other.write_text("who,what,dag\nann,b,03/06/2024\n")
    flags = ["--user", "who", "--item", "what", "--time", "day", "--time-format", "day-first"]
    assert run("import", "tiny", first, *flags).code == 0
    told = document(run("import", "tiny", second, "--json"))["events"]
    assert told["report"]["times"]["first"].startswith("2024-06-03")
    assert run("import", "tiny", other).code == 2


def test_the_rating_scale_and_the_unrated_number_are_kept_with_the_catalog(run, tmp_path: Path) -> None:
    file = tmp_path / "stars.csv"
    file.write_text("user,item,rating\nann,a,0\nann,b,4\n")
    told = document(run("import", "tiny", file, "--rating-scale", "1..5", "--unrated", "0", "--json"))["events"]
    assert told["report"]["kinds"] == {"rate": 1, "view": 1}
    settings = document(run("settings", "tiny", "--json"))
    assert (settings["rating_scale"], settings["unrated"]) == ([1.0, 5.0], 0.0)
    next_file = tmp_path / "more.csv"
    next_file.write_text("user,item,rating\nbob,a,0\nbob,b,4\n")
    told = document(run("import", "tiny", next_file, "--json"))["events"]
    assert told["report"]["kinds"] == {"rate": 1, "view": 1}


def test_one_persons_export_may_be_anybodys(run, tmp_path: Path) -> None:
    file = tmp_path / "ratings.csv"
    file.write_text(RATINGS)
    assert "every event is of 'me'" in run("import", "films", file).out
    told = document(run("import", "films", file, "--user-is", "ann", "--json"))["events"]
    assert (told["users"], told["repeated"]) == (1, False)


def test_an_archive_of_which_one_file_is_refused_stores_nothing_and_names_the_file(run, tmp_path: Path) -> None:
    archive = tmp_path / "two.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("good.csv", "user,item,rating\n" + "".join(f"u{n},a,4\n" for n in range(9)))
        packed.writestr("wrong.csv", "user,item,rating\nann,b,4\nann,c,four\nann,d,five\n")
    ran = run("import", "films", archive)
    assert ran.code == 1
    assert "two.zip: wrong.csv: 2 of 3 rows are bad" in ran.err
    stored = keys(tmp_path / "home")
    assert [key for key in stored if key.startswith(("imports/", "items/", "events/"))] == []


def test_a_refused_command_leaves_what_an_earlier_one_stored(run, tmp_path: Path) -> None:
    items, events = tmp_path / "items.csv", tmp_path / "events.csv"
    items.write_text("item_id,title\na,Alpha\n")
    events.write_text("user,item,rating\nann,a,four\n")
    assert run("import", "films", "--items", items).code == 0
    assert run("import", "films", "--items", items, "--events", events).code == 1
    (left,) = document(run("imports", "films", "--json"))["imports"]
    assert left["kind"] == "items"


def test_the_name_of_a_file_is_kept_unless_it_has_the_id_of_its_only_user(run, tmp_path: Path) -> None:
    (tmp_path / "homemovies.csv").write_text(RATINGS)
    (tmp_path / "annual-ann.csv").write_text(DIARY)
    assert run("import", "films", tmp_path / "homemovies.csv").code == 0
    assert run("import", "films", tmp_path / "annual-ann.csv", "--user-is", "ann").code == 0
    assert run("import", "books", tmp_path / "annual-ann.csv", "--user-is", "nua").code == 0

    def names(catalog: str) -> list[str | None]:
        imports = document(run("imports", catalog, "--json"))["imports"]
        return [one.get("file") for one in imports if one["kind"] == "events"]

    assert (names("films"), names("books")) == (["homemovies.csv", None], ["annual-ann.csv"])


def described(run, catalog: str, *item_ids: str) -> list[dict[str, Any]]:
    return document(run("items", catalog, *item_ids, "--json"))["items"]


def test_an_export_of_events_brings_the_titles_of_its_items(run, tmp_path: Path) -> None:
    file = tmp_path / "ratings.csv"
    file.write_text(RATINGS)
    told = document(run("import", "films", file, "--json"))["events"]
    assert told["described_items"] == 2
    first, second = described(run, "films", "Solaris (1972)", "Solaris (2002)")
    assert (first["title"], first["year"], second["year"]) == ("Solaris", 1972, 2002)
    kinds = [one["kind"] for one in document(run("imports", "films", "--json"))["imports"]]
    assert sorted(kinds) == ["events", "items"]


def test_columns_describe_items_where_all_rows_of_an_item_agree(run, tmp_path: Path) -> None:
    file = tmp_path / "plays.csv"
    rows = ["u1,7,Blue,Ann Ray,calm,U One", "u2,7,Blue,Ann Ray,loud,U Two", "u1,8,Red,Bo Lee,calm,U One"]
    file.write_text("\n".join(["user_id,item_id,title,artist,tags,name", *rows, "u3,7,Blue,Ann Ray,,U Three"]) + "\n")
    (tmp_path / "items.csv").write_text("item_id,title\n8,Crimson\n")
    told = document(run("import", "music", file, tmp_path / "items.csv", "--json"))
    assert told["events"]["described_items"] == 1
    meanings = {one["column"]: one["meaning"] for one in told["events"]["reading"]["columns"]}
    assert (meanings["title"], meanings["tags"], meanings["name"]) == ("item's title", "none", "none")
    blue, red = described(run, "music", "7", "8")
    assert (blue["title"], blue["attributes"]) == ("Blue", {"artist": "Ann Ray"})
    assert red["title"] == "Crimson"  # what the catalog knew before stays


def test_a_command_that_ended_before_the_titles_stores_them_when_it_is_repeated(run, tmp_path: Path) -> None:
    file = tmp_path / "ratings.csv"
    file.write_text(RATINGS)
    told = document(run("import", "films", file, "--json"))["events"]
    assert run("imports", "remove", "films", told["described_import"]).code == 0
    told = document(run("import", "films", file, "--json"))["events"]
    assert (told["repeated"], told["described_items"]) == (True, 2)


def test_a_parquet_file_gives_the_events_that_the_same_csv_gives(run, tmp_path: Path) -> None:
    days = [datetime.datetime(2024, 1, day, 12, tzinfo=datetime.UTC) for day in (3, 4, 5)]
    columns = {"userId": [1, 2, 2], "movieId": [7, 7, 8], "rating": [4.5, None, 2.0], "timestamp": [*days[:2], None]}
    pq.write_table(pa.table(columns), tmp_path / "ratings.parquet")
    lines = ["1,7,4.5,2024-01-03 12:00:00", "2,7,,2024-01-04 12:00:00", "2,8,2.0,"]
    (tmp_path / "ratings.csv").write_text("\n".join(["userId,movieId,rating,timestamp", *lines]) + "\n")
    of_parquet = document(run("import", "a", tmp_path / "ratings.parquet", "--json"))["events"]
    of_csv = document(run("import", "b", tmp_path / "ratings.csv", "--json"))["events"]
    assert of_parquet["reading"]["recognised_as"] == "MovieLens ratings.csv"
    for same in ("accepted", "users", "items", "report"):
        assert of_parquet[same] == of_csv[same]
    assert document(run("import", "a", tmp_path / "ratings.parquet", "--json"))["events"]["repeated"]


def test_a_dry_run_says_how_many_rows_of_the_whole_file_are_bad(run, tmp_path: Path) -> None:
    file, items = tmp_path / "plays.csv", tmp_path / "items.csv"
    rows = [f"ann,{'Björk' if n % 10 == 9 else 'Low'} {n}\n" for n in range(3000)]
    file.write_bytes(b"user,item\n" + "".join(rows).encode("latin-1"))
    items.write_text("item_id,title,year\na,Alpha,1999\nb,Beta,soon\n")
    ran = run("import", "songs", file, "--items", items, "--dry-run")
    assert "rows: 2,700 events of 3,000" in ran.out
    assert "bad: 300 rows, the first in line 11, line: not UTF-8" in ran.out
    assert "rows: 1 item of 2" in ran.out
    first, second = document(run("import", "songs", file, "--items", items, "--dry-run", "--json"))["files"]
    assert first["report"]["bad"] == {"year: … is not valid": {"rows": 1, "first_line": 3, "fix": "use a number"}}
    assert {name: second["report"][name] for name in ("rows", "accepted", "ignored")} == {
        "rows": 3000,
        "accepted": 2700,
        "ignored": 0,
    }
    assert keys(tmp_path / "home") == []


def test_a_first_import_that_is_refused_leaves_no_catalog(run, tmp_path: Path) -> None:
    items, events = tmp_path / "items.csv", tmp_path / "events.csv"
    items.write_text("item_id,title\na,Alpha\n")
    events.write_text("user,item,rating\nann,a,four\n")
    assert run("import", "films", "--items", items, "--events", events).code == 1
    assert document(run("catalogs", "--json"))["catalogs"] == []
    assert run("imports", "films").code == 3
    events.write_text("user,item,rating\nann,a,4\n")
    assert run("import", "films", "--items", items, "--events", events).code == 0
    assert len(document(run("imports", "films", "--json"))["imports"]) == 2


PLAYS = "user,item,plays\n" + "".join(f"u{n % 7},i{n % 11},{n % 5 + 1}\n" for n in range(77))


def test_a_play_count_that_is_blank_is_a_bad_row_and_not_one_play(run, tmp_path: Path) -> None:
    file = tmp_path / "plays.csv"
    file.write_text(PLAYS + "ann,i1,\nbob,i2,null\n")
    ran = run("import", "songs", file)
    assert ran.code == 0
    assert "imported into songs: 77 events of 7 users and 11 items; 2 bad rows in quarantine" in ran.out
    assert "bad: 2 rows, the first in line 79, weight: missing; give a number" in ran.out
    assert "--map 'plays=none'" in ran.out
    assert "views" not in ran.out


def test_a_value_that_is_blank_beside_a_kind_counts_once_and_the_import_says_so(run, tmp_path: Path) -> None:
    file = tmp_path / "events.csv"
    file.write_text("user,item,event,value\nann,i1,view,\nann,i2,purchase,3\nbob,i2,view,\n")
    assert "no value: 2 rows, each of which counts as one view" in run("import", "shop", file).out
    assert "no value: 2 rows" in run("import", "shop", file, "--dry-run").out


def test_a_rating_that_is_blank_is_a_view_and_the_import_says_so(run, tmp_path: Path) -> None:
    file = tmp_path / "ratings.csv"
    file.write_text("user,item,rating\nann,i1,4\nann,i2,\nbob,i2,5\n")
    assert "no value: 1 row, each of which counts as one view" in run("import", "films", file).out


def test_events_of_the_value_0_are_said_to_count_for_nothing(run, tmp_path: Path) -> None:
    file = tmp_path / "plays.csv"
    file.write_text(PLAYS + "ann,i1,0\n")
    assert "value 0: 1 event, which counts for nothing in a training" in run("import", "songs", file).out


def test_a_negative_count_is_refused_in_words(run, tmp_path: Path) -> None:
    file = tmp_path / "plays.csv"
    file.write_text(PLAYS + "ann,i1,-3\n")
    shown = run("import", "songs", file).out
    assert "bad: 1 row, the first in line 79, weight: below zero; use a number from 0 on" in shown


def test_the_headline_counts_what_counts(run, tmp_path: Path) -> None:
    file = tmp_path / "plays.csv"
    file.write_text(PLAYS + "u0,i0,1\n" * 3)
    shown = run("import", "songs", file).out
    assert "imported into songs: 77 events of 7 users and 11 items, from 80 rows" in shown
    assert "duplicates: 3 rows are equal to earlier ones and do not count\n" in shown


def latin_1_plays(tmp_path: Path, rows: int, more: str = "") -> Path:
    file = tmp_path / "plays.csv"
    file.write_bytes((PLAYS + "ann,Björk,2\n" * rows).encode("latin-1") + more.encode())
    return file


def test_a_file_with_several_rows_of_windows_1252_is_refused_and_says_how_to_read_it(run, tmp_path: Path) -> None:
    file = latin_1_plays(tmp_path, 3)
    ran = run("import", "songs", file)
    assert (ran.code, ran.out) == (1, "")
    assert "3 rows are not UTF-8, the first in line 79, and all of them read well as Windows-1252" in ran.err
    assert "Read the file with --encoding cp1252" in ran.err
    assert "an import would be refused: 3 rows are not UTF-8" in run("import", "songs", file, "--dry-run").out
    as_western = run("import", "songs", file, "--encoding", "cp1252")
    assert "of 8 users and 12 items" in as_western.out
    left_out = run("import", "others", file, "--encoding", "utf-8")
    assert "of 7 users and 11 items; 3 bad rows in quarantine" in left_out.out


@pytest.mark.parametrize(("rows", "more"), [(2, ""), (3, "ann,Ελλάδα,2\n")])
def test_single_rows_of_another_encoding_refuse_no_file(run, tmp_path: Path, rows: int, more: str) -> None:
    file = latin_1_plays(tmp_path, rows)
    file.write_bytes(file.read_bytes() + more.encode("iso8859-7"))
    assert run("import", "songs", file).code == 0


def test_every_import_with_bad_rows_names_the_command_that_shows_them(run, tmp_path: Path) -> None:
    file = latin_1_plays(tmp_path, 1)
    imported = json.loads(run("import", "songs", file, "--json").out)["events"]
    assert imported["quarantine"]["key"] == f"quarantine/songs/{imported['import_id']}.jsonl.gz"
    assert imported["quarantine"]["command"] in run("import", "songs", file).out.replace("\n", " ")
    shown = run("imports", "bad", "songs", imported["import_id"][:6])
    assert shown.code == 0
    for words in ("│79", "not UTF-8", imported["quarantine"]["key"]):
        assert words in shown.out
    refused = run("import", "others", latin_1_plays(tmp_path, 4))
    import_id = refused.err.partition("imports bad others ")[2].split()[0]
    assert len(json.loads(run("imports", "bad", "others", import_id, "--json").out)["rows"]) == 4
    assert run("imports", "bad", "songs", "zz").code == 3
