"""Promotion of a version that is much worse than its champion was on splits that do not decide."""

import json
from typing import Any

import pytest

from doublebill.fit.evaluation.uncertainty import FEWEST_TO_JUDGE
from doublebill.fit.selection.study import DECIDES
from doublebill.service.registry import champions, model_list
from doublebill.service.training import config_search
from doublebill.service.training.earlier.fallen_quality import falls
from fakes import MemoryObjects
from trainings import fill, trained
from worlds import FIRST_MS, checkerboard

CHAMPION = 0.28


def part(value: float, popular: float = 0.1, users: int = 200, noise: float = 0.01) -> dict[str, Any]:
    """The part of a report about one split."""
    return {
        "metrics": {DECIDES: value},
        "popularity": {DECIDES: popular},
        "intervals": {DECIDES: [value - noise, value + noise]},
        "split": {"test_users": users},
    }


def decided(question: str, one: dict[str, Any], **parts: dict[str, Any]) -> dict[str, Any]:
    """A report in which a question decided."""
    return {**one, "evaluated": True, "split": {**one["split"], "question": question}, **parts}


def by_calendar(random: dict[str, Any], newest: dict[str, Any]) -> dict[str, Any]:
    return decided("calendar", part(0.2), random=random, temporal=newest)


BEFORE = by_calendar(part(CHAMPION), part(0.33))


def test_less_than_half_on_a_split_that_does_not_decide_is_a_fall() -> None:
    [random, newest] = falls(BEFORE, by_calendar(part(0.002), part(0.004)))
    assert random == (
        f"with a random fifth of each history hidden, {DECIDES} is 0.002: "
        "less than half of the 0.280 that the champion had reached"
    )
    assert newest.startswith(f"with the newest fifth of each history hidden, {DECIDES} is 0.004: less than half")


@pytest.mark.parametrize(
    "found",
    [
        part(0.15),
        part(0.002, users=FEWEST_TO_JUDGE - 1),
        part(0.13, noise=0.3),
        part(0.13, popular=0.04),
    ],
    ids=["more than half", "too few users", "within noise", "popularity fell as much"],
)
def test_other_changes_are_none(found) -> None:
    assert list(falls(BEFORE, by_calendar(found, part(0.33)))) == []


def test_a_split_that_decided_one_of_two_trainings_is_compared_too() -> None:
    for before in (decided("random", part(CHAMPION)), BEFORE):
        for now in (decided("random", part(0.002)), by_calendar(part(0.002), part(0.33))):
            assert len(list(falls(before, now))) == 1


def test_where_nothing_was_measured_nothing_fell() -> None:
    unmeasured: dict[str, Any] = {"evaluated": False, "why": "too few users"}
    for before, now in (
        (unmeasured, BEFORE),
        (BEFORE, unmeasured),
        ({}, BEFORE),
        (BEFORE, decided("calendar", part(0))),
    ):
        assert list(falls(before, now)) == []


@pytest.fixture
def objects() -> MemoryObjects:
    filled = MemoryObjects()
    fill(filled, checkerboard())
    return filled


@pytest.fixture
def reach(monkeypatch):
    """Lets trainings report a figure of the model with a random fifth hidden."""
    select = config_search.select

    def reach(value: float) -> None:
        def selected(*arguments: Any) -> Any:
            config, report = select(*arguments)
            return config, {**report, "random": part(value), "split": {**report["split"], "question": "calendar"}}

        monkeypatch.setattr(config_search, "select", selected)

    return reach


def two_trainings(objects: MemoryObjects, reach, **options: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """The records of a good training and of one on a few more events that is ruined."""
    reach(CHAMPION)
    good = trained(objects, FIRST_MS)
    fill(objects, checkerboard(items=14), now_ms=FIRST_MS + 1)
    reach(0.002)
    return good, trained(objects, FIRST_MS + 2, **options)


def test_a_ruined_version_is_not_promoted_and_says_why(objects, reach) -> None:
    good, ruined = two_trainings(objects, reach)
    assert ruined["promoted"] is False
    assert ruined["why"] == (
        f"with a random fifth of each history hidden, {DECIDES} is 0.002: less than half of the 0.280 that the "
        f"champion had reached (run {good['run']}); if that is right, promote the version by hand"
    )
    assert champions.read_champion(objects, "films").version == good["version"]
    listed = model_list.models(objects, "films")["models"][0]
    assert (listed["version"], listed["why"]) == (ruined["version"], ruined["why"])
    assert listed["warnings"][-1] in ruined["why"]


def test_force_promotes_it_and_the_record_keeps_the_warning(objects, reach) -> None:
    _, ruined = two_trainings(objects, reach, force=True)
    assert ruined["promoted"] is True
    assert ruined["why"].startswith("forced, though with a random fifth of each history hidden")
    assert "less than half of the 0.280" in ruined["warnings"][-1]


def test_a_champion_without_a_readable_record_refuses_nothing(objects, reach) -> None:
    reach(CHAMPION)
    good = trained(objects, FIRST_MS)
    objects.put(f"runs/films/{good['run']}.json", json.dumps({"version": "other"}).encode())
    reach(0.002)
    assert trained(objects, FIRST_MS + 2)["promoted"] is True
