"""Folding a tail, stepped store call by store call: whoever dies or comes between, a reader counts each event once."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any

from doublebill.events import Event
from doublebill.history.reading import LIVE
from doublebill.service.ingesting import fold_tail as module
from doublebill.service.ingesting.fold_tail import fold_tail, users_due
from doublebill.values.event_kinds import DEFAULT_KINDS
from fakes import Killed, MemoryHistories
from stored import items_of

NOW = 1_800_000_000
LATER = NOW + 1000


def play(second: int, item: str = "a") -> Event:
    return Event("ann", item, "play", 1.0, 1_700_000_000_000 + 1000 * second)


class Stepped:
    """Histories that call `before` with the number of each store call before it, and `after` it."""

    def __init__(self, inner: MemoryHistories, before: Callable[[int], None], after: Callable[[int], None]) -> None:
        self._inner, self._before, self._after = inner, before, after
        self._numbers = itertools.count()

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(*arguments: object, **named: object) -> object:
            number = next(self._numbers)
            self._before(number)
            given = getattr(self._inner, name)(*arguments, **named)
            self._after(number)
            return given

        return call


STEPS = ("foldable", "swap_page", "remove")
"""The store calls of one folding."""


def worlds() -> Iterator[tuple[MemoryHistories, set[int]]]:
    """Histories with a tail, alone and beside a page; with the times of the events."""
    for folded in (0, 3):
        histories, seconds = MemoryHistories(), set(range(7))
        histories.add("films", map(play, range(folded)), LATER)
        if folded:
            assert fold_tail(histories, "films", "ann", DEFAULT_KINDS, NOW)  # type: ignore[arg-type]  # a fake
        histories.add("films", map(play, range(folded, 7)), LATER)
        yield histories, seconds


def check(histories: MemoryHistories, seconds: set[int]) -> None:
    """What a reader finds now is every event once."""
    (met,) = items_of(histories, "films", "ann", NOW)
    assert met.count == len(seconds)
    assert (met.first, met.last) == (play(min(seconds)).timestamp, play(max(seconds)).timestamp)


def actions() -> dict[str, Callable[[MemoryHistories, set[int]], None]]:
    """What others may do between two store calls."""

    def add(histories: MemoryHistories, seconds: set[int]) -> None:
        histories.add("films", [play(9)], LATER)
        seconds.add(9)

    def add_late(histories: MemoryHistories, seconds: set[int]) -> None:
        histories.add("films", [play(-5)], LATER)
        seconds.add(-5)

    def send_again(histories: MemoryHistories, seconds: set[int]) -> None:
        histories.add("films", map(play, (1, 5)), LATER)

    def fold_too(histories: MemoryHistories, seconds: set[int]) -> None:
        fold_tail(histories, "films", "ann", DEFAULT_KINDS, NOW)  # type: ignore[arg-type]  # a fake

    return {"nothing": lambda *_: None, "add": add, "add late": add_late, "send again": send_again, "fold": fold_too}


def fold_and_die(
    histories: MemoryHistories, seconds: set[int], death: tuple[int, str], others: tuple[str, str]
) -> None:
    """Folds with others coming between the store calls, dies at one of them, and reads after each."""

    def step(number: int, at: str) -> None:
        if at == "before":
            actions()[others[number % 2]](histories, seconds)
        check(histories, seconds)
        if (number, at) == death:
            raise Killed

    stepped = Stepped(histories, lambda number: step(number, "before"), lambda number: step(number, "after"))
    try:
        fold_tail(stepped, "films", "ann", DEFAULT_KINDS, NOW)  # type: ignore[arg-type]  # a fake
    except Killed:
        check(histories, seconds)


def test_wherever_one_dies_and_whatever_others_do_each_event_counts_once() -> None:
    checked = 0
    deaths = itertools.product(range(len(STEPS) + 1), ("before", "after"))
    for death, others in itertools.product(deaths, itertools.product(actions(), repeat=2)):
        for histories, seconds in worlds():
            fold_and_die(histories, seconds, death, others)
            for _ in range(3):  # later requests complete it
                fold_tail(histories, "films", "ann", DEFAULT_KINDS, NOW)  # type: ignore[arg-type]  # a fake
                check(histories, seconds)
            assert histories.read("films", "ann", 10, NOW, consistent=True).tail == []
            checked += 1
    assert checked == 2 * 4 * 2 * 25


def test_a_long_tail_of_an_earlier_store_is_folded_in_steps(monkeypatch) -> None:
    monkeypatch.setattr(module, "FOLDED_AT_ONCE", 100)
    histories = MemoryHistories()
    histories.add("films", map(play, range(250)), LATER)
    tails = []
    while fold_tail(histories, "films", "ann", DEFAULT_KINDS, NOW):  # type: ignore[arg-type]  # a fake
        check(histories, set(range(250)))
        tails.append(len(histories.foldable("films", "ann", LIVE, 1000).tail))
    assert tails == [150, 50, 0]


def test_expired_events_are_removed_from_the_tail_and_not_folded() -> None:
    histories = MemoryHistories()
    histories.add("films", [play(1)], NOW)
    histories.add("films", [play(2)], LATER)
    assert fold_tail(histories, "films", "ann", DEFAULT_KINDS, NOW)  # type: ignore[arg-type]  # a fake
    check(histories, {2})


def test_about_every_32nd_event_makes_its_request_fold() -> None:
    due = [event for event in map(play, range(6400)) if users_due([event])]
    assert 150 < len(due) < 250
    assert users_due(due[:3]) == {"ann"}
