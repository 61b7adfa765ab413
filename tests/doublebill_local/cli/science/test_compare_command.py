import json
import re
from pathlib import Path

import pytest

from doublebill.fit.evaluation.judged_difference import judged
from doublebill.model.config import Config
from doublebill.service.analysis import compare_versions
from doublebill_local.cli import app
from doublebill_local.cli.science.compare_command import better_one
from doublebill_local.display.comparisons import COMPARED

METRIC = {"first": 0.5, "second": 0.625, "difference": 0.125, "standard_error": 0.02, "low": 0.1, "high": 0.15}
LISTS = {"overlap": 0.75, "changed": {"none": 1, "some": 2, "most": 3, "all": 4}}


def test_two_versions_are_compared_with_intervals_and_the_users_they_move(
    run, trained: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
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
            "champion": "2" * 32,
            "verdict": judged("ndcg@100", {**METRIC, "users": 10}, versions[::-1]),
            "metrics": {"ndcg@100": {**METRIC, "users": 10}},
            "users": {"better": 6, "worse": 3, "equal": 1},
            "lists": {"10": LISTS},
        }

    monkeypatch.setattr(compare_versions, "compare", compared)
    ran = run("compare", "tiny", *versions, "--seed", 5, home=trained)
    assert ran.code == 0
    assert requests == [("tiny", versions, ("", 5))]
    assert "0.5000" in ran.out
    assert re.search(r"second − first\W+95 % interval", ran.out)
    assert "±" not in ran.out
    assert f"verdict: {versions[1]} is better than {versions[0]} in ndcg@100 on 10 users: " in ran.out
    assert "+0.1000 to +0.1500" in ran.out
    assert COMPARED in " ".join(ran.out.split())
    for words in (*versions, "on 10 test users", "better for 6 users, worse for 3, equal for 1", "75% in common"):
        assert words in ran.out
    assert "1 unchanged, 2 up to half changed, 3 more than half changed, 4 all changed" in ran.out
    told = json.loads(run("compare", "tiny", *versions, "--json", home=trained).out)
    assert told["lists"] == {"10": LISTS}
    assert told["verdict"]["outcome"] == "better"
    assert app.main(["compare", "tiny", *versions, "--home", str(trained)]) == 0
    assert capsys.readouterr().err.endswith(f"next: doublebill promote tiny {versions[1]} --home '{trained}'\n")


@pytest.mark.parametrize(
    ("outcome", "champion", "better"),
    [
        ("better", "other", {"better": "b"}),
        ("better", "b", {}),
        ("worse", "b", {"better": "a"}),
        ("worse", "a", {}),
        ("not distinguishable", "other", {}),
        ("better", None, {"better": "b"}),
    ],
)
def test_the_next_command_promotes_only_what_the_verdict_prefers(
    outcome: str, champion: str | None, better: dict[str, str]
):
    answer = {"versions": ["a", "b"], "verdict": {"outcome": outcome}, "champion": champion}
    assert better_one(answer) == better


@pytest.mark.parametrize(
    ("words", "code"),
    [(["x", "y"], 2), (["0" * 32, "1" * 32], 3), (["0" * 32], 2), (["0" * 32, "1" * 32, "--seed", "-1"], 2)],
)
def test_what_cannot_be_compared_is_refused(run, trained: Path, words: list[str], code: int):
    ran = run("compare", "tiny", *words, home=trained)
    assert (ran.code, ran.out) == (code, "")
