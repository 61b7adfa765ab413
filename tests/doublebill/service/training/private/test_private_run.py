"""Private trainings: paid first, silent about the data, made of public items, and never repeated."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doublebill.errors import BudgetSpent, InvalidInput, Unfittable
from doublebill.events import Event
from doublebill.fit.private import fit_private as fitting
from doublebill.fit.private.clipped_users import SENSITIVITY, clipped, pair_sums, popularity_sums
from doublebill.model.items import Item
from doublebill.service.catalog import catalog_record, catalogs, trending
from doublebill.service.catalog.catalog_record import UNSET
from doublebill.service.registry import champions, model_list, runs, versions
from doublebill.service.registry.catalog_list import overview
from doublebill.service.registry.privacy import ledger
from doublebill.service.registry.run_list import entry
from doublebill.service.training.evaluate_version import measure
from doublebill.service.training.prepare import unmeasured
from doublebill.service.training.private.public_items import public_catalog, with_public_items
from doublebill.service.training.train import train
from doublebill.service.training.verify import verify
from doublebill.stores.objects import Objects
from fakes import MemoryObjects
from trainings import fill, training
from worlds import FIRST_MS, checkerboard

ITEMS = [Item(f"item-{number:02d}") for number in range(12)]


def described(events: list[Event] | None = None, items: list[Item] = ITEMS) -> MemoryObjects:
    """A catalog of described items with some events, by default those of a checkerboard."""
    objects = MemoryObjects()
    catalogs.put_items(objects, "films", items, FIRST_MS)
    if events is None or events:
        fill(objects, checkerboard(users=20, items=12) if events is None else events)
    return objects


def privately(objects: Objects, started_ms: int = FIRST_MS + 1, epsilon: float | None = 1.0, **options: object):
    """The record of a private training."""
    return train(training(objects, started_ms, epsilon=epsilon, **options))


@pytest.fixture(scope="module")
def objects():
    """A catalog after one private training."""
    filled = described()
    fill(filled, [Event("user-00", "nobody-described-me", "view", 1.0, FIRST_MS)], now_ms=FIRST_MS + 1)
    trending.write(filled, "films", trending.TrendingItems(FIRST_MS, (("item-01", 3.0),)))
    privately(filled)
    return filled


@pytest.fixture(scope="module")
def record(objects):
    return runs.of_version(objects, "films", champions.read_champion(objects, "films").version)


def test_the_version_is_champion_and_says_how_private_it_is(objects, record):
    assert record["promoted"]
    assert versions.config_of(objects, "films", record["version"]).family.name == "private"
    privacy = record["privacy"]
    assert (privacy["epsilon"], privacy["delta"]) == (1.0, 1e-6)
    assert privacy["spent"] == {"epsilon": pytest.approx(1.0), "of": 8.0, "delta": 1e-6}
    assert privacy["sensitivity"] == SENSITIVITY
    assert set(privacy["released"]) == {"noised", "independent", "left_out"}


def test_nothing_that_the_run_wrote_counts_the_data(objects, record):
    assert record["data"] == {}
    assert record["warnings"] == []
    assert "window" not in record
    assert not record["report"]["evaluated"]
    written = json.dumps({name: part for name, part in record.items() if name != "privacy"})
    exact = [len(checkerboard(20, 12)), 20, 100]
    assert not any(f'"{name}": {count}' in written for name in ("users", "events", "interactions") for count in exact)
    assert not list(objects.keys(trending.trending_key("films")))
    assert "learnt_scale" not in catalog_record.read(objects, "films").fields


def test_a_plan_that_counts_events_is_not_in_the_record():
    made = privately(described(), plan={"place": "here", "why": "for 100 events", "rows": 100})
    assert "plan" not in made


def test_two_data_sets_leave_records_that_differ_in_noised_facts_alone():
    """An event more, a user less, or nobody at all: the head has 12 items either way."""
    contents = []
    for events in (None, checkerboard(users=2, items=12), []):
        made = dict(privately(described(events)))
        contents.append({name: part for name, part in made.items() if name not in ("version", "map")})  # both noised
    assert contents[0] == contents[1] == contents[2]


def test_items_that_nobody_described_are_not_in_the_version(objects, record):
    manifest = json.loads(objects.get(versions.artifact_key("films", record["version"], "manifest.json")).data)
    assert manifest["arrays"]["popularity"]["shape"] == [12]
    assert record["privacy"]["items"] == 12


def test_the_models_catalogs_and_runs_can_be_listed(objects, record):
    entries = model_list.models(objects, "films")["models"]
    assert [one["version"] for one in entries] == [record["version"]]
    assert entries[0]["privacy"]["epsilon"] == 1.0
    assert model_list.model(objects, "films", record["version"])["privacy"]["trainings"] == 1
    assert overview(objects)["catalogs"][0]["counts"] == {}
    assert entry(record)["why"].startswith("private: nothing is measured")


def test_a_private_version_is_neither_verified_nor_evaluated(objects, record):
    verified = verify(objects, "films", record["version"])
    assert verified.outcome == "not repeatable"
    assert "noise" in verified.differences[0]
    with pytest.raises(Unfittable, match="spend privacy"):
        measure(objects, "films", "", "random", 1)


def test_spending_comes_before_noise_and_a_crash_gives_nothing_back(monkeypatch):
    objects = described()

    def crash(*_: object) -> None:
        assert ledger.read(objects, "films").trainings == 1
        raise MemoryError

    monkeypatch.setattr(fitting, "noised_sums", crash)
    with pytest.raises(MemoryError):
        privately(objects)
    assert ledger.read(objects, "films").trainings == 1
    assert champions.read_champion(objects, "films") is None


def test_without_budget_no_data_is_read_and_the_run_says_why():
    objects = described()
    catalog_record.change(objects, "films", privacy={"total_epsilon": 0.5})
    with pytest.raises(BudgetSpent, match=r"of 0\.5 at delta"):
        privately(objects)
    assert not list(objects.keys("ledgers/"))
    (_, failed), *_ = runs.every(objects, "films")
    assert failed["state"] == "failed"
    assert "privacy budget" in failed["error"]


def test_the_setting_of_a_catalog_makes_every_training_private():
    objects = described()
    catalog_record.change(objects, "films", privacy={"epsilon": 2.0, "delta": 1e-7})
    made = privately(objects, epsilon=None)
    assert (made["privacy"]["epsilon"], made["privacy"]["delta"]) == (2.0, 1e-7)
    stricter = privately(objects, FIRST_MS + 2, epsilon=0.5)
    assert (stricter["privacy"]["epsilon"], stricter["privacy"]["trainings"]) == (0.5, 2)


@pytest.mark.parametrize(
    ("wishes", "field"),
    [({"epsilon": None, "delta": 1e-7}, "delta"), ({"epsilon": 1.0, "configs": [{"family": "knn"}]}, "configs")],
)
def test_wishes_that_contradict_each_other_are_refused(wishes, field):
    objects = described()
    with pytest.raises(InvalidInput) as refused:
        privately(objects, **wishes)
    assert refused.value.complaints[0].field == field
    assert not list(objects.keys("ledgers/"))


def test_a_catalog_without_described_items_is_refused_before_it_pays():
    objects = MemoryObjects()
    fill(objects, checkerboard(users=20, items=12))
    with pytest.raises(Unfittable, match="describes no items"):
        privately(objects)
    assert not list(objects.keys("ledgers/"))


def test_a_rollback_to_a_private_version_costs_nothing(objects, record):
    copied = objects.copy()
    privately(copied, FIRST_MS + 2)
    before = ledger.read(copied, "films")
    champions.roll_back(copied, "films", FIRST_MS + 3)
    assert champions.read_champion(copied, "films").version == record["version"]
    assert ledger.read(copied, "films") == before


def test_an_open_training_after_a_private_one_does_not_fit_it_again(objects):
    copied = objects.copy()
    made = train(training(copied, FIRST_MS + 2))
    assert "privacy" not in made
    assert "spend privacy" in made["report"]["champion"]["not_compared"]
    assert ledger.read(copied, "films").trainings == 1


events = st.builds(
    Event,
    st.sampled_from(["a", "b", "c", "d"]),
    st.sampled_from(["item-01", "item-02", "item-03", "item-04", "undescribed"]),
    st.sampled_from(["view", "like", "dislike", "skip", "rate", "purchase"]),
    st.sampled_from([-3.0, 0.0, 1.0, 2.0, 5.0, 900.0]),
    st.sampled_from([0, FIRST_MS, FIRST_MS + 5]),
)


@settings(max_examples=25)
@given(st.lists(events, min_size=1, max_size=25))
def test_stored_rows_of_one_user_move_the_exact_sums_by_the_sensitivity_at_most(rows: list[Event]) -> None:
    found = []
    for kept in (rows, [one for one in rows if one.user != "a"]):
        cleaned, items = unmeasured(training(described(kept), FIRST_MS + 1), FIRST_MS + 1, UNSET)
        public = public_catalog(items)
        terms = clipped(with_public_items(cleaned, public), np.arange(len(public)))
        found.append((popularity_sums(terms), pair_sums(terms)))
    for with_user, without in zip(*found, strict=True):
        assert sum(int(one) ** 2 for one in (with_user - without).tolist()) <= SENSITIVITY**2


def test_no_rows_of_others_change_how_a_users_ratings_are_read() -> None:
    """Where a scale would be learnt, ratings of 900 put one of 5 at its far end."""
    own = [Event("a", "item-01", "rate", 5.0, FIRST_MS), Event("a", "item-02", "rate", 900.0, FIRST_MS)]
    others = [Event(f"u{n}", "item-03", "rate", float(1 + n % 5), FIRST_MS) for n in range(60)]
    for beside in ([], others):
        cleaned, _ = unmeasured(training(described([*own, *beside]), FIRST_MS + 1), FIRST_MS + 1, UNSET)
        row = next(
            user
            for user in range(cleaned.interactions.n_users)
            if 900.0 in cleaned.interactions.rows(np.array([user])).weights
        )
        assert sorted(cleaned.interactions.rows(np.array([row])).weights.tolist()) == [5.0, 900.0]


def test_removed_items_are_not_public() -> None:
    items = [*ITEMS[:3], replace(ITEMS[3], removed=True)]
    cleaned, described_items = unmeasured(training(described(items=items), FIRST_MS + 1), FIRST_MS + 1, UNSET)
    public = public_catalog(described_items)
    assert len(public) == 3
    assert with_public_items(cleaned, public).n_items == 3
