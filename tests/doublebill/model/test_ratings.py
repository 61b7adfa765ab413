"""Predicted ratings: a mean, two biases and what the rated items tell, as the formula says."""

import dataclasses

import numpy as np
import pytest

from doublebill.model.counting.verdicts import USER_SHRINKAGE
from doublebill.model.neighbours import Neighbours
from doublebill.model.ratings import RatingModel

NOTHING = np.zeros(0, np.int32)


def edges(*weights: tuple[int, int, float], n_items: int = 3) -> Neighbours:
    """Edges (source, target, weight), sources ascending."""
    counts = np.bincount([source for source, _, _ in weights], minlength=n_items)
    return Neighbours(
        np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)]),
        np.array([target for _, target, _ in weights], np.int32),
        np.array([weight for _, _, weight in weights], np.float32),
        np.ones(n_items, np.float32),
    )


@pytest.fixture
def model() -> RatingModel:
    return RatingModel(
        mean=3.0,
        lowest=1.0,
        highest=5.0,
        item_biases=np.array([0.5, -0.5, 0.0], np.float32),
        deviations=edges((0, 2, 0.8), (1, 2, -0.4)),
        presences=edges((0, 2, 0.2)),
    )


def test_a_prediction_is_the_sum_that_the_formula_says(model: RatingModel) -> None:
    deviations = np.array([4.0 - 3.5, 1.0 - 2.5])
    bias = deviations.sum() / (USER_SHRINKAGE + 2)
    told = ((deviations - bias) * [0.8, -0.4]).sum() + 0.2
    predicted = model.predict(np.array([0, 1]), np.array([4.0, 1.0]), np.array([2]))
    assert predicted == pytest.approx([3.0 + bias + told / np.sqrt(2)])


def test_without_ratings_every_item_gets_its_mean(model: RatingModel) -> None:
    assert model.predict(NOTHING, np.zeros(0), np.arange(3)).tolist() == [3.5, 2.5, 3.0]


def test_an_item_that_nothing_leads_to_gets_the_bias_of_the_user(model: RatingModel) -> None:
    predicted = model.predict(np.array([2]), np.array([5.0]), np.array([1, 0]))
    assert predicted == pytest.approx([2.5 + 2 / (USER_SHRINKAGE + 1), 3.5 + 2 / (USER_SHRINKAGE + 1)])


def test_no_prediction_leaves_the_range_of_ratings(model: RatingModel) -> None:
    steep = dataclasses.replace(model, deviations=edges((0, 2, 50.0)))
    assert steep.predict(np.array([0]), np.array([5.0]), np.array([2])).tolist() == [5.0]
    assert steep.predict(np.array([0]), np.array([1.0]), np.array([2])).tolist() == [1.0]


def test_the_order_of_the_history_and_of_what_is_wanted_does_not_matter(model: RatingModel) -> None:
    one = model.predict(np.array([0, 1]), np.array([4.0, 1.0]), np.array([2, 0, 1]))
    other = model.predict(np.array([1, 0]), np.array([1.0, 4.0]), np.array([1, 2, 0]))
    assert one == pytest.approx(other[[1, 2, 0]])


def test_as_arrays_and_back_it_predicts_alike(model: RatingModel) -> None:
    again = RatingModel.from_arrays(model.to_arrays())
    assert again is not None
    asked = np.array([0, 1]), np.array([4.0, 1.0]), np.arange(3)
    assert again.predict(*asked).tolist() == model.predict(*asked).tolist()


def test_arrays_without_ratings_hold_no_model() -> None:
    assert RatingModel.from_arrays({"popularity": np.zeros(2)}) is None
