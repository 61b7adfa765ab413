"""Progress: a line for each trial with its config, time, score and what is left."""

import pytest

from doublebill.fit.clean import clean
from doublebill.fit.selection import workbench
from doublebill.fit.selection.progress import label, remaining, score
from doublebill.fit.selection.select import SEED, choose
from doublebill.fit.selection.study import Study
from doublebill.fit.selection.time_budget import TimeBudget
from doublebill.model.config import Config, Edlae, Factors, Knn, Rp3beta
from worlds import checkerboard


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        (Config(Edlae(440.0), cold_users=5), "EDLAE, ridge 440"),
        (Config(Edlae(100.0, 0.4, support="cosine")), "EDLAE, ridge 100, dropout 0.4, support cosine"),
        (Config(Knn("cosine"), half_life=5.0), "kNN, weighting cosine, half life 5"),
        (Config(Factors(batch_users=64)), "factors, batch users 64"),
        (Config(Rp3beta(), transitions=0.05), "RP3beta, transitions 0.05"),
    ],
)
def test_a_label_names_the_family_and_what_tells_configs_apart(config: Config, expected: str) -> None:
    assert label(config) == expected


def test_scores_and_times_are_short() -> None:
    assert [score(value) for value in (0.0, 0.5612, 1.0)] == [".000", ".561", "1.000"]
    assert [remaining(seconds) for seconds in (-1.0, 0.0, 0.4)] == ["", "", ""]
    assert [remaining(seconds) for seconds in (0.6, 20.4, 89.0)] == [f", about {n} s left" for n in (1, 20, 89)]
    assert [remaining(seconds) for seconds in (90.0, 600.0)] == [", about 2 min left", ", about 10 min left"]


def lines(monkeypatch: pytest.MonkeyPatch, budget_seconds: float) -> list[str]:
    """The lines of two trials of four seconds each, the second one worse."""
    seconds = 0.0
    heard: list[str] = []
    fit = workbench.kernel_edges

    def fitting(*arguments):
        nonlocal seconds
        seconds += 4.0
        return fit(*arguments)

    monkeypatch.setattr(workbench, "kernel_edges", fitting)
    world = clean(checkerboard(80, 12), {})
    budget = TimeBudget.of(lambda: seconds, budget_seconds)
    study = Study.of(world.catalog, world.interactions, SEED, heard.append, budget)
    choose(study, [Config(Knn("cosine"), k=50), Config(Knn("cosine"), k=1)])
    return [line for line in heard if line.startswith("[")]


def test_a_trial_says_how_long_it_took_what_it_reached_and_how_long_the_rest_takes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, second = lines(monkeypatch, 1000.0)
    assert first.startswith("[1/2] kNN, weighting cosine … 4.0 s, NDCG@100 .")
    assert first.endswith(" (best so far), about 16 s left")
    assert "best so far" not in second
    assert second.endswith(", about 12 s left")


def test_the_rest_takes_no_longer_than_the_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    assert lines(monkeypatch, 18.0)[0].endswith("about 14 s left")
