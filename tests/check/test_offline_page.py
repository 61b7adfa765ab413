"""The offline page: its own modules, run by Node, answer as the service does; in Chromium it works from a file."""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from doublebill.concurrency.deadline import Deadline
from doublebill.edge.clock import SYSTEM, now_ms
from doublebill.model.items import Item
from doublebill.model.metadata.windows import Windows
from doublebill.service.recommending import lists, recommendations
from doublebill.service.recommending.history import History
from doublebill.service.recommending.requests import (
    Direction,
    HistoryItem,
    ItemSearchOptions,
    NeighbourOptions,
    RecommendationRequest,
)
from doublebill.service.serving.loaded_models import Serving
from doublebill.values.event_kinds import RATE
from doublebill_local.demo.films import fetch_films
from doublebill_local.demo.synthetic import write_films
from doublebill_local.host.home import Home
from doublebill_local.locations import ROOT
from doublebill_local.offline.offline_page import offline_page
from processes import PATIENCE_SECONDS
from tiny_servings import histories, lettered, worlds
from trainings import logged

PAGES = ROOT / "infra" / "local" / "doublebill_local" / "offline" / "pages"
TOLERANCE = 1e-12
"""Of scores, relative: powers and logarithms may differ in their last digit between Python and JavaScript."""

MOST_BYTES = 4_000_000
USERS = 200
NOW_MS = 1_700_000_000_000
CONFIG = {
    "family": {"name": "edlae", "ridge": 260.0},
    "half_life": 12.0,
    "strength": "log",
    "liked_from": 4.0,
    "liked_edges": 0.3,
    "others": 0.6,
    "prior": {"weight": 10.0, "power": 0.5, "half_life_days": 7.0},
}
ANSWERS = """
import fs from "node:fs";
import { Model } from "./scoring.js";
import { ItemSearch } from "./item_search.js";
const shown = JSON.parse(fs.readFileSync(process.argv[2])).map(({ model: packed, histories, queries }) => {
  const model = new Model(packed);
  const search = new ItemSearch(model);
  const ids = (items) => items.map((item) => model.ids[item]);
  return {
    recommendations: histories.map((history) => model.recommend({ history, n: 20 })),
    searches: queries.map((query) => ids(search.search(query, 10))),
    near: model.ids.map((_, item) => ({
      both: ids(model.neighbours(item, 8).map(([other]) => other)),
      to: ids(model.joined(item, 8, "to").map(([other]) => other)),
      from: ids(model.joined(item, 8, "from").map(([other]) => other)),
    })),
  };
});
console.log(JSON.stringify(shown));
"""

DIRECTIONS: tuple[Direction, ...] = ("both", "to", "from")
"""Of lists of an item: most alike, what leads to it, and what it leads to."""

type Answer = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """A model as it serves, with requests to it."""

    serving: Serving
    histories: Sequence[Sequence[HistoryItem]]
    queries: Sequence[str] = ()


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Sequence[Asked]], list[Answer]]:
    """Writes the page of each model, takes the model out of it again, and returns the answers of the page's modules."""
    subprocess.run([sys.executable, str(ROOT / "infra" / "bootstrap.py"), "node"], check=True)
    [node] = (ROOT / ".tools" / "node").rglob("bin/node")
    folder = tmp_path_factory.mktemp("node")
    for name in ("scoring.js", "item_search.js"):
        (folder / name).write_text((PAGES / name).read_text())
    (folder / "package.json").write_text('{"type": "module"}')
    (folder / "app.js").write_text(ANSWERS)

    def answered(asked: Sequence[Asked]) -> list[Answer]:
        requests = [
            {
                "model": model_of(offline_page("films", one.serving, NOW_MS)),
                "histories": [[fields(entry) for entry in history] for history in one.histories],
                "queries": one.queries,
            }
            for one in asked
        ]
        (folder / "requests.json").write_text(json.dumps(requests))
        command = [str(node), str(folder / "app.js"), str(folder / "requests.json")]
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False)
        assert done.returncode == 0, done.stderr
        found: list[Answer] = json.loads(done.stdout)
        return found

    return answered


def model_of(page: str) -> object:
    """The model in a page, as its script reads it."""
    [text] = re.findall(r'<script type="application/json" id="model">(.*?)</script>', page, re.DOTALL)
    return json.loads(text)


def fields(entry: HistoryItem) -> dict[str, object]:
    """An entry of a history as JSON, without what it does not have."""
    named = {name: getattr(entry, name) for name in ("item_id", "weight", "timestamp", "rating")}
    return {name: value for name, value in named.items() if value is not None}


def compare(one: Asked, found: Answer) -> None:
    """Compares the answers of a page with those of the service: equal order and parts, scores within rounding."""
    serving = one.serving
    for history, ours in zip(one.histories, found["recommendations"], strict=True):
        request = RecommendationRequest(history=tuple(history), n=20, explain=True)
        theirs = recommendations.recommend("films", serving, History(history), request, NOW_MS)
        assert (ours["cold"], ours["unknown_items"]) == (theirs["cold"], theirs["unknown_items"])
        expected = theirs["recommendations"]
        assert [entry["item_id"] for entry in ours["recommendations"]] == [entry["item_id"] for entry in expected]
        for entry, its in zip(ours["recommendations"], expected, strict=True):
            assert entry["score"] == pytest.approx(its["score"], rel=TOLERANCE, abs=TOLERANCE)
            parts = [part for part in entry["contributions"] if abs(part["contribution"]) > TOLERANCE]
            its_parts = [part for part in its.get("contributions", ()) if abs(part["contribution"]) > TOLERANCE]
            assert sorted(map(source, parts)) == sorted(map(source, its_parts))
            by_source = {source(part): part["contribution"] for part in its_parts}
            for part in parts:
                assert part["contribution"] == pytest.approx(by_source[source(part)], rel=1e-9, abs=TOLERANCE)
    ids = serving.recommender.catalog.item_ids
    for query, ours in zip(one.queries, found["searches"], strict=True):
        searched = lists.search("films", serving, ItemSearchOptions(q=query, n=10), NOW_MS)
        assert ours == [entry["item_id"] for entry in searched["items"]], query
    for item_id, lists_of_page in zip(ids.take(np.arange(len(ids))), found["near"], strict=True):
        for direction in DIRECTIONS:
            near = lists.neighbours("films", serving, item_id, NeighbourOptions(n=8, direction=direction), NOW_MS)
            assert lists_of_page[direction] == [entry["item_id"] for entry in near["neighbours"]], (item_id, direction)


def source(part: Answer) -> str:
    """What a part of a score comes from."""
    return str(part.get("item_id") or part.get("prior"))


def closed(serving: Serving) -> Serving:
    """The same model whose items that are not available are in a window that is over; none was taken down."""
    items = np.flatnonzero(~serving.available).astype(np.int32)
    ends = np.full(len(items), NOW_MS - 1)
    return replace(serving, available=np.ones_like(serving.available), windows=Windows(items, ends - 1, ends))


def test_the_page_answers_as_the_service_on_models_of_every_config(answers: Any) -> None:
    asked: list[Asked] = []

    @settings(max_examples=100, database=None, derandomize=True, phases=[Phase.generate], deadline=None)
    @given(worlds(), st.lists(histories, min_size=3, max_size=3))
    def gather(world: Any, several: Any) -> None:
        queries = ("title", "item-03", "Björk", "bjork loud", "nothing at all", "tilte of item")
        asked.append(Asked(closed(world.serving), [one.items for one in several], queries))

    gather()
    assert sum(len(one.histories) for one in asked) >= USERS
    for one, found in zip(asked, answers(asked), strict=True):
        compare(one, found)


def test_the_next_episode_comes_first_as_in_the_service(answers: Any) -> None:
    shows = {
        letter: Item(letter, attributes={"series": f"show {letter in 'abc'}", "episode": float(place)})
        for place, letter in enumerate("abcdef")
    }
    serving = lettered("abcdefgh", {"ag": 3.0, "bg": -2.0, "db": 4.0, "gh": 1.0}, shows)
    wanted = [["a"], ["b", "a"], ["d", "a"], ["e", "d", "b"], ["g"], ["c", "f"]]
    histories = [[HistoryItem(one, timestamp=float(9 + place)) for place, one in enumerate(ids)] for ids in wanted]
    histories += [[HistoryItem("a", weight=-1.0), HistoryItem("g")], [HistoryItem("a"), HistoryItem("d")]]
    asked = Asked(serving, histories)
    [found] = answers([asked])
    assert found["recommendations"][0]["recommendations"][0]["item_id"] == "b"
    compare(asked, found)


@pytest.fixture(scope="module")
def movies(tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, Path]:
    """A home with films (real ones where the package index can be reached) and the page that was exported of them."""
    folder = tmp_path_factory.mktemp("films")
    files = fetch_films(folder / "data").files or write_films(folder / "invented")
    (folder / "config.json").write_text(json.dumps(CONFIG))
    home, page = Home(folder / "state"), folder / "movies.html"
    for command in (
        ["import", "movies", "--events", str(files.events), "--items", str(files.items)],
        ["train", "movies", "--config", str(folder / "config.json"), "--force"],
        ["export", "movies", "--to", "html", "--output", str(page)],
    ):
        whole = [sys.executable, "-m", "doublebill_local", *command, "--home", str(home.folder)]
        subprocess.run(whole, check=True, capture_output=True)
    return home, page


def test_the_page_of_real_films_is_small_and_answers_two_hundred_users(answers: Any, movies: tuple[Home, Path]) -> None:
    home, page = movies
    assert page.stat().st_size <= MOST_BYTES
    serving = home.warm().serving("movies", Deadline(SYSTEM, SYSTEM() + PATIENCE_SECONDS)).at(now_ms())
    users: dict[str, list[HistoryItem]] = {}
    for event in logged(home.objects(), "movies"):
        rating = event.value if event.kind == RATE else None
        users.setdefault(event.user, []).append(HistoryItem(event.item_id, 1.0, event.timestamp / 1000, rating))
    asked = Asked(serving, [users[user] for user in sorted(users)[:USERS]], ("star warz", "godfahter", "comedy"))
    assert len(asked.histories) == USERS
    [found] = answers([asked])
    compare(asked, found)


def test_in_chromium_the_page_works_from_a_file_by_the_keyboard(movies: tuple[Home, Path]) -> None:
    subprocess.run([sys.executable, str(ROOT / "infra" / "debian_package.py"), "chromium"], check=True)
    subprocess.run([sys.executable, str(ROOT / "infra" / "bootstrap.py"), "browser"], check=True)
    python, visit = ROOT / ".tools" / "browser" / "bin" / "python", Path(__file__).with_name("page_visit.py")
    title = (
        movies[0].warm().serving("movies", Deadline(SYSTEM, SYSTEM() + PATIENCE_SECONDS)).recommender.catalog.titles[3]
    )
    command = [python, visit, movies[1], "--query", title]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=10 * PATIENCE_SECONDS, check=False)
    assert ended.returncode == 0, ended.stdout[-2000:] + ended.stderr[-4000:]
    steps = [json.loads(line) for line in ended.stdout.splitlines()]
    for end in (one for one in steps if one["step"] == "end"):
        assert (end["errors"], end["foreign"], end["axe"], end["wide"]) == ([], [], [], [])
    for picked in (one for one in steps if one["step"] == "picked"):
        assert picked["found"].startswith(title)
        assert picked["bars"].startswith("What speaks for ")
    before, after = ([one["titles"] for one in steps if one["step"] == name] for name in ("cold", "taken out"))
    assert before == after
    for limited in (one for one in steps if one["step"] == "limits"):
        assert "from 1 to 100" in limited["said"]
        assert limited["titles"] == before[0]
