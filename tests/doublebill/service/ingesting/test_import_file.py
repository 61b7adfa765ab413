import gzip
import io
import json
from itertools import batched

import pytest

import imported_rows
from doublebill.errors import InvalidInput, StoreUnavailable, TooManyBadRows
from doublebill.event_table import EventTable
from doublebill.events import parse
from doublebill.imports.files.raw_rows import RawRow
from doublebill.pseudonyms import Pseudonyms
from doublebill.service.catalog import catalog_record, catalogs, event_log
from doublebill.service.catalog.blocks.block_index import shard_of
from doublebill.service.catalog.stored_events import WHOLE
from doublebill.service.ingesting import bad_rows, import_file, imported_histories, written_parts
from doublebill.service.ingesting.import_file import Imported, ImportTerms, import_items
from doublebill.service.ingesting.ingest import Intake
from doublebill.stores.histories import SqliteHistories
from doublebill.values.learnt_scale import LearntScale
from doublebill.values.rating_scale import RatingScale
from fakes import FailingObjects, Killed, MemoryHistories, MemoryObjects, StoppingHistories, StoppingObjects
from file_rows import read_events, read_items
from imported_rows import import_rows
from stored import every_byte, items_of
from trainings import described, logged

NOW_MS = 1_800_000_000_000
DAY = 86_400
PSEUDONYMS = Pseudonyms.under(b"a key that only tests know")
IMPORT = "0f" * 16

HEADER = "userId,movieId,rating,timestamp\n"
RATINGS = HEADER + "".join(f"alice-{n % 3},film-{n},4,{1_700_000_000 + n}\n" for n in range(30))
ONE_BAD = RATINGS + "alice-1,film-30,many,1700000030\n"
MOSTLY_BAD = HEADER + "alice-1,film-1,4,1700000000\n" + "alice-2,film-2,many,1700000000\n" * 3


@pytest.fixture
def objects():
    return MemoryObjects()


@pytest.fixture
def intake(objects):
    return Intake(objects, MemoryHistories(), PSEUDONYMS, DAY)


def imported(intake, content: str | bytes = RATINGS, on_progress=lambda _: None, **told) -> Imported:
    raw = content.encode() if isinstance(content, str) else content
    rows = read_events(io.BytesIO(raw), "ratings.csv")
    return import_rows(intake, "films", IMPORT, rows, NOW_MS, ImportTerms(**told), on_progress)


def small_parts(monkeypatch: pytest.MonkeyPatch, rows: int) -> None:
    """Makes large files of small ones: so many rows fill a table, and half of them a part."""
    monkeypatch.setattr(written_parts, "TABLE_EVENTS", rows)
    monkeypatch.setattr(written_parts, "PART_EVENTS", rows // 2)


def stopping_intake(objects: StoppingObjects, histories: MemoryHistories) -> Intake:
    return Intake(objects, StoppingHistories(histories, objects), PSEUDONYMS, DAY)


def history(intake, user_id: str) -> list[str]:
    return [met.item_id for met in items_of(intake.histories, "films", PSEUDONYMS.of("films", user_id), NOW_MS // 1000)]


def quarantined(objects) -> list[dict[str, object]]:
    return [json.loads(line) for line in gzip.decompress(objects.get(QUARANTINE).data).splitlines()]


QUARANTINE = f"quarantine/films/{IMPORT}.jsonl.gz"


class TestEvents:
    def test_a_file_is_counted_logged_and_remembered(self, intake, objects):
        assert imported(intake) == Imported(IMPORT, accepted=30, quarantined=0, users=3, items=30)
        assert len(logged(objects)) == 30
        assert history(intake, "alice-0") == [f"film-{n}" for n in range(27, -1, -3)]
        assert catalogs.names(objects) == ["films"]

    def test_importing_it_again_changes_nothing_and_says_so(self, intake, objects):
        first = imported(intake)
        before = dict(objects.held)
        again = imported(intake)
        assert (again.repeated, again.accepted, again.users) == (True, first.accepted, first.users)
        assert objects.held == before
        assert len(history(intake, "alice-0")) == 10

    def test_bad_rows_are_kept_apart_with_line_and_reason(self, intake, objects):
        told = imported(intake, ONE_BAD)
        assert (told.accepted, told.quarantined) == (30, 1)
        (bad,) = quarantined(objects)
        assert (bad["line"], bad["field"]) == (32, "rating")
        assert bad["problem"] == "a text of 4 characters is not valid"

    def test_too_many_bad_rows_refuse_the_file_and_only_their_quarantine_is_stored(self, intake, objects):
        with pytest.raises(TooManyBadRows, match=r"3 of 4 rows are bad, more than the 5% allowed.*line 3, rating"):
            imported(intake, MOSTLY_BAD)
        assert list(objects.held) == [QUARANTINE]
        assert len(quarantined(objects)) == 3
        assert history(intake, "alice-1") == []

    def test_the_allowed_share_decides(self, intake):
        with pytest.raises(TooManyBadRows):
            imported(intake, ONE_BAD, max_bad_share=0.03)
        assert imported(intake, ONE_BAD, max_bad_share=1 / 31).accepted == 30

    def test_a_file_of_bad_rows_only_is_refused_whatever_is_allowed(self, intake, objects):
        with pytest.raises(TooManyBadRows):
            imported(intake, HEADER + "alice-2,film-2,many,1700000000\n", max_bad_share=1.0)
        assert list(objects.held) == [QUARANTINE]

    def test_a_file_without_rows_is_refused(self, intake, objects):
        with pytest.raises(TooManyBadRows, match="no rows"):
            imported(intake, HEADER)
        assert objects.held == {}

    def test_a_file_that_breaks_off_is_refused_and_nothing_is_stored(self, intake, objects, monkeypatch):
        small_parts(monkeypatch, 700)
        monkeypatch.setattr(imported_rows, "BLOCK_ROWS", 700)
        many = RATINGS + "".join(f"alice-{n},film-{n},4,1700000000\n" for n in range(20_000))
        with pytest.raises(InvalidInput):
            imported(intake, gzip.compress(many.encode())[:-100])
        assert objects.held == {}
        assert history(intake, "alice-0") == []

    def test_a_large_file_is_stored_in_parts(self, intake, objects, monkeypatch):
        small_parts(monkeypatch, 7)
        monkeypatch.setattr(imported_rows, "BLOCK_ROWS", 7)
        imported(intake)
        assert len(logged(objects)) == 30
        (record,) = event_log.committed_imports(objects, "films", [])
        assert len(record.parts) == len(list(objects.keys(f"imports/films/{IMPORT}/part-"))) > 1
        for part in record.parts:
            users = EventTable.from_bytes(objects.get(part.key).data).users.names()
            assert {*shard_of(users, part.shard[1]).tolist()} == {part.shard[0]}

    def test_a_small_file_has_one_part(self, intake, objects):
        imported(intake)
        (record,) = event_log.committed_imports(objects, "films", [])
        assert [part.shard for part in record.parts] == [WHOLE]

    def test_repeated_plays_push_nothing_out_of_the_history(self, intake):
        plays = [f"heavy,item-{min(n, 6)},play,{1_700_000_000 + n}" for n in range(3000)]
        imported(intake, "user_id,item_id,kind,timestamp\n" + "\n".join(plays))
        newest = items_of(intake.histories, "films", PSEUDONYMS.of("films", "heavy"), NOW_MS // 1000)
        assert [(met.item_id, met.count) for met in newest] == [
            ("item-6", 2994),
            *((f"item-{n}", 1) for n in range(5, -1, -1)),
        ]

    def test_histories_are_the_same_however_many_users_are_folded_at_once(self, monkeypatch):
        content = HEADER + "".join(f"user-{n % 7},film-{n % 5},{n % 5},{n // 3}\n" for n in range(100))
        at_once, one_by_one = (Intake(MemoryObjects(), MemoryHistories(), PSEUDONYMS, DAY) for _ in range(2))
        imported(at_once, content)
        monkeypatch.setattr(imported_histories, "EVENTS_AT_ONCE", 1)
        monkeypatch.setattr(imported_rows, "BLOCK_ROWS", 9)
        imported(one_by_one, content)
        for user in range(7):
            assert history(one_by_one, f"user-{user}") == history(at_once, f"user-{user}") != []

    def test_the_data_is_reported_and_the_record_of_the_import_keeps_it(self, intake):
        rows = ["a,x,4,0", "a,x,4,0", "a,y,5,86400", "b,x,many,0", "b,x,much,0"]
        report = imported(intake, HEADER + "\n".join(rows), max_bad_share=0.5).report
        assert report == {
            "rows": 5,
            "bad": {"rating: … is not valid": {"rows": 2, "first_line": 5, "fix": "use a number"}},
            "ignored": 0,
            "duplicates": 1,
            "users": 1,
            "items": 2,
            "density": 1.0,
            "kinds": {"rate": 3},
            "values": {"rate": {"counts": {"4": 2, "5": 1}}},
            "times": {"first": "1970-01-02T00:00:00Z", "last": "1970-01-02T00:00:00Z", "days": 1, "without": 2},
        }
        assert imported(intake, HEADER + "\n".join(rows)).report == report

    def test_progress_is_reported(self, intake, monkeypatch):
        monkeypatch.setattr(imported_rows, "BLOCK_ROWS", 10)
        told = []
        imported(intake, on_progress=told.append)
        assert told == [10, 20, 30]

    def test_a_store_that_fails_leaves_an_import_that_does_not_count(self, objects):
        failing = FailingObjects(objects)

        def rows():
            yield from read_events(io.BytesIO(RATINGS.encode()), "ratings.csv")
            failing.error = StoreUnavailable("S3: SlowDown")

        with pytest.raises(StoreUnavailable):
            import_rows(Intake(failing, MemoryHistories(), PSEUDONYMS, DAY), "films", IMPORT, rows(), NOW_MS)
        assert logged(objects) == []

    @pytest.mark.parametrize("moment", ["before", "after"])
    def test_killed_at_any_store_call_counts_once_after_importing_again(self, monkeypatch, moment):
        small_parts(monkeypatch, 7)
        monkeypatch.setattr(imported_rows, "BLOCK_ROWS", 7)
        few = HEADER + "".join(f"alice-{n % 2},film-{n},4,{1_700_000_000 + n}\n" for n in range(8)) + "a,b,c,d\n"
        rows = list(read_events(io.BytesIO(few.encode()), "ratings.csv"))

        def stored(intake: Intake) -> Imported:
            return import_rows(intake, "films", IMPORT, rows, NOW_MS, ImportTerms(max_bad_share=0.5))

        alive = StoppingObjects(MemoryObjects())
        stored(stopping_intake(alive, MemoryHistories()))
        calls = len(alive.calls)
        expected = sorted(map(str, logged(alive)))
        assert [name for name, _ in alive.calls].count("put_pages") == 2
        committing = alive.calls.index(("create", f"imports/films/{IMPORT}/import.json"))
        for stop_at in range(calls):
            objects, histories = MemoryObjects(), MemoryHistories()
            dying = stopping_intake(StoppingObjects(objects, stop_at, moment), histories)
            with pytest.raises(Killed):
                stored(dying)
            committed = stop_at > committing or (stop_at == committing and moment == "after")
            assert sorted(map(str, logged(objects))) == (expected if committed else [])
            intake = Intake(objects, histories, PSEUDONYMS, DAY)
            assert stored(intake).accepted == 8
            assert sorted(map(str, logged(objects))) == expected
            assert len(history(intake, "alice-0")) == 4

    @pytest.mark.parametrize("refused", [False, True])
    def test_no_user_id_is_stored_anywhere(self, objects, tmp_path, refused):
        rows = [
            "alice@example.org,film-1,4,1700000000",
            "alice@example.org,film-2,many,1700000000",
            "bob@example.org,,4,1700000000",
            "bob@example.org,film-1",
            "bob@example.org,film-1,4,bob@example.org",
            '"carol@example.org',
            "x" * 250 + "@example.org,film-1,4,1700000000",
        ]
        intake = Intake(objects, SqliteHistories(tmp_path / "histories.sqlite"), PSEUDONYMS, DAY)
        content = HEADER + "\n".join(rows) + "\n"
        if refused:
            with pytest.raises(TooManyBadRows) as error:
                imported(intake, content)
            assert "@example.org" not in str(error.value)
        else:
            imported(intake, content, max_bad_share=0.99)
            assert history(intake, "alice@example.org") == ["film-1"]
        assert len(quarantined(objects)) > 3
        assert b"@example.org" not in every_byte(objects, tmp_path)

    def test_a_row_whose_user_id_is_wrong_does_not_repeat_it(self, intake, objects):
        rows = [
            RawRow(1, {"user_id": "a", "item_id": "film-1", "kind": "view"}),
            RawRow(2, {"user_id": "secret\ud800"}),
        ]
        import_rows(intake, "films", IMPORT, rows, NOW_MS, ImportTerms(max_bad_share=0.5))
        (bad,) = quarantined(objects)
        assert (bad["line"], bad["field"], bad["problem"]) == (2, "user_id", "a text of 7 characters is not valid")

    def test_only_the_first_bad_rows_are_kept_and_all_counted(self, intake, objects, monkeypatch):
        monkeypatch.setattr(bad_rows, "QUARANTINE_LENGTH", 2)
        assert imported(intake, MOSTLY_BAD, max_bad_share=0.9).quarantined == 3
        assert len(quarantined(objects)) == 2


ITEMS = "movieId,title,genres\nfilm-1,Metropolis,Drama|Science\nfilm-2,M,Crime\nfilm-2,Nosferatu,Horror\n"


def imported_items(objects, content: str = ITEMS, **told) -> Imported:
    rows = read_items(io.BytesIO(content.encode()), "movies.csv")
    return import_items(objects, "films", IMPORT, rows, NOW_MS, ImportTerms(**told))


class TestItems:
    def test_a_file_of_metadata_is_stored_and_later_rows_win(self, objects):
        assert imported_items(objects) == Imported(IMPORT, accepted=3, quarantined=0, items=2)
        items = described(objects)
        assert {item_id: item.title for item_id, item in items.items()} == {
            "film-1": "Metropolis",
            "film-2": "Nosferatu",
        }

    def test_importing_it_again_changes_nothing(self, objects):
        imported_items(objects)
        before = dict(objects.held)
        imported_items(objects)
        assert objects.held.keys() == before.keys()

    def test_too_many_bad_rows_store_only_their_quarantine(self, objects):
        with pytest.raises(TooManyBadRows):
            imported_items(objects, ITEMS + ",Nameless,Drama\n" * 5)
        assert list(objects.held) == [QUARANTINE]


def test_ratings_outside_of_the_scale_of_the_catalog_are_quarantined_by_line(intake, objects):
    catalog_record.change(objects, "films", rating_scale=(1, 5))
    rated = [{"user_id": f"u{n}", "item_id": "a", "kind": "rate", "value": 5.0 if n else 100.0} for n in range(40)]
    raw = [RawRow(n + 2, row) for n, row in enumerate(rated)]
    blocks = list(imported_rows.blocks_of_rows(raw, lambda row: parse(row, str)))
    told = import_file.import_events(intake, "films", IMPORT, blocks, NOW_MS)
    assert (told.accepted, told.quarantined) == (39, 1)
    assert [(bad["line"], bad["problem"]) for bad in quarantined(objects)] == [(2, "outside of the rating scale 1..5")]


def outliers(intake, import_id, lines):
    raw = [RawRow(line, {"user_id": f"u{line}", "item_id": "a", "kind": "rate", "value": v}) for line, v in lines]
    blocks = [
        block for some in batched(raw, 100) for block in imported_rows.blocks_of_rows(some, lambda row: parse(row, str))
    ]
    return import_file.import_events(intake, "films", import_id, blocks, NOW_MS)


class TestLearntScales:
    def test_a_rating_beyond_the_scale_of_its_file_is_quarantined_with_the_reason(self, intake, objects):
        told = outliers(intake, IMPORT, [(n + 2, 100.0 if n == 7 else 1.0 + n % 5) for n in range(250)])
        assert (told.accepted, told.quarantined, told.report["outside_scale"]) == (249, 1, 1)
        (bad,) = quarantined(objects)
        assert (bad["line"], bad["problem"]) == (9, "outside of the rating scale 1..5, as learnt from the ratings")
        assert list(told.report["bad"]) == [f"rating: {bad['problem']}"]

    def test_ratings_that_are_rare_only_at_the_beginning_of_a_file_are_events(self, intake):
        told = outliers(intake, IMPORT, [(n, 9.0 if n == 50 or n > 150 else 1.0 + n % 2) for n in range(300)])
        assert (told.accepted, told.quarantined) == (300, 0)

    def test_a_file_is_compared_with_the_scale_of_the_newest_training(self, intake, objects):
        catalogs.ensure(objects, "films")
        catalog_record.note_learnt_scale(objects, "films", LearntScale(RatingScale(1, 5), 600))
        told = outliers(intake, IMPORT, [(2, 4.0), (3, 100.0)] + [(n, 3.0) for n in range(4, 40)])
        assert (told.accepted, told.quarantined) == (37, 1)
