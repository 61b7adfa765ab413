"""Pooling: a user of several test parts counts once, users of one part each count as in one large part."""

import dataclasses

import numpy as np

from doublebill.fit.clean import clean
from doublebill.fit.evaluation.evaluate import Evaluation, evaluate
from doublebill.fit.evaluation.pooled import pooled
from doublebill.fit.fit_recommender import fit
from doublebill.fit.splits.holdout import Holdout
from doublebill.fit.splits.user_splits import further_tests, split
from doublebill.model.config import Config, Knn
from worlds import checkerboard

ALL_OF_TWO = {"recall@20": np.array([0.0, 1.0]), "hidden": np.array([2.0, 3.0])}
ALL_OF_ONE = {"recall@20": np.array([1.0]), "hidden": np.array([3.0])}

CLEANED = clean(checkerboard(40, 12), {})


def test_users_of_two_parts_are_as_one_part_of_all() -> None:
    parts = split(CLEANED.interactions, 7, share=0.2)
    assert parts is not None
    whole, model = parts.test, fit(CLEANED.catalog, parts.train, Config(Knn()))
    assert whole.users is not None
    halves = [
        dataclasses.replace(
            whole, fold_in=whole.fold_in.rows(rows), targets=whole.targets.rows(rows), users=whole.users[rows]
        )
        for rows in (np.arange(3), np.arange(3, 8))
    ]
    together, once = pooled([evaluate(model, half) for half in halves], halves), evaluate(model, whole)
    order = np.argsort(whole.users, kind="stable")
    for name, values in once.per_user.items():
        np.testing.assert_allclose(together.per_user[name], values[order])
    for name, values in once.segments["short histories"].items():
        np.testing.assert_allclose(together.segments["short histories"][name], values[order])


def test_a_user_of_two_parts_counts_once_by_the_average() -> None:
    nothing = CLEANED.interactions
    one = Holdout(nothing.rows(np.array([0, 1])), nothing, users=np.array([7, 3]))
    other = Holdout(nothing.rows(np.array([0])), nothing, users=np.array([7]))
    first = Evaluation({"recall@20": np.array([0.0, 1.0])}, {"coverage@10": 0.2}, {"all": ALL_OF_TWO})
    second = Evaluation({"recall@20": np.array([1.0])}, {"coverage@10": 0.4}, {"all": ALL_OF_ONE})
    both = pooled([first, second], [one, other])
    assert both.per_user["recall@20"].tolist() == [1.0, 0.5]
    assert {name: values.tolist() for name, values in both.segments["all"].items()} == {
        "recall@20": [1.0, 0.5],
        "hidden": [3.0, 5.0],
    }
    assert both.whole == {"coverage@10": np.mean([0.2, 0.4])}
    unnamed = [dataclasses.replace(part, users=None) for part in (one, other)]
    assert pooled([first, second], unnamed).per_user["recall@20"].tolist() == [1.0, 1.0, 0.0]


def test_further_tests_have_other_users_of_whom_none_validated() -> None:
    parts, further = split(CLEANED.interactions, 7), list(further_tests(CLEANED.interactions, 7))
    assert parts is not None
    assert len(further) == 8
    used = [parts.validation.users, parts.test.users, *(test.users for test in further)]
    assert len(np.unique(np.concatenate([one for one in used if one is not None]))) == 40
    for test in further:
        assert test.users is not None
        assert test.reference.n_users == parts.train.n_users
        assert not {*np.diff(test.targets.indptr).tolist()} & {0}
