"""Probes: factors are tried for a few steps first, and left out where these are far behind."""

from dataclasses import replace

import pytest

from doublebill.fit.clean import clean
from doublebill.fit.selection import probes, trials
from doublebill.fit.selection.probes import hopeless, probe_of
from doublebill.fit.selection.select import Choice, choose
from doublebill.fit.selection.study import SEED, Study
from doublebill.model.config import Config, Factors, Knn
from worlds import checkerboard

FACTORS = Config(Factors(dimensions=4, batch_users=8, epochs=40))
WORLD = clean(checkerboard(80, 12), {})


@pytest.mark.parametrize(("users", "epochs"), [(8 * 100, 1), (8 * 50 + 7, 2), (8 * 5, 20)])
def test_a_probe_has_a_hundred_steps_in_whole_epochs(users: int, epochs: int) -> None:
    assert probe_of(FACTORS, users) == replace(FACTORS, family=replace(FACTORS.family, epochs=epochs))


def test_nothing_else_and_nothing_short_has_a_probe() -> None:
    assert probe_of(Config(Knn("cosine")), 10_000) is None
    assert probe_of(FACTORS, 8 * 4) is None


def test_a_probe_is_hopeless_where_it_is_more_than_a_twentieth_behind() -> None:
    assert hopeless(0.094, 0.1)
    assert not hopeless(0.096, 0.1)


def chosen(
    monkeypatch: pytest.MonkeyPatch, behind: bool, rival: Config | None = None, repeated: bool = False
) -> Choice:
    """Chooses between cosines and factors, whose probe of two steps is far behind or not."""
    monkeypatch.setattr(probes, "STEPS", 2)
    monkeypatch.setattr(trials, "hopeless", lambda reached, highest: behind)
    study = Study.of(WORLD.catalog, WORLD.interactions, SEED)
    return choose(study, [Config(Knn("cosine")), FACTORS], rival, refined=() if repeated else None)


def test_a_config_with_a_hopeless_probe_is_left_out_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    report = chosen(monkeypatch, behind=True).to_json()
    assert [one["config"]["family"]["name"] for one in report["candidates"]] == ["knn"]
    (left_out,) = report["left_out"]
    assert left_out["config"] == FACTORS.to_json()
    assert left_out["why"].startswith("NDCG@100 .")
    assert (report["tried"], report["of"], report["cut"]) == (1, 2, False)


def test_it_is_tried_where_its_probe_is_not_or_it_is_the_champion_s_or_repeated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for choice in (
        chosen(monkeypatch, behind=False),
        chosen(monkeypatch, behind=True, rival=FACTORS),
        chosen(monkeypatch, behind=True, repeated=True),
    ):
        assert (len(choice.tried), choice.to_json()["left_out"]) == (2, [])
