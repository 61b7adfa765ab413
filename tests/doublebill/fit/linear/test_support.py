"""Support: the strongest edges of a whole matrix, against sorting all of them."""

from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from doublebill.fit.linear import support as module
from doublebill.fit.linear.support import Strengths, choose_support


def pieces_of(matrix: np.ndarray, size: int) -> Iterable[Strengths]:
    """The edges [sources, targets] of a matrix in parts of `size` targets."""
    n = len(matrix)
    for start in range(0, n, size):
        targets, sources = np.divmod(np.arange(start * n, min(start + size, n) * n), n)
        yield sources, targets, matrix[sources, targets]


def edges(matrix: np.ndarray, k: int, size: int = 3, most: int = 1000) -> set[tuple[int, int]]:
    found = choose_support(pieces_of(matrix, size), np.full(len(matrix), most), k)
    assert [found.of(target).tolist() for target in range(len(matrix))] == [
        sorted(found.of(target).tolist()) for target in range(len(matrix))
    ]
    np.testing.assert_array_equal(found.strengths, matrix[found.sources, found.targets])
    return set(zip(found.sources.tolist(), found.targets.tolist(), strict=True))


@given(st.integers(0, 100), st.integers(1, 9), st.integers(1, 7))
def test_they_are_those_of_sorting_everything(seed: int, k: int, size: int) -> None:
    matrix = np.random.default_rng(seed).random((8, 8)).astype(np.float32) ** 9
    matrix[matrix < 0.01] = 0
    order = np.argsort(-matrix, axis=None, kind="stable")[: 8 * k]
    expected = {(int(at) // 8, int(at) % 8) for at in order if matrix.flat[at] > 0}
    assert edges(matrix, k, size) == expected


def test_what_can_no_longer_be_reached_is_let_go_on_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    held = []
    keep = module.from_bin

    def keeping(part: Strengths, lowest: int) -> Strengths:
        held.append(keep(part, lowest))
        return held[-1]

    monkeypatch.setattr(module, "from_bin", keeping)
    rising = (np.arange(400, dtype=np.float32).reshape(20, 20) + 1).T
    assert len(edges(rising, 1, size=1)) == 20
    assert max(len(strengths) for _, _, strengths in held) <= 21


def test_equal_strengths_stay_or_go_together() -> None:
    matrix = np.zeros((4, 4), np.float32)
    matrix[0, 1] = 2.0
    matrix[[0, 1, 2, 3, 3], [2, 3, 3, 0, 1]] = 1.0
    assert len(edges(matrix, 1)) == 6


def test_a_target_keeps_its_strongest_sources_up_to_its_limit() -> None:
    matrix = np.zeros((5, 5), np.float32)
    matrix[:, 0] = [0.0, 3.0, 1.0, 3.0, 2.0]
    matrix[4, 1] = 0.5
    assert edges(matrix, 5, most=2) == {(1, 0), (3, 0), (4, 1)}
    matrix[1:, 0] = 3.0
    assert edges(matrix, 5, most=2) == {(1, 0), (2, 0), (4, 1)}


def test_what_is_past_a_limit_leaves_room_for_others() -> None:
    matrix = np.zeros((6, 6), np.float32)
    matrix[1:, 0] = 3.0
    matrix[0, 1:] = 1.0 + np.arange(5) / 8
    assert edges(matrix, 1, most=2) == {(1, 0), (2, 0), (0, 5), (0, 4), (0, 3), (0, 2)}


def test_without_edges_there_is_no_support() -> None:
    found = choose_support([], np.full(3, 9), 5)
    assert found.indptr.tolist() == [0, 0, 0, 0]
    assert edges(np.zeros((3, 3), np.float32), 2) == set()
