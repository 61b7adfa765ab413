import numpy as np
import pytest

from doublebill.errors import InvalidInput
from doublebill.fit.evaluation.evaluate import evaluate, evaluate_lists, lists_of
from doublebill.service.analysis.evaluate_predictions import Predictions, beside, digest_of, ranked
from doublebill.service.analysis.refitted import config_of, refit, split_data


@pytest.fixture(scope="module")
def data(two):
    return split_data(two[0], "films", "random", 3)


def predictions(*rows):
    return Predictions(*zip(*rows, strict=True))


def ours_as_predictions(two, data):
    """The lists of the wide version, as somebody else would send them."""
    recommender = refit(data, config_of(two[0], "films", two[2]), "the config", lambda _: None)
    lists, ids = lists_of(recommender, data.parts.test), data.cleaned.catalog.item_ids
    rows = [(f"t{u}", ids[item], -rank) for u, one in enumerate(lists) for rank, item in enumerate(one) if item >= 0]
    return recommender, predictions(*reversed(rows))


def test_lists_of_a_model_measured_as_predictions_have_its_metrics(two, data):
    recommender, sent = ours_as_predictions(two, data)
    answer = beside(two[0], "films", two[2], data, sent)
    ours = evaluate(recommender, data.parts.test).means()
    assert answer["predictions"] == {
        "rows": len(sent.users),
        "other_users": 0,
        "unknown_items": 0,
        "of_the_history": 0,
        "users_without": 0,
    }
    for name, one in answer["metrics"].items():
        assert one["model"] == one["predictions"] == ours[name]
        assert one["difference"] == 0
    assert "auc" not in answer["metrics"]
    lists, _ = ranked(sent, data.cleaned.catalog, data.parts.test)
    assert evaluate_lists(lists, data.parts.test).whole == evaluate(recommender, data.parts.test).whole


def test_rows_that_do_not_count_are_counted(data):
    test, ids = data.parts.test, data.cleaned.catalog.item_ids
    mine = ids[test.fold_in.items[0]]
    target = ids[test.targets.items[0]]
    rows = [("t0", mine, 9.0), ("t0", "no such", 8.0), ("t0", target, 1.0), ("v0", target, 1.0), ("ann", target, 1.0)]
    lists, counts = ranked(predictions(*rows), data.cleaned.catalog, test)
    assert lists[0, :2].tolist() == [test.targets.items[0], -1]
    assert counts == {
        "rows": 5,
        "other_users": 2,
        "unknown_items": 1,
        "of_the_history": 1,
        "users_without": len(lists) - 1,
    }


def test_equal_scores_are_ordered_by_item_and_long_lists_cut(data):
    test, catalog = data.parts.test, data.cleaned.catalog
    free = np.setdiff1d(np.arange(len(catalog)), test.fold_in.items[: test.fold_in.indptr[1]])
    rows = [("t0", catalog.item_ids[item], 0.0) for item in free[::-1]]
    lists, _ = ranked(predictions(*rows), catalog, test)
    assert lists[0, : len(free)].tolist() == free.tolist()


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ([("ann", "item-00", 1.0)], "none of the 1 rows is of a test user"),
        ([("t0", "item-00", 1.0), ("t0", "item-00", 2.0), ("t0", "item-01", 2.0), ("t0", "item-01", 2.0)], "twice"),
    ],
)
def test_predictions_that_cannot_be_meant_are_refused(data, rows, problem):
    with pytest.raises(InvalidInput, match=problem):
        ranked(predictions(*rows), data.cleaned.catalog, data.parts.test)


def test_a_split_of_other_users_has_another_digest(two, data):
    assert digest_of(data.parts) == digest_of(split_data(two[0], "films", "random", 3).parts)
    assert digest_of(data.parts) != digest_of(split_data(two[0], "films", "random", 4).parts)
