"""How far predicted ratings are off, measured on ratings that the model has not met, and which model ships by that.

Few ratings can make neighbours predict worse than biases alone, and an ill-conditioned system can leave them
unsolved. So neighbours ship where they were measured to be better, and biases everywhere else.
"""

from typing import NotRequired, TypedDict

import numpy as np

from doublebill.arrays import Floats, Floats32, Ints32, Mask, Reals
from doublebill.fit.ratings.predictor import fit_biases, fit_ratings
from doublebill.model.interactions import Interactions
from doublebill.model.ratings import RatingModel

HIDDEN_SHARE = 0.1

NEIGHBOURS = "neighbours"
BIASES = "biases"

Errors = dict[str, float]


class RatingReport(TypedDict):
    """What a report tells of ratings."""

    shipped: str
    """`NEIGHBOURS` or `BIASES`."""
    rmse: float
    """Of what ships, as `mae`; in stars."""
    mae: float
    neighbours: NotRequired[Errors]
    """Of the model with neighbours; absent where it could not be fitted."""
    baseline: Errors
    """Of biases alone."""
    failed: NotRequired[str]
    """Why neighbours could not be fitted."""
    users: int
    ratings: int
    hidden: int
    seed: int


def predictions(model: RatingModel, known: Interactions, asked: Interactions) -> Floats:
    """[entries of asked] what the model says of each rating of `asked`, by the ratings `known` of the same users."""
    predicted = [
        model.predict(*_row(known, user), asked.items[asked.indptr[user] : asked.indptr[user + 1]])
        for user in range(asked.n_users)
    ]
    return np.concatenate([np.zeros(0), *predicted])


def _row(ratings: Interactions, user: int) -> tuple[Ints32, Floats32]:
    row = slice(ratings.indptr[user], ratings.indptr[user + 1])
    return ratings.items[row], ratings.weights[row]


def errors(predicted: Floats, stars: Reals) -> Errors:
    """The root of the mean squared error and the mean absolute error, in stars."""
    differences = predicted - stars
    return {"rmse": float(np.sqrt(np.mean(differences**2))), "mae": float(np.mean(np.abs(differences)))}


def evaluate_ratings(ratings: Interactions, seed: int) -> RatingReport | None:
    """What is found by predicting a random tenth of the ratings from the others, and what ships for it.

    Users and their items are in an order of content, so the same ratings are hidden whoever gave them. None where
    there are too few ratings to hide any.
    """
    count = int(len(ratings.items) * HIDDEN_SHARE)
    if not count:
        return None
    hidden = np.zeros(len(ratings.items), np.bool_)
    hidden[np.random.default_rng(seed).permutation(len(hidden))[:count]] = True
    known, asked = hide(ratings, hidden)
    biases = fit_biases(known)
    baseline = errors(predictions(biases, known, asked), asked.weights)
    told: RatingReport = {
        "shipped": BIASES,
        "rmse": baseline["rmse"],
        "mae": baseline["mae"],
        "baseline": baseline,
        "users": ratings.n_users,
        "ratings": len(ratings.items),
        "hidden": count,
        "seed": seed,
    }
    try:
        neighbours = errors(predictions(fit_ratings(known) or biases, known, asked), asked.weights)
    except np.linalg.LinAlgError as failed:
        return {**told, "failed": str(failed)}
    told["neighbours"] = neighbours
    if neighbours["rmse"] < baseline["rmse"]:
        told |= {"shipped": NEIGHBOURS, "rmse": neighbours["rmse"], "mae": neighbours["mae"]}
    return told


def fit_measured(
    ratings: Interactions, measured: RatingReport | None
) -> tuple[RatingModel | None, RatingReport | None]:
    """The model that ships for what was measured, and the measurement, changed where neighbours fail after all.

    Ratings that were not measured get biases; without any there is no model. The measurement that is given back, given
    again with the same ratings, leads to the same model.
    """
    if not len(ratings.items):
        return None, measured
    if measured is None or measured.get("shipped") != NEIGHBOURS:
        return fit_biases(ratings), measured
    try:
        return fit_ratings(ratings), measured
    except np.linalg.LinAlgError as failed:
        baseline = measured["baseline"]
        fallen: RatingReport = {
            **measured,
            "shipped": BIASES,
            "rmse": baseline["rmse"],
            "mae": baseline["mae"],
            "failed": str(failed),
        }
        return fit_biases(ratings), fallen


def hide(ratings: Interactions, hidden: Mask) -> tuple[Interactions, Interactions]:
    """The ratings that stay known and those that are `hidden` [entries]; the same users in both."""
    return _part(ratings, ~hidden), _part(ratings, hidden)


def _part(ratings: Interactions, kept: Mask) -> Interactions:
    counts = np.concatenate([np.zeros(1, np.int64), np.cumsum(kept)])
    return ratings.entries(kept, counts[ratings.indptr])
