"""implicit's ALS on a split that quality.py wrote; runs in the peers' environment and knows nothing of the project.

python als.py FILE.npz      reads train, validation and test; writes the test users' items to FILE.answers.npz
"""

import itertools
import json
import sys

import numpy as np
import scipy.sparse as sp
from implicit.als import AlternatingLeastSquares
from threadpoolctl import threadpool_limits

FACTORS = (32, 64, 128, 256)
REGULARIZATION = (1.0, 10.0, 30.0, 100.0)
ALPHA = (1.0, 5.0, 20.0)
ITERATIONS = 15
DEEPEST = 100


def matrix(file: np.lib.npyio.NpzFile, name: str) -> sp.csr_matrix:
    """[users, items] ones."""
    items, indptr = file[f"{name}_items"], file[f"{name}_indptr"]
    shape = (len(indptr) - 1, int(file["n_items"]))
    return sp.csr_matrix((np.ones(len(items), np.float32), items, indptr), shape=shape)


def answers(model: AlternatingLeastSquares, shown: sp.csr_matrix) -> np.ndarray:
    """[users, DEEPEST] items for users that the model has not met."""
    users = np.arange(shown.shape[0])
    found, _ = model.recommend(users, shown, N=DEEPEST, filter_already_liked_items=True, recalculate_user=True)
    return found


def ndcg(found: np.ndarray, hidden: sp.csr_matrix) -> float:
    """Mean NDCG@100."""
    discounts = 1 / np.log2(np.arange(2, DEEPEST + 2))
    reached = []
    for user, items in enumerate(found):
        wanted = hidden.indices[hidden.indptr[user] : hidden.indptr[user + 1]]
        reached.append(discounts[np.isin(items, wanted)].sum() / discounts[: min(DEEPEST, len(wanted))].sum())
    return float(np.mean(reached))


def main(path: str) -> None:
    """Chooses on validation users, answers test users once."""
    with np.load(path) as file:
        train, seed = matrix(file, "train"), int(file["seed"])
        parts = {name: matrix(file, name) for name in ("validation_shown", "validation_hidden", "test_shown")}
    best, chosen, highest = None, None, -1.0
    for factors, regularization, alpha in itertools.product(FACTORS, REGULARIZATION, ALPHA):
        model = AlternatingLeastSquares(
            factors, regularization=regularization, alpha=alpha, iterations=ITERATIONS, random_state=seed
        )
        model.fit(train, show_progress=False)
        reached = ndcg(answers(model, parts["validation_shown"]), parts["validation_hidden"])
        if reached > highest:
            best, highest = model, reached
            chosen = {"factors": factors, "regularization": regularization, "alpha": alpha}
    np.savez(path.replace(".npz", ".answers.npz"), answers=answers(best, parts["test_shown"]))
    print(json.dumps({"chosen": chosen, "validation": highest}))


if __name__ == "__main__":
    with threadpool_limits(1):  # implicit threads by itself
        main(sys.argv[1])
