"""The invented catalogs: the same bytes everywhere, shaped like real ones, and worth a model."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import scipy.sparse as sp

from doublebill_local.demo.synthetic import END_SECONDS, SPAN_SECONDS, Files, write_films, write_music

Write = Callable[..., Files]

DIGESTS = {
    "write_music": "db43bb345559ba7984c34cb8557722f7838e68ebf667afe4fb23847bb5b4b146",
    "write_films": "bd60af517dcfc71fdfa5017635dcdddfbd1388f1dae1a5769745cc84a25daa29",
}
"""Of the default seed. They change only when somebody means to invent another world."""


def table(path: Path) -> tuple[list[str], list[list[str]]]:
    header, *rows = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines())
    return header, rows


def digest(files: Files) -> str:
    return hashlib.sha256(files.events.read_bytes() + files.items.read_bytes()).hexdigest()


@dataclass(frozen=True)
class Written:
    files: Files
    events: list[list[str]]
    items: list[list[str]]

    def genre(self, item_id: str) -> str:
        return next(row[2] for row in self.items if row[0] == item_id).split("|")[0]

    def matrix(self, weight: Callable[[str], float] = lambda _: 1.0) -> sp.csr_array:
        """Users by items, in the order of users' names and of the items file."""
        users = {user: number for number, user in enumerate(sorted({row[0] for row in self.events}))}
        columns = {row[0]: number for number, row in enumerate(self.items)}
        cells = ([users[row[0]] for row in self.events], [columns[row[1]] for row in self.events])
        return sp.csr_array(([weight(row[2]) for row in self.events], cells), shape=(len(users), len(columns)))


def read(files: Files) -> Written:
    return Written(files, table(files.events)[1], table(files.items)[1])


@pytest.fixture(scope="module")
def music(tmp_path_factory: pytest.TempPathFactory) -> Written:
    return read(write_music(tmp_path_factory.mktemp("music")))


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Written:
    return read(write_films(tmp_path_factory.mktemp("films")))


@pytest.fixture(scope="module", params=["music", "films"])
def world(request: pytest.FixtureRequest) -> Written:
    return request.getfixturevalue(request.param)


def test_the_default_catalogs_are_the_bytes_they_always_were(music: Written, films: Written) -> None:
    assert {"write_music": digest(music.files), "write_films": digest(films.files)} == DIGESTS


@pytest.mark.parametrize("write", [write_music, write_films])
def test_one_seed_is_one_catalog_and_another_seed_is_another(write: Write, tmp_path: Path) -> None:
    first, again, other = (write(tmp_path / name, seed=seed, users=50) for name, seed in (("a", 7), ("b", 7), ("c", 8)))
    assert digest(first) == digest(again)
    assert first.persona == again.persona
    assert first.events.read_bytes() != other.events.read_bytes()
    assert first.items.read_bytes() != other.items.read_bytes()


def test_the_order_of_sets_and_dicts_takes_no_part(tmp_path: Path) -> None:
    program = (
        "import sys, pathlib; from doublebill_local.demo.synthetic import write_films, write_music; "
        "folder = pathlib.Path(sys.argv[1]); "
        "print(write_music(folder / 'm', users=50).persona, write_films(folder / 'f', users=50).persona)"
    )
    said, written = [], []
    for hash_seed in ("1", "2"):
        folder = tmp_path / hash_seed
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
        ran = subprocess.run(
            [sys.executable, "-c", program, str(folder)], env=environment, capture_output=True, text=True, check=True
        )
        said.append(ran.stdout.replace(str(folder), ""))
        written.append({path.relative_to(folder): path.read_bytes() for path in folder.rglob("*.tsv")})
    assert said[0] == said[1]
    assert written[0] == written[1]
    assert len(written[0]) == 4


def test_more_users_do_not_rename_the_items(tmp_path: Path) -> None:
    few, many = write_music(tmp_path / "few", users=20), write_music(tmp_path / "many", users=40)
    assert few.items.read_bytes() == many.items.read_bytes()


def test_headers_are_the_plain_ones(music: Written, films: Written) -> None:
    assert table(music.files.events)[0] == ["user", "item", "plays", "timestamp"]
    assert table(films.files.events)[0] == ["user", "item", "rating", "timestamp"]
    assert table(music.files.items)[0] == table(films.files.items)[0] == ["item_id", "title", "tags", "year"]


def test_the_catalogs_have_their_size(music: Written, films: Written) -> None:
    assert (len(music.items), len({row[0] for row in music.events})) == (1200, 3000)
    assert (len(films.items), len({row[0] for row in films.events})) == (800, 1500)
    assert 100_000 < len(music.events) < 200_000
    assert len({music.genre(row[0]) for row in music.items[::100]}) == 12


def test_ids_are_readable_slugs_and_neither_ids_nor_titles_repeat(world: Written) -> None:
    ids, titles = [row[0] for row in world.items], [row[1] for row in world.items]
    assert len(set(ids)) == len(ids)
    assert len({title.casefold() for title in titles}) == len(titles)
    assert all(set(name) <= set("abcdefghijklmnopqrstuvwxyz-") and not name.startswith("-") for name in ids)


def test_every_item_has_a_genre_a_scene_and_a_year(world: Written) -> None:
    assert all(len(tags.split("|")) == 2 and 1950 <= int(year) <= 2025 for _, _, tags, year in world.items)


def test_every_event_is_of_a_known_item_once_per_user(world: Written) -> None:
    pairs = [(row[0], row[1]) for row in world.events]
    assert {item for _, item in pairs} <= {row[0] for row in world.items}
    assert len(set(pairs)) == len(pairs)


def test_times_span_two_years_and_ascend_to_a_fixed_instant(world: Written) -> None:
    seconds = [int(row[3]) for row in world.events]
    assert seconds == sorted(seconds)
    assert END_SECONDS - SPAN_SECONDS < seconds[0] < END_SECONDS - 0.98 * SPAN_SECONDS
    assert END_SECONDS - 86_400 < seconds[-1] <= END_SECONDS


def test_popularity_has_a_long_tail(world: Written) -> None:
    counts = np.sort(world.matrix().sum(axis=0))[::-1]
    assert counts[: len(counts) // 10].sum() > 0.25 * counts.sum()
    assert counts[0] > 8 * np.median(counts)


def test_play_counts_are_many_small_and_few_large(music: Written) -> None:
    plays = np.array([int(row[2]) for row in music.events])
    assert plays.min() == 1
    assert np.median(plays) < plays.mean() < np.quantile(plays, 0.8)
    assert 0.8 < np.log(plays).std() < 1.5


def test_ratings_are_one_to_five_and_lean_to_the_good(films: Written) -> None:
    ratings = np.array([int(row[2]) for row in films.events])
    assert set(ratings.tolist()) == {1, 2, 3, 4, 5}
    assert 3 < ratings.mean() < 4


def similarities(matrix: sp.csr_array, k: int = 100) -> np.ndarray:
    """Cosine between items, the `k` strongest sources of each target."""
    dense = matrix.toarray()
    unit = sp.csr_array(dense / np.maximum(np.linalg.norm(dense, axis=0), 1e-12))
    cosine = (unit.T @ unit).toarray()
    np.fill_diagonal(cosine, 0)
    cosine[cosine < np.sort(cosine, axis=0)[-k]] = 0
    return cosine


def recall_at_20(scores: np.ndarray, shown: np.ndarray, hidden: np.ndarray) -> float:
    first = np.argsort(-np.where(shown > 0, -1, scores), axis=1, kind="stable")[:, :20]
    found = np.take_along_axis(hidden, first, axis=1).sum(axis=1)
    return float((found / np.minimum(hidden.sum(axis=1), 20)).mean())


def test_neighbours_find_what_held_out_users_like_far_better_than_popularity(world: Written) -> None:
    random = np.random.default_rng(0)
    matrix = world.matrix()
    order = random.permutation(matrix.shape[0])
    test, train = matrix[order[: len(order) // 5]].toarray(), matrix[order[len(order) // 5 :]]
    shown = test * (random.random(test.shape) < 0.8)
    hidden = test - shown
    kept = (hidden.sum(axis=1) > 0) & (shown.sum(axis=1) > 0)
    shown, hidden = shown[kept], hidden[kept]
    neighbours = recall_at_20(shown @ similarities(train), shown, hidden)
    popularity = recall_at_20(np.tile(train.sum(axis=0), (len(shown), 1)), shown, hidden)
    assert neighbours > 1.5 * popularity
    assert neighbours < 0.6, "a world without surprises proves nothing"


def test_personas_love_one_scene_and_turn_to_another_genre(world: Written) -> None:
    persona = world.files.persona
    tags = {row[0]: row[2] for row in world.items}
    assert len({tags[item] for item, _ in persona.history}) == 1
    assert len({item for item, _ in persona.history}) == len(persona.history)
    assert world.genre(persona.later[0]) != world.genre(persona.history[0][0])


def test_the_later_event_changes_what_a_persona_is_recommended(world: Written) -> None:
    persona = world.files.persona
    model = similarities(world.matrix(lambda value: float(np.log1p(float(value)))))
    ids = [row[0] for row in world.items]

    def first_ten(history: tuple[tuple[str, int], ...]) -> set[str]:
        weights = np.zeros(len(ids))
        for item, amount in history:
            weights[ids.index(item)] = np.log1p(amount)
        return {ids[n] for n in np.argsort(-np.where(weights > 0, -1, weights @ model), kind="stable")[:10]}

    before, after = first_ten(persona.history), first_ten((*persona.history, persona.later))
    home, away = world.genre(persona.history[0][0]), world.genre(persona.later[0])
    assert {world.genre(item) for item in before} == {home}
    assert {world.genre(item) for item in after - before} >= {away}
