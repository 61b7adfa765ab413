"""Probes: factors are tried for a few steps first, and left out where these are far behind."""

from dataclasses import replace

import pytest

from doublebill.fit.clean import clean
from doublebill.fit.factors import gradient
from doublebill.fit.selection import probes, trials
from doublebill.fit.selection.probes import hopeless, probe_of, regularised_better
from doublebill.fit.selection.select import Choice, choose
from doublebill.fit.selection.study import SEED, Study
from doublebill.model.config import Config, Edlae, Factors, Knn
from worlds import checkerboard

FACTORS = Config(Factors(dimensions=4, batch_users=8, epochs=40))
WORLD = clean(checkerboard(80, 12), {})


@pytest.mark.parametrize(("users", "epochs"), [(8 * 100, 1), (8 * 50 + 7, 2), (8 * 5, 20)])
def test_a_probe_has_a_hundred_steps_in_whole_epochs(users: int, epochs: int) -> None:
    assert probe_of(FACTORS, users) == replace(FACTORS, family=replace(FACTORS.family, epochs=epochs))


def test_nothing_else_and_nothing_short_has_a_probe() -> None:
    assert probe_of(Config(Knn("cosine")), 10_000) is None
    assert probe_of(FACTORS, 8 * 4) is None


def test_a_probe_is_hopeless_where_it_is_more_than_a_fiftieth_behind() -> None:
    assert hopeless(0.097, 0.1)
    assert not hopeless(0.099, 0.1)


def regularised(ridge: float, dropout: float = 0.6) -> Config:
    return Config(Edlae(ridge, dropout))


def test_less_regularisation_cannot_win_where_some_of_it_lost_to_more() -> None:
    lost = {regularised(100.0): 0.3, regularised(200.0): 0.4, Config(Edlae(400.0, support="cosine")): 0.5}
    for less in (regularised(50.0), regularised(100.0, 0.4), regularised(50.0, 0.4)):
        assert regularised_better(less, lost) == regularised(200.0)
    for other in (
        regularised(400.0),
        regularised(150.0),
        regularised(100.0, 0.7),
        Config(Edlae(50.0, support="cosine")),
        replace(regularised(50.0), k=7),
        Config(Knn("cosine")),
    ):
        assert regularised_better(other, lost) is None
    assert regularised_better(regularised(50.0), {regularised(100.0): 0.4, regularised(200.0): 0.3}) is None
    assert regularised_better(regularised(50.0), {regularised(100.0): 0.4}) is None


def test_it_is_left_out_and_the_report_says_which_one_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    configs = [regularised(4.0), regularised(8.0), regularised(2.0)]
    monkeypatch.setattr(Study, "headline", lambda _, config, *__: {"ndcg@100": config.family.ridge / 10})
    study = Study.of(WORLD.catalog, WORLD.interactions, SEED)
    choice = choose(study, configs)
    assert [one["config"] for one in choice.tried] == [config.to_json() for config in configs[:2]]
    left_out = next(one for one in choice.left_out if "config" in one)
    assert left_out["config"] == configs[2].to_json()
    assert left_out["why"] == "EDLAE, ridge 8 reached more than one that is regularised less"
    assert len(choose(study, configs, rival=configs[2]).tried) == 3


def test_a_probe_that_ended_by_itself_is_the_whole_config(monkeypatch: pytest.MonkeyPatch) -> None:
    patient = replace(FACTORS, family=replace(FACTORS.family, learning_rate=0.5, patience=1, epochs=40))
    monkeypatch.setattr(trials, "hopeless", lambda reached, highest: False)
    fits: list[Config] = []
    fit_edges = gradient.fit_edges
    monkeypatch.setattr(gradient, "fit_edges", lambda *of: fits.append(of[1]) or fit_edges(*of))
    study = Study.of(WORLD.catalog, WORLD.interactions, SEED)
    shared = choose(study, [patient])
    monkeypatch.setattr(trials, "ended", lambda probe, notes: False)
    alone = choose(Study.of(WORLD.catalog, WORLD.interactions, SEED), [patient])
    assert [one.family.epochs for one in fits] == [13, 13, 40]
    assert shared.tried == alone.tried
    assert len(shared.tried[0]["curve"]) < 13


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
