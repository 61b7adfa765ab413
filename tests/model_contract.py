"""What every model keeps, of whatever family its config is."""

from pathlib import Path

import numpy as np
import pytest

from doublebill.fit.clean import clean
from doublebill.fit.fit_recommender import fit
from doublebill.model import artifact
from doublebill.model.config import Config
from doublebill.model.recommender import Recommender
from worlds import checkerboard

NOTHING = np.zeros(0, np.int32)


def numbers(*items: int) -> np.ndarray:
    """Item numbers as a model takes them."""
    return np.array(items, np.int32)


class ModelContract:
    """Inherit, and give `config`; the world is the checkerboard: even users like even items, odd like odd."""

    config: Config

    @pytest.fixture
    def model(self) -> Recommender:
        cleaned = clean(checkerboard(), {})
        return fit(cleaned.catalog, cleaned.interactions, self.config)

    def recommended(self, model: Recommender, *history: int, n: int = 100, excluded: np.ndarray = NOTHING) -> list[int]:
        ranking = model.recommend(numbers(*history), np.ones(len(history)), n, excluded)
        return ranking.items.tolist()

    def test_an_even_history_gets_even_items_first(self, model: Recommender) -> None:
        parity = {model.catalog.find(f"item-{n:02}"): n % 2 for n in range(12)}
        first = self.recommended(model, model.catalog.find("item-00"), n=5, excluded=numbers(0))
        assert [parity[item] for item in first] == [0] * 5

    def test_an_empty_history_is_cold_and_gets_what_is_popular(self, model: Recommender) -> None:
        ranking = model.recommend(NOTHING, np.zeros(0), 4, NOTHING)
        assert ranking.cold
        assert ranking.items.tolist() == model.ranker.order[:4].tolist()

    def test_excluded_items_never_come_back(self, model: Recommender) -> None:
        assert not {2, 3, 7} & set(self.recommended(model, 0, excluded=numbers(2, 3, 7)))
        assert not {2, 3, 7} & set(self.recommended(model, excluded=numbers(2, 3, 7)))

    def test_asking_for_more_than_there_is_gives_every_item_once(self, model: Recommender) -> None:
        assert sorted(self.recommended(model, 0, n=500)) == list(range(12))

    def test_asking_for_n_gives_the_first_n_of_asking_for_all(self, model: Recommender) -> None:
        everything = self.recommended(model, 1, 2)
        assert [self.recommended(model, 1, 2, n=n) for n in range(1, 12)] == [everything[:n] for n in range(1, 12)]

    def test_scores_never_rise_and_ties_go_to_the_more_popular_then_the_lower_number(self, model: Recommender) -> None:
        ranking = model.recommend(numbers(0), np.ones(1), 12, NOTHING)
        rank = {item: place for place, item in enumerate(model.ranker.order.tolist())}
        keys = [(-s, rank[i]) for i, s in zip(ranking.items.tolist(), ranking.scores.tolist(), strict=True)]
        assert keys == sorted(keys)

    def test_contributions_sum_to_the_score(self, model: Recommender) -> None:
        history, weights = numbers(0, 3, 4), np.array([1.0, 2.5, -0.5])
        ranking = model.recommend(history, weights, 12, NOTHING)
        parts = model.contributions(history, weights, ranking.items)
        np.testing.assert_allclose(parts.sum(axis=1), ranking.scores, atol=1e-9)

    def test_the_order_of_a_history_does_not_matter(self, model: Recommender) -> None:
        assert self.recommended(model, 0, 2, 5) == self.recommended(model, 5, 0, 2)

    def test_answering_does_not_change_later_answers(self, model: Recommender) -> None:
        before = self.recommended(model, 0)
        self.recommended(model, 1, 3, 5)
        assert self.recommended(model, 0) == before

    def test_saved_and_loaded_it_answers_alike(self, model: Recommender, tmp_path: Path) -> None:
        dumped = artifact.dump(model)
        for name, data in dumped.files.items():
            (tmp_path / name).write_bytes(data)
        loaded = artifact.load(tmp_path, dumped.version)
        assert loaded.config == model.config
        for item in range(12):
            before, after = (m.recommend(numbers(item), np.ones(1), 12, NOTHING) for m in (model, loaded))
            assert before.items.tolist() == after.items.tolist()
            assert before.scores.tolist() == after.scores.tolist()

    def test_fitting_twice_gives_the_same_bytes(self) -> None:
        cleaned = clean(checkerboard(), {})
        versions = {artifact.dump(fit(cleaned.catalog, cleaned.interactions, self.config)).version for _ in range(2)}
        assert len(versions) == 1

    def test_the_order_and_repetition_of_events_and_the_names_of_users_do_not_matter(self) -> None:
        import dataclasses

        events = checkerboard()
        renamed = [dataclasses.replace(event, user=event.user[::-1] + "x") for event in events]
        shuffled = [*reversed(renamed), *renamed[::3]]
        versions = set()
        for world in (events, shuffled):
            cleaned = clean(world, {})
            versions.add(artifact.dump(fit(cleaned.catalog, cleaned.interactions, self.config)).version)
        assert len(versions) == 1
