"""Rating errors: RMSE and MAE on hidden ratings, and the choice between the model with edges and biases alone.

With few ratings, edges may predict worse than biases alone, or an ill-conditioned system may have no solution. So the
model with edges ships only where it was measured to be better.
"""

from typing import NotRequired, TypedDict

import numpy as np

from doublebill.arrays import Floats, Reals
from doublebill.fit.evaluation import metrics
from doublebill.fit.ratings.fit_ratings import fit_biases, fit_ratings
from doublebill.model.interactions import Interactions
from doublebill.model.ratings import RatingModel

HIDDEN_SHARE = 0.1
"""Share of the ratings that are hidden and predicted."""

NEIGHBOURS = "neighbours"
BIASES = "biases"

Errors = dict[str, float]


class RatingReport(TypedDict):
    """The part of a report about ratings."""

    shipped: str
    """`NEIGHBOURS` or `BIASES`."""
    rmse: float
    """In stars, of the shipped model; so is `mae`."""
    mae: float
    neighbours: NotRequired[Errors]
    """Errors of the model with edges; absent where it could not be fitted."""
    baseline: Errors
    """Errors of biases alone."""
    failed: NotRequired[str]
    """Reason why edges could not be fitted."""
    users: int
    ratings: int
    hidden: int
    seed: int


def predictions(model: RatingModel, fold_in: Interactions, targets: Interactions) -> Floats:
    """Returns [entries of targets] the predicted stars, from the ratings `fold_in` of the same users."""
    predicted = [np.zeros(0)]
    for user in range(targets.n_users):
        row = slice(fold_in.indptr[user], fold_in.indptr[user + 1])
        wanted = targets.items[targets.indptr[user] : targets.indptr[user + 1]]
        predicted.append(model.predict(fold_in.items[row], fold_in.weights[row], wanted))
    return np.concatenate(predicted)


def errors(predicted: Floats, stars: Reals) -> Errors:
    """Returns the errors of predictions, in stars."""
    return {"rmse": metrics.rmse(predicted, stars), "mae": metrics.mae(predicted, stars)}


def evaluate_ratings(ratings: Interactions, seed: int, minimum_users: int = 1) -> RatingReport | None:
    """Reports how well a random tenth of the ratings is predicted from the others; None with too few ratings.

    Users are ordered by what they rated, so the hidden ratings do not depend on who the users are.
    """
    count = int(len(ratings.items) * HIDDEN_SHARE)
    if not count:
        return None
    hidden = np.zeros(len(ratings.items), np.bool_)
    hidden[np.random.default_rng(seed).permutation(len(hidden))[:count]] = True
    fold_in, targets = ratings.where(~hidden), ratings.where(hidden)
    biases = fit_biases(fold_in, minimum_users)
    baseline = errors(predictions(biases, fold_in, targets), targets.weights)
    report: RatingReport = {
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
        neighbours = errors(
            predictions(fit_ratings(fold_in, minimum_users) or biases, fold_in, targets), targets.weights
        )
    except np.linalg.LinAlgError as failed:
        return {**report, "failed": str(failed)}
    report["neighbours"] = neighbours
    if neighbours["rmse"] < baseline["rmse"]:
        report |= {"shipped": NEIGHBOURS, "rmse": neighbours["rmse"], "mae": neighbours["mae"]}
    return report


def fit_reported(
    ratings: Interactions, report: RatingReport | None, minimum_users: int = 1
) -> tuple[RatingModel | None, RatingReport | None]:
    """Fits the model that the report names to all ratings; returns it with the report.

    Where edges cannot be fitted after all, biases ship and the report says so; the changed report, passed with the same
    ratings, leads to the same model. Without a report biases ship; without ratings, no model.
    """
    if not len(ratings.items):
        return None, report
    if report is None or report.get("shipped") != NEIGHBOURS:
        return fit_biases(ratings, minimum_users), report
    try:
        return fit_ratings(ratings, minimum_users), report
    except np.linalg.LinAlgError as failed:
        baseline = report["baseline"]
        return fit_biases(ratings, minimum_users), {
            **report,
            "shipped": BIASES,
            "rmse": baseline["rmse"],
            "mae": baseline["mae"],
            "failed": str(failed),
        }
