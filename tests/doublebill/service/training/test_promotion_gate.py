"""The gate: a pure function of the report."""

import pytest

from doublebill.fit.evaluation.uncertainty import FEWEST_TO_JUDGE
from doublebill.fit.selection.study import DECIDES
from doublebill.service.training.promotion_gate import decide


def over(difference: float, standard_error: float = 0.01, users: int = 100) -> dict[str, object]:
    """A comparison in which the model is so much better."""
    return {DECIDES: {"difference": difference, "standard_error": standard_error, "users": users}}


def report(popularity: dict[str, object], champion: dict[str, object] | None = None) -> dict[str, object]:
    told = {"evaluated": True, "over_popularity": popularity}
    return told if champion is None else {**told, "over_champion": champion, "champion": {"version": "0"}}


@pytest.mark.parametrize(
    ("difference", "standard_error", "users", "promoted"),
    [
        (0.1, 0.01, 100, True),
        (-0.1, 0.051, 100, True),
        (-0.1, 0.049, 100, False),
        (-0.1, 0.05, 100, True),
        (-0.1, 0.01, FEWEST_TO_JUDGE, False),
        (-0.1, 0.01, FEWEST_TO_JUDGE - 1, True),
    ],
)
def test_worse_beyond_noise_on_enough_users_is_refused(difference, standard_error, users, promoted) -> None:
    measured = over(difference, standard_error, users)
    assert decide(report(measured))[0] is promoted
    assert decide(report(measured, over(0.2)))[0] is promoted


@pytest.mark.parametrize(
    ("difference", "standard_error", "users", "promoted"),
    [
        (0.1, 0.049, 100, True),
        (0.1, 0.051, 100, False),
        (-0.1, 0.06, 100, False),
        (0.1, 0.01, FEWEST_TO_JUDGE, True),
        (0.1, 0.01, FEWEST_TO_JUDGE - 1, False),
    ],
)
def test_another_config_replaces_the_champion_s_only_beyond_noise(difference, standard_error, users, promoted) -> None:
    measured = over(difference, standard_error, users)
    assert decide(report(over(0.2), measured))[0] is promoted
    refreshed = {**report(over(0.2), measured), "champion": {"version": "0", "refreshed": True}}
    assert decide(refreshed)[0] is True


def test_what_allows_is_reported_in_words() -> None:
    above = f"{DECIDES} on test users is 0.2100 above popularity"
    assert decide(report(over(0.21))) == (True, above)
    refreshed = {**report(over(0.21), over(0.0, 0.0)), "champion": {"version": "0", "refreshed": True}}
    assert decide(refreshed) == (True, f"{above} and equal to the champion's config")
    assert decide(report(over(0.0))) == (True, f"{DECIDES} on test users is equal to popularity")
    few = f"{DECIDES} on test users is 0.3000 below popularity (of too few users to tell)"
    assert decide(report(over(-0.3, users=FEWEST_TO_JUDGE - 1))) == (True, few)


def test_what_refuses_is_reported_with_numbers() -> None:
    chance = "another config replaces the champion's only where it is better beyond chance: it is 0.0012 above "
    words = f"{chance}the champion's config (which may be chance), {DECIDES} on test users"
    assert decide(report(over(0.21), over(0.0012))) == (False, words)
    why = f"worse than the champion's config by 0.1000 (standard error 0.0100) {DECIDES} on test users"
    assert decide(report(over(0.2), over(-0.1))) == (False, why)
    both = f"worse than popularity by 0.3000 (standard error 0.0100) and {why.removeprefix('worse ')}"
    assert decide(report(over(-0.3), over(-0.1))) == (False, both)


def test_a_champion_that_was_not_compared_is_reported() -> None:
    told = {**report(over(0.2)), "champion": {"version": "0", "not_compared": "it has no manifest"}}
    promoted, why = decide(told)
    assert promoted
    assert why.endswith("above popularity; not compared with the champion: it has no manifest")


def test_what_could_not_be_evaluated_is_promoted_and_says_so() -> None:
    assert decide({"evaluated": False, "why": "too few"}) == (True, "not evaluated: too few")


def test_force_promotes_and_says_what_it_overruled() -> None:
    assert decide(report(over(0.2)), force=True) == (True, "forced")
    promoted, why = decide(report(over(-0.2)), force=True)
    assert promoted
    assert why.startswith("forced, though worse than popularity by 0.2000")


def test_the_first_of_its_catalog_is_promoted_whatever_was_measured() -> None:
    promoted, why = decide(report(over(-0.2)), first=True)
    assert promoted
    assert why.startswith("the first of its catalog that can be served, though worse than popularity")


def test_every_baseline_of_a_report_is_a_rival() -> None:
    baselines = {"popularity": {"over": over(0.2)}, "recent popularity": {"over": over(-0.1)}}
    told = {**report(over(0.2)), "baselines": baselines}
    why = f"worse than recent popularity by 0.1000 (standard error 0.0100) {DECIDES} on test users"
    assert decide(told) == (False, why)


def test_a_baseline_in_the_place_of_a_model_is_promoted_and_says_by_how_much() -> None:
    baselines = {"popularity": {"over": over(0.2)}, "recent popularity": {"over": over(0.0, 0.0)}}
    told = {**report(over(0.2)), "baselines": baselines, "baseline": "recent popularity", "model": {"over": over(-0.1)}}
    begin = (
        "it is the baseline recent popularity, in place of a model that is worse by 0.1000 (standard error 0.0100); "
    )
    above = f"{DECIDES} on test users is 0.2000 above popularity"
    assert decide(told) == (True, f"{begin}{above}")
    few = {**told, "baseline": "item-kNN", "model": {"over": over(0.1, users=FEWEST_TO_JUDGE - 1)}}
    begin = "it is the baseline item-kNN, since 9 test users are too few to judge a model; "
    assert decide(few)[1].startswith(begin)
    own = {**report(over(0.2)), "baselines": baselines, "baseline": "recent popularity"}
    assert decide(own) == (True, f"it is the baseline recent popularity; {above}")
