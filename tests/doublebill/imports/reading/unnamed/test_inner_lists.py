"""The rows of a JSON text are found in the one list inside it whose elements name an item."""

import json
from pathlib import Path

import pytest

from doublebill.errors import InvalidInput
from doublebill.imports.files.table_source import ReadOptions
from doublebill.imports.reading.decide import open_recognised
from doublebill.imports.reading.file_plan import PlanContext, PlannedEvents, plan_files, planned_items
from doublebill.imports.reading.flags import ReadingFlags

ANIME_LISTS = {
    "data": {
        "MediaListCollection": {
            "lists": [
                {
                    "name": "Completed",
                    "entries": [
                        {"status": "COMPLETED", "score": 8, "media": {"id": 20, "title": {"romaji": "Naruto"}}}
                    ],
                },
                {"name": "Watching", "entries": [{"status": "CURRENT", "score": 9, "media": {"id": 21}}]},
            ]
        }
    }
}
LIBRARY = {"response": {"game_count": 2, "games": [{"appid": 10, "hours": 32}, {"appid": 20, "hours": 5}]}}
FLAGS = ReadingFlags(person="me")


def rows_of(folder: Path, document: object, flags: ReadingFlags = FLAGS, text: str = "") -> list[tuple]:
    """The item, the kind and the value of each event of a document."""
    file = folder / "mine.json"
    file.write_text(text or json.dumps(document))
    (planned,) = plan_files([file], PlanContext(flags, ("play", "view", "rate", "like")))
    assert planned.reading is not None
    (rows,) = PlannedEvents().blocks(planned.opened(), planned.reading)
    assert rows.bad == []
    return list(zip(rows.items, rows.kinds, rows.values.tolist(), strict=True))


def test_entries_of_lists_of_lists_are_rows(tmp_path: Path) -> None:
    assert rows_of(tmp_path, ANIME_LISTS) == [("20", "rate", 8.0), ("21", "rate", 9.0)]
    indented = json.dumps(ANIME_LISTS, indent=2)
    assert rows_of(tmp_path, None, text=indented) == [("20", "rate", 8.0), ("21", "rate", 9.0)]


def test_the_games_of_a_library_are_rows(tmp_path: Path) -> None:
    assert rows_of(tmp_path, LIBRARY) == [("10", "play", 32.0), ("20", "play", 5.0)]


def test_the_user_around_a_list_is_the_user_of_its_events(tmp_path: Path) -> None:
    people = [
        {"user_id": name, "ratings": [{"movie": f"m{stars}", "rating": stars}]} for name, stars in [("a", 4), ("b", 2)]
    ]
    assert rows_of(tmp_path, people, ReadingFlags()) == [("m4", "rate", 4.0), ("m2", "rate", 2.0)]
    lines = "".join(json.dumps(one) + "\n" for one in people)
    assert rows_of(tmp_path, None, ReadingFlags(), lines) == [("m4", "rate", 4.0), ("m2", "rate", 2.0)]


def test_a_flag_names_the_item_inside_a_list(tmp_path: Path) -> None:
    document = {"owner": "x", "done": [{"what": {"code": "a"}}], "more": 1}
    nested = {"log": document}
    assert rows_of(tmp_path, nested, ReadingFlags(person="me", columns={"what.code": "item"})) == [("a", "view", 1.0)]


def test_items_inside_a_document_are_found_by_their_ids(tmp_path: Path) -> None:
    file = tmp_path / "films.json"
    file.write_text(json.dumps({"page": {"results": [{"id": 1, "title": "Heat"}, {"id": 2, "title": "Alien"}]}}))
    (planned,) = plan_files([file], PlanContext(ReadingFlags(), ("view",)))
    assert planned.reading is not None
    assert planned.reading.notes == ("each element of page.results is a row",)
    rows = list(planned_items(planned.opened(), planned.reading))
    assert [row.values["item_id"] for row in rows] == ["1", "2"]  # type: ignore[union-attr]  # none of them is bad


@pytest.mark.parametrize(
    "document",
    [
        [{"user": "ann", "movie": "a", "genres": [{"id": 1, "name": "Crime"}]}],
        [{"id": 1, "title": "Heat", "genres": [{"id": 1, "name": "Crime"}]}],
        [{"user": "ann", "note": "x", "liked": [{"movie": "a"}], "hated": [{"movie": "b"}]}],
        [{"user": "ann", "tags": ["a", "b"]}],
    ],
)
def test_rows_that_name_an_item_or_have_two_such_lists_stay(tmp_path: Path, document: object) -> None:
    file = tmp_path / "mine.json"
    file.write_text(json.dumps(document))
    assert open_recognised(file, ReadOptions(), ReadingFlags()).options.inner == ()


def test_the_arrays_of_a_document_that_is_recognised_are_one_table(tmp_path: Path) -> None:
    seen = {"status": "completed", "last_watched_at": "2024-01-05T20:00:00Z", "user_rating": 8}
    backup = {
        "movies": [{**seen, "movie": {"title": "Heat", "ids": {"simkl": 1}}}],
        "shows": [{**seen, "show": {"title": "Fog", "ids": {"simkl": 2}}, "watched_episodes_count": 3}],
        "anime": [{**seen, "status": "plantowatch", "show": {"title": "Sea", "ids": {"simkl": 3}}}],
    }
    assert rows_of(tmp_path, backup, ReadingFlags()) == [("1", "rate", 8.0), ("2", "rate", 8.0)]
    assert rows_of(tmp_path, {"shows": backup["shows"]}, ReadingFlags()) == [("2", "rate", 8.0)]


def test_the_arrays_of_an_unknown_document_are_not_mixed(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="several arrays of objects, 'films' and 'shows'"):
        rows_of(tmp_path, {"films": [{"user": "a", "item": 1}], "shows": [{"user": "a", "item": 1}]})
