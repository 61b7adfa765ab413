import json

import numpy as np
import pytest

from doublebill.errors import InvalidInput, NotFound, Unfittable
from doublebill.fit.splits.holdout import Holdout
from doublebill.model.artifact import MANIFEST
from doublebill.model.interactions import Interactions
from doublebill.service.analysis import refitted
from doublebill.service.analysis.compare_versions import compare, list_changes
from doublebill.service.registry.versions import artifact_key
from fakes import MemoryObjects

QUESTION = ("random", 3)


def test_both_versions_are_measured_on_the_same_users_and_paired(two):
    objects, narrow, wide = two
    before = sorted(objects.keys(""))
    answer = compare(objects, "films", (narrow, wide), QUESTION)
    other = compare(objects, "films", (wide, narrow), QUESTION)
    ndcg = answer["metrics"]["ndcg@100"]
    assert ndcg["second"] - ndcg["first"] == pytest.approx(ndcg["difference"])
    assert other["metrics"]["ndcg@100"]["difference"] == pytest.approx(-ndcg["difference"])
    assert ndcg["low"] <= ndcg["difference"] <= ndcg["high"]
    assert (answer["champion"], answer["verdict"]["outcome"]) == (wide, "not distinguishable")
    assert answer["verdict"]["sentence"].startswith(
        f"{wide} is not distinguishable from {narrow} in ndcg@100 on 6 users"
    )
    assert sum(answer["users"].values()) == answer["split"]["test_users"] == 6
    assert (answer["users"]["better"], answer["users"]["worse"]) == (other["users"]["worse"], other["users"]["better"])
    assert [one["k"] for one in answer["configs"]] == [1, 20]
    assert 0 < answer["lists"]["10"]["overlap"] < 1
    assert sorted(objects.keys("")) == before


def test_changes_of_lists_are_counted_by_user():
    nobody = Interactions(np.zeros(5, np.int64), *(np.zeros(0, kind) for kind in (np.int32, np.float32, np.int64)), 9)
    first = np.array([[0, 1], [0, 1], [0, 1], [0, -1]], np.int32)
    second = np.array([[1, 0], [1, 2], [2, 3], [0, 1]], np.int32)
    answer = list_changes(first, second, Holdout(nobody, nobody))
    assert answer == {"overlap": 0.5, "changed": {"none": 1, "some": 2, "most": 0, "all": 1}}


def test_versions_that_cannot_be_compared_are_refused(two, monkeypatch):
    objects, narrow, wide = two
    with pytest.raises(InvalidInput, match="named twice"):
        compare(objects, "films", (narrow, narrow), QUESTION)
    with pytest.raises(NotFound, match="has no version"):
        compare(objects, "films", (narrow, "0" * 32), QUESTION)
    with pytest.raises(NotFound, match="'songs'"):
        compare(objects, "songs", (narrow, wide), QUESTION)
    copied = MemoryObjects()
    for key in objects.keys(""):
        copied.put(key, objects.get(key).data)
    key = artifact_key("films", wide, MANIFEST)
    copied.put(key, json.dumps({**json.loads(objects.get(key).data), "format": 99}).encode())
    with pytest.raises(Unfittable, match=f"version {wide} cannot be fitted again"):
        compare(copied, "films", (narrow, wide), QUESTION)

    def singular(*_):
        raise np.linalg.LinAlgError("singular")

    monkeypatch.setattr(refitted, "fit", singular)
    with pytest.raises(Unfittable, match=f"version {narrow} cannot be fitted again to today's data: singular"):
        compare(objects, "films", (narrow, wide), QUESTION)
