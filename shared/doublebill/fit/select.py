"""Selection: which config a training chooses, and what it may claim about it."""

from collections.abc import Callable, Sequence

import numpy as np

from doublebill.catalog import Catalog
from doublebill.config import Config, Edlae, Knn
from doublebill.fit.evaluate import Measured, Split, evaluate, evaluate_popularity, split
from doublebill.fit.fitting import fit
from doublebill.interactions import Interactions

SEED = 20260901
"""Of the split; a run records it."""

DECIDES = "ndcg@100"

Report = dict[str, object]


def candidates(exclude_seen: bool) -> list[Config]:
    """The configs that a training tries, in this order."""
    return [
        Config(Knn("cosine"), saturation="binary", exclude_seen=exclude_seen),
        Config(Knn("cosine"), saturation="log", exclude_seen=exclude_seen),
        Config(Knn("tfidf"), saturation="binary", exclude_seen=exclude_seen),
        Config(Knn("bm25"), saturation="binary", exclude_seen=exclude_seen),
        Config(Knn("bm25"), saturation="log", exclude_seen=exclude_seen),
        Config(Edlae(ridge=50.0), exclude_seen=exclude_seen),
        Config(Edlae(ridge=200.0), exclude_seen=exclude_seen),
        Config(Edlae(ridge=500.0), exclude_seen=exclude_seen),
    ]


def select(
    catalog: Catalog, interactions: Interactions, configs: Sequence[Config], tell: Callable[[str], None]
) -> tuple[Config, Report]:
    """The config that is best on validation users, and its report on test users, which are looked at once.

    With too few users to hold any out, the first config and a report that says so.
    """
    parts = split(interactions, SEED)
    if parts is None:
        return configs[0], {"evaluated": False, "why": "too few users with enough interactions to hold any out"}
    tried: list[dict[str, object]] = []
    values: list[float] = []
    for number, config in enumerate(configs, 1):
        tell(f"trying config {number} of {len(configs)}: {config}")
        try:
            means = evaluate(fit(catalog, parts.train, config), parts.validation).means()
        except np.linalg.LinAlgError as failed:  # one config that cannot be fitted to this data ends no training
            tried.append({"config": config.to_json(), "failed": str(failed)})
            values.append(-1.0)
            continue
        tried.append({"config": config.to_json(), "validation": means})
        values.append(means[DECIDES])
    best = int(np.argmax(values))  # the first of equals
    tell(f"measuring {configs[best]} on {parts.test.shown.n_users} test users")
    return configs[best], _report(catalog, parts, configs[best], tried)


def _report(catalog: Catalog, parts: Split, config: Config, tried: Sequence[object]) -> Report:
    recommender = fit(catalog, parts.train, config)
    model, popularity = evaluate(recommender, parts.test), evaluate_popularity(recommender, parts.test)
    return {
        "evaluated": True,
        "split": {
            "kind": "strong generalisation",
            "seed": SEED,
            "train_users": parts.train.n_users,
            "validation_users": parts.validation.shown.n_users,
            "test_users": parts.test.shown.n_users,
        },
        "metrics": model.means(),
        "popularity": popularity.means(),
        "over_popularity": {name: _paired(model, popularity, name) for name in model.per_user},
        "decided_by": f"validation {DECIDES}",
        "candidates": tried,
    }


def _paired(model: Measured, other: Measured, name: str) -> dict[str, float]:
    """The mean difference per user, its standard error, and the number of users."""
    differences = model.per_user[name] - other.per_user[name]
    deviation = float(differences.std(ddof=1)) if len(differences) > 1 else 0.0
    users = len(differences)
    return {
        "difference": float(differences.mean()),
        "standard_error": deviation / float(np.sqrt(users)),
        "users": users,
    }
