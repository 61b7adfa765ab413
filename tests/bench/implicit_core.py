"""implicit's scoring on a matrix that serve.py wrote; runs in the peers' environment and knows nothing of the project.

python implicit_core.py FILE.npz      for every line on its input one of JSON: the median of many calls in microseconds,
                                      and the scores
"""

import json
import statistics
import sys
import time

import numpy as np
import scipy.sparse as sp
from implicit._nearest_neighbours import NearestNeighboursScorer
from implicit.nearest_neighbours import ItemItemRecommender


def main(path: str) -> None:
    """Asks the same again and again, without the items of the history in the answer."""
    with np.load(path) as file:
        n, history, wanted, calls = len(file["indptr"]) - 1, file["history"], int(file["n"]), int(file["calls"])
        similarity = sp.csr_matrix((file["similarities"], file["targets"], file["indptr"]), shape=(n, n))
    model = ItemItemRecommender(K=1)  # it is not fitted: the matrix is given
    model.similarity, model.scorer = similarity, NearestNeighboursScorer(similarity)
    user = sp.csr_matrix((np.ones(len(history)), (np.zeros(len(history), int), history)), shape=(1, n))
    for _ in sys.stdin:
        taken = []
        for _ in range(calls + 10):
            started = time.perf_counter()
            _, scores = model.recommend(0, user, N=wanted)
            taken.append((time.perf_counter() - started) * 1e6)
        print(json.dumps({"microseconds": statistics.median(taken[10:]), "scores": scores.tolist()}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
