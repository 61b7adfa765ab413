"""Counts of public data sets, where they lie beside the checkout; nowhere else is there such a test."""

from pathlib import Path

from doublebill.events import parse
from doublebill.imports.files.raw_rows import RawRow
from doublebill.model.items import parse_item
from file_rows import read_events, read_items

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"

if (DATA / "movielens-100k").is_dir():

    def test_movielens_100k_has_a_hundred_thousand_ratings_and_no_bad_row():
        rows = list(read_events(DATA / "movielens-100k" / "ml-100k.inter"))
        assert sum(isinstance(row, RawRow) for row in rows) == len(rows) == 100_000
        assert len({parse(row.values, str).user for row in rows}) == 943

    def test_movielens_100k_has_1682_films_and_no_bad_row():
        rows = list(read_items(DATA / "movielens-100k" / "ml-100k.item"))
        items = {row.values["item_id"]: parse_item(row.values) for row in rows}
        assert len(items) == len(rows) == 1682
        assert (items["12"].title, items["12"].year) == ("The Usual Suspects", 1995)
        assert (items["1412"].year, items["267"].year) == (1995, None)


if (DATA / "lastfm-2k").is_dir():

    def test_lastfm_2k_has_92834_play_counts_and_no_bad_row():
        rows = list(read_events(DATA / "lastfm-2k" / "user_artists.dat"))
        assert sum(isinstance(row, RawRow) for row in rows) == len(rows) == 92_834
        assert {row.values["kind"] for row in rows} == {"play"}

    def test_lastfm_2k_has_17632_artists_and_no_bad_row():
        rows = list(read_items(DATA / "lastfm-2k" / "artists.dat"))
        assert len({parse_item(row.values).item_id for row in rows}) == len(rows) == 17_632
