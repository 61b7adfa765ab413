"""The cheapest assignment of crates to goals, by shortest augmenting paths (Jonker and Volgenant 1987)."""

from collections.abc import Sequence

NONE = 1 << 20
"""Cost of an assignment that is not possible, and more than any that is."""


def cheapest_assignment(costs: Sequence[Sequence[int]]) -> int:
    """Returns the least sum of costs with one column for each row; `NONE` where there is none below.

    `costs` has as many columns as rows; an entry is a cost, or `NONE` where the two never go together
    (doi:10.1007/BF02278710).
    """
    assignment = _Assignment(costs)
    if not all(assignment.add(row) for row in range(len(costs))):
        return NONE
    return sum(costs[row][column] for column, row in enumerate(assignment.row_of[:-1]))


class _Assignment:
    """An assignment that grows row by row; the column after the last stands for the row that is added."""

    def __init__(self, costs: Sequence[Sequence[int]]) -> None:
        self.costs, self.size = costs, len(costs)
        self.row_of = [-1] * (self.size + 1)
        """Column → its row, -1 where it has none."""
        self.of_row, self.of_column = [0] * self.size, [0] * (self.size + 1)
        """Dual prices: a cost less both prices is never below 0, and 0 where the two are assigned."""

    def add(self, row: int) -> bool:
        """Adds a row along the cheapest path to a free column; returns whether there is one."""
        size, row_of = self.size, self.row_of
        row_of[size], column = row, size
        least, before, visited = [2 * NONE] * size, [size] * size, [False] * (size + 1)
        while row_of[column] >= 0:
            visited[column] = True
            nearest, gap = self._nearest(column, least, before, visited)
            if gap >= NONE // 2:
                return False
            self._reprice(gap, least, visited)
            column = nearest
        while column != size:
            row_of[column] = row_of[before[column]]
            column = before[column]
        return True

    def _nearest(self, column: int, least: list[int], before: list[int], visited: Sequence[bool]) -> tuple[int, int]:
        """Returns the column nearest to those visited, and its distance; brings `least` and `before` up to date."""
        line, offset = self.costs[self.row_of[column]], self.of_row[self.row_of[column]]
        nearest, gap = -1, 2 * NONE
        for other, price in enumerate(self.of_column[:-1]):
            if visited[other]:
                continue
            cost = line[other] - offset - price
            if cost < least[other]:
                least[other], before[other] = cost, column
            if least[other] < gap:
                nearest, gap = other, least[other]
        return nearest, gap

    def _reprice(self, gap: int, least: list[int], visited: Sequence[bool]) -> None:
        """Changes the prices so that the nearest column costs nothing more."""
        for other in range(self.size + 1):
            if visited[other]:
                self.of_row[self.row_of[other]] += gap
                self.of_column[other] -= gap
            elif other < self.size:
                least[other] -= gap
