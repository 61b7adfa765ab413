"""Private trainings on the command line: by an option, by settings, and refused when the budget is spent."""

import json

import pytest


@pytest.fixture
def tiny(run, world):
    """A catalog with events and described items."""
    assert run("import", "tiny", "--events", world[0], "--items", world[1]).code == 0


def test_a_private_training_tells_its_claim_and_the_budget_and_counts_nothing(run, tiny):
    shown = run("train", "tiny", "--epsilon", "1", "--delta", "1e-7").out
    assert "private with epsilon 1 at delta 1e-07; 1 training spent epsilon" in shown
    assert "private: nothing is measured" in shown
    assert "is champion now" in shown
    assert "100 events" not in shown
    assert run("recommend", "tiny", "--history", "item-0").code == 0
    assert run("models", "tiny").code == run("runs", "tiny").code == 0


def test_a_catalog_may_have_every_training_private_until_its_budget_is_spent(run, tiny):
    set_so = json.loads(run("settings", "tiny", "--epsilon", "1", "--total-epsilon", "1.2", "--json").out)
    assert set_so["privacy"] == {"epsilon": 1.0, "delta": 1e-6, "total_epsilon": 1.2}
    assert "differential privacy of trainings: epsilon 1 each, epsilon 1.2 altogether" in run("settings", "tiny").out
    first = json.loads(run("train", "tiny", "--json").out)
    assert first["privacy"]["epsilon"] == 1.0
    refused = run("train", "tiny")
    assert refused.code == 1
    assert "the privacy budget of catalog 'tiny' has no epsilon 1" in refused.err
    assert "doublebill settings tiny --total-epsilon NUMBER" in refused.err
    run("settings", "tiny", "--total-epsilon", "2")
    assert run("train", "tiny").code == 0
    assert json.loads(run("settings", "tiny", "--epsilon", "none", "--json").out)["privacy"]["epsilon"] is None


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("--epsilon", "0"), "epsilon: 0.0 is not valid; use an epsilon from 0.01 to 100"),
        (("--delta", "1e-6"), "delta: given without epsilon"),
        (("--epsilon", "1", "--delta", "1"), "delta: 1.0 is not valid; use a delta from 1e-15 to 0.001"),
    ],
)
def test_claims_that_cannot_be_are_refused_with_a_fix(run, tiny, words, complaint):
    refused = run("train", "tiny", *words)
    assert refused.code == 2
    assert complaint in refused.err
