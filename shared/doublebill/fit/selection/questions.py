"""Questions: the ways to hide a part of the data and look for it again, and which of them decides.

    random    a tenth of the users, whom no model has met; a random fifth of their items is hidden
    newest    the same users; their newest fifth is hidden, and the times of the others are known
    liked     as `random`, but only items that users did not rate low are looked for
    calendar  trained before a moment; users known then are asked for the items that were new to them from it on
    met       trained on all users; a random fifth of the items of some of them is hidden (not part of a training: on
              Gowalla it took none of the powers that favour popular items)
    last      the newest item of every user is hidden (not part of a training)

The calendar decides where times span enough days and enough known users act after the moment
(`fit.splits.calendar`); else `liked` where people rated some items low; else `random`. Where people rated some items
low, the targets of the calendar are liked items too.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import islice

from doublebill.fit.splits import calendar
from doublebill.fit.splits.calendar import Timeline, calendar_split
from doublebill.fit.splits.holdout import Holdout, Split
from doublebill.fit.splits.last import last_split
from doublebill.fit.splits.liked import liked_split, liked_targets
from doublebill.fit.splits.met import met_split
from doublebill.fit.splits.user_splits import further_tests, split, temporal_split

Questions = Mapping[str, Split]

KINDS = {
    "random": "strong generalisation",
    "newest": "strong generalisation, newest hidden",
    "liked": "strong generalisation, liked items",
    "calendar": "calendar",
    "met": "known users, random hidden",
    "last": "leave last out",
}
"""Names of the splits in reports."""

ENOUGH_TEST_USERS = 500
"""With fewer test users a test is repeated on others."""

MOST_TESTS = 5
"""Tests at most, the first one included."""

SPLITS: Mapping[str, Callable[[Timeline, int], Split | None]] = {
    "random": lambda timeline, seed: split(timeline.now, seed),
    "newest": lambda timeline, seed: temporal_split(timeline.now, seed),
    "liked": lambda timeline, seed: liked_split(split(timeline.now, seed)) if rated(timeline) else None,
    "calendar": lambda timeline, _: liked_split(calendar_split(timeline)),
    "met": lambda timeline, seed: met_split(timeline.now, seed),
    "last": lambda timeline, seed: last_split(timeline.now, seed),
}
"""Each question's split of the data by a seed; None where the data have none."""


def rated(timeline: Timeline) -> bool:
    """Returns whether users rated some of their items low."""
    return timeline.now.liked is not None


def questions_of(timeline: Timeline, seed: int, deciding: str = "") -> tuple[Questions, str]:
    """Returns the questions of a training and the name of the one that decides.

    `deciding` names the one that decided an earlier training.
    """
    found: dict[str, Split] = {}
    if random := SPLITS["random"](timeline, seed):
        found["random"] = random
        if newest := SPLITS["newest"](timeline, seed):
            found["newest"] = newest.fitted_on(random.train)
        if rated(timeline) and (liked := liked_split(random)):
            found["liked"] = liked
    if deciding == "calendar" or (not deciding and calendar.may_decide(timeline)):
        by_calendar = SPLITS["calendar"](timeline, seed)
        if by_calendar and (deciding or calendar.decides(timeline, by_calendar)):
            found["calendar"] = by_calendar
    usual = next((name for name in ("calendar", "liked") if name in found), "random")
    return found, deciding if deciding in found else usual


def tests_of(timeline: Timeline, question: str, first: Holdout, seed: int) -> Iterator[Holdout]:
    """Yields the test of a question and, where it has few users, more tests of the same sort, up to `MOST_TESTS`."""
    yield first
    for more in islice(_further(timeline, question, seed), number_of_tests(question, first) - 1):
        test = liked_targets(more) if first.liked else more
        if test is not None:
            yield test


def number_of_tests(question: str, first: Holdout) -> int:
    """Returns the number of tests of a question, by the users of the first one: a fact of the data, not of a machine.

    There are fewer where the data have no others.
    """
    wanted = min(MOST_TESTS, -(-ENOUGH_TEST_USERS // first.fold_in.n_users))
    return wanted if question in ("random", "liked") else min(wanted, 2) if question == "calendar" else 1


def _further(timeline: Timeline, question: str, seed: int) -> Iterator[Holdout]:
    if question == "calendar":
        later = calendar.later_test(timeline)
        return iter([later] if later else [])
    return further_tests(timeline.now, seed) if question in ("random", "liked") else iter([])
