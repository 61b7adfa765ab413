"""implicit's item-kNN on a split that peers.py wrote; runs in the peers' environment and knows nothing of the project.

python implicit_knn.py FILE.npz      reads train, validation and test; writes the test users' items, by weighting,
                                     to FILE.answers.npz
"""

import json
import sys

import numpy as np
from als import DEEPEST, matrix, ndcg
from implicit.nearest_neighbours import BM25Recommender, ItemItemRecommender, TFIDFRecommender
from scipy.sparse import csr_matrix
from threadpoolctl import threadpool_limits

NEIGHBOURS = (20, 50, 100, 200, 400)
BM25_B = (0.2, 0.5, 0.75)
BM25_K1 = (0.5, 1.2, 100.0)


def answers(model: ItemItemRecommender, shown: csr_matrix) -> np.ndarray:
    """[users, DEEPEST] items for users that the model has not met; -1 past the end of a short list."""
    found = np.full((shown.shape[0], DEEPEST), -1, np.int32)
    for user in range(shown.shape[0]):
        items, _ = model.recommend(0, shown[user], N=DEEPEST, filter_already_liked_items=True)
        found[user, : len(items)] = items
    return found


def models() -> dict[str, list[tuple[dict[str, float], ItemItemRecommender]]]:
    """Everything that is tried, by weighting."""
    bm25 = [(k, b, k1) for k in NEIGHBOURS for b in BM25_B for k1 in BM25_K1]
    return {
        "tf-idf kNN": [({"k": k}, TFIDFRecommender(K=k + 1)) for k in NEIGHBOURS],
        "BM25 kNN": [({"k": k, "b": b, "k1": k1}, BM25Recommender(K=k + 1, B=b, K1=k1)) for k, b, k1 in bm25],
    }


def main(path: str) -> None:
    """Chooses on validation users, answers test users once."""
    with np.load(path) as file:
        train = matrix(file, "train")
        parts = {name: matrix(file, name) for name in ("validation_shown", "validation_hidden", "test_shown")}
    chosen, answered = {}, {}
    for name, tried in models().items():
        highest = -1.0
        for parameters, model in tried:
            model.fit(train, show_progress=False)
            reached = ndcg(answers(model, parts["validation_shown"]), parts["validation_hidden"])
            if reached > highest:
                highest, chosen[name], best = reached, parameters, model
        answered[name] = answers(best, parts["test_shown"])
    np.savez(path.replace(".npz", ".answers.npz"), **answered)
    print(json.dumps({"chosen": chosen}))


if __name__ == "__main__":
    with threadpool_limits(1):  # implicit threads by itself
        main(sys.argv[1])
