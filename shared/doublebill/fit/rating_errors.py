"""How far predicted ratings are off, measured on ratings that the model has not met."""

import numpy as np
import numpy.typing as npt

from doublebill.fit.ratings import fit_biases, fit_ratings
from doublebill.interactions import Interactions
from doublebill.ratings import RatingModel

HIDDEN_SHARE = 0.1

Numbers = npt.NDArray[np.float64]


def predictions(model: RatingModel, known: Interactions, asked: Interactions) -> Numbers:
    """[entries of asked] what the model says of each rating of `asked`, by the ratings `known` of the same users."""
    predicted = [
        model.predict(*_row(known, user), asked.items[asked.indptr[user] : asked.indptr[user + 1]])
        for user in range(asked.n_users)
    ]
    return np.concatenate([np.zeros(0), *predicted])


def _row(ratings: Interactions, user: int) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.float32]]:
    row = slice(ratings.indptr[user], ratings.indptr[user + 1])
    return ratings.items[row], ratings.weights[row]


def errors(predicted: Numbers, stars: npt.NDArray[np.floating]) -> dict[str, float]:
    """The root of the mean squared error and the mean absolute error, in stars."""
    differences = predicted - stars
    return {"rmse": float(np.sqrt(np.mean(differences**2))), "mae": float(np.mean(np.abs(differences)))}


def evaluate_ratings(ratings: Interactions, seed: int) -> dict[str, float | int | dict[str, float]] | None:
    """A random tenth of the ratings predicted from the others: `errors`, those of biases alone, and the counts.

    Users and their items are in an order of content, so the same ratings are hidden whoever gave them. None where
    there are too few ratings to hide any.
    """
    count = int(len(ratings.items) * HIDDEN_SHARE)
    hidden = np.zeros(len(ratings.items), np.bool_)
    hidden[np.random.default_rng(seed).permutation(len(hidden))[:count]] = True
    known, asked = hide(ratings, hidden)
    model = fit_ratings(known)
    if not count or model is None:
        return None
    return {
        **errors(predictions(model, known, asked), asked.weights),
        "baseline": errors(predictions(fit_biases(known), known, asked), asked.weights),
        "users": ratings.n_users,
        "ratings": len(ratings.items),
        "hidden": count,
        "seed": seed,
    }


def hide(ratings: Interactions, hidden: npt.NDArray[np.bool_]) -> tuple[Interactions, Interactions]:
    """The ratings that stay known and those that are `hidden` [entries]; the same users in both."""
    return _part(ratings, ~hidden), _part(ratings, hidden)


def _part(ratings: Interactions, kept: npt.NDArray[np.bool_]) -> Interactions:
    counts = np.concatenate([np.zeros(1, np.int64), np.cumsum(kept)])
    return ratings.entries(kept, counts[ratings.indptr])
