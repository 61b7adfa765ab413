import json
from pathlib import Path

import pytest

from doublebill.model.config import Config
from doublebill.service.analysis import compare_versions

METRIC = {"first": 0.5, "second": 0.625, "difference": 0.125, "standard_error": 0.02, "low": 0.1, "high": 0.15}
LISTS = {"overlap": 0.75, "changed": {"none": 1, "some": 2, "most": 3, "all": 4}}


def test_two_versions_are_compared_with_intervals_and_the_users_they_move(
    run, trained: Path, monkeypatch: pytest.MonkeyPatch
):
    versions = ("0" * 32, "1" * 32)
    requests = []

    def compared(objects, catalog, wanted, question, tell, since_ms):
        requests.append((catalog, wanted, question))
        return {
            "catalog": catalog,
            "versions": list(wanted),
            "configs": [Config().to_json()] * 2,
            "split": {"name": question[0], "seed": question[1], "test_users": 10},
            "metrics": {"ndcg@100": {**METRIC, "users": 10}},
            "users": {"better": 6, "worse": 3, "equal": 1},
            "lists": {"10": LISTS},
        }

    monkeypatch.setattr(compare_versions, "compare", compared)
    ran = run("compare", "tiny", *versions, "--seed", 5, home=trained)
    assert ran.code == 0
    assert requests == [("tiny", versions, ("", 5))]
    assert "0.5000" in ran.out
    assert "+0.1250 ± 0.0200" in ran.out
    assert "+0.1000 to +0.1500" in ran.out
    for words in (*versions, "on 10 test users", "better for 6 users, worse for 3, equal for 1", "75% in common"):
        assert words in ran.out
    assert "1 unchanged, 2 up to half changed, 3 more than half changed, 4 all changed" in ran.out
    told = json.loads(run("compare", "tiny", *versions, "--json", home=trained).out)
    assert told["lists"] == {"10": LISTS}


@pytest.mark.parametrize(
    ("words", "code"),
    [(["x", "y"], 2), (["0" * 32, "1" * 32], 3), (["0" * 32], 2), (["0" * 32, "1" * 32, "--seed", "-1"], 2)],
)
def test_what_cannot_be_compared_is_refused(run, trained: Path, words: list[str], code: int):
    ran = run("compare", "tiny", *words, home=trained)
    assert (ran.code, ran.out) == (code, "")
