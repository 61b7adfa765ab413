"""Met users: everybody is trained on, and what is asked of a user is what the training part lacks."""

import numpy as np
import pytest

from doublebill.fit.splits import met
from doublebill.fit.splits.holdout import Split
from doublebill.fit.splits.met import met_split
from doublebill.fit.splits.user_splits import repeat_holdout
from doublebill.model.interactions import Interactions

USERS, ITEMS = 40, 30


def interactions(users: int = USERS) -> Interactions:
    present = np.argwhere(np.random.default_rng(1).random((users, ITEMS)) < 0.5)
    return Interactions.of(present[:, 0], present[:, 1], np.ones(len(present)), np.arange(len(present)), ITEMS)


def parts_of(whole: Interactions, seed: int = 1) -> Split:
    parts = met_split(whole, seed)
    assert parts is not None
    return parts


def pairs(matrix: Interactions, users: np.ndarray | None = None) -> set[tuple[int, int]]:
    numbers = np.arange(matrix.n_users) if users is None else users
    return set(zip(numbers[matrix.users_of_entries()].tolist(), matrix.items.tolist(), strict=True))


def test_everything_but_what_known_users_are_asked_for_is_trained_on() -> None:
    whole = interactions()
    parts = parts_of(whole)
    asked = [pairs(part.targets, part.users) for part in (parts.validation, parts.test)]
    assert pairs(parts.train) | asked[0] | asked[1] == pairs(whole)
    assert not pairs(parts.train) & (asked[0] | asked[1])
    assert not asked[0] & asked[1]
    assert parts.validation.reference is parts.test.reference is parts.train
    assert pairs(parts.test.fold_in, parts.test.users) < pairs(parts.train)


def test_a_random_fifth_of_the_items_of_known_users_is_hidden_whatever_their_times() -> None:
    whole = interactions()
    test = parts_of(whole).test
    sizes = np.diff(whole.indptr)[test.users]
    assert np.diff(test.targets.indptr).tolist() == np.rint(sizes * 0.2).tolist()
    newest = [times.max() for times in np.split(test.targets.timestamps, test.targets.indptr[1:-1])]
    known_until = [times.max() for times in np.split(test.fold_in.timestamps, test.fold_in.indptr[1:-1])]
    assert any(hidden < shown for hidden, shown in zip(newest, known_until, strict=True))


def test_known_users_are_asked_once_as_others_items_were_trained_on() -> None:
    validation = parts_of(interactions()).validation
    assert repeat_holdout(validation, 1) is validation


def test_no_more_known_users_are_asked_than_say_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(met, "MOST_USERS", 5)
    parts = parts_of(interactions())
    assert (parts.validation.fold_in.n_users, parts.test.fold_in.n_users) == (5, 5)
    assert parts.train.n_users == USERS
    assert met_split(interactions(users=1), 1) is None
