"""Ledgers: spent before noise, never past the total, never given back, however many spend at once."""

import json
import math

import pytest

from doublebill.errors import BudgetSpent, StoreUnavailable
from doublebill.service.registry.privacy.ledger import LATEST, Ledger, ledger_key, read, spend
from doublebill.values.privacy_claim import PrivacyClaim, nano_rho_of
from fakes import AnswerLosingObjects, Killed, MemoryObjects, StoppingObjects, interleavings

NOW_MS = 1_700_000_000_000
ONE, TOTAL = PrivacyClaim(1.0, 1e-6), PrivacyClaim(2.0, 1e-6)
COST = nano_rho_of(ONE)
AFFORDED = nano_rho_of(TOTAL) // COST


@pytest.fixture
def objects():
    return MemoryObjects()


def test_trainings_are_paid_until_the_total_has_too_little_left(objects):
    assert AFFORDED == 3
    for count in range(1, AFFORDED + 1):
        assert spend(objects, "films", f"run-{count}", ONE, TOTAL, NOW_MS).trainings == count
    with pytest.raises(BudgetSpent, match=r"3 trainings have spent epsilon 1\.81 of 2 at delta 1e-06"):
        spend(objects, "films", "another", ONE, TOTAL, NOW_MS)
    ledger = read(objects, "films")
    assert ledger.nano_rho == AFFORDED * COST <= nano_rho_of(TOTAL)
    assert [one.run for one in ledger.latest] == ["run-3", "run-2", "run-1"]


def test_the_refusal_names_an_epsilon_that_is_still_left(objects):
    for count in range(AFFORDED):
        spend(objects, "films", f"run-{count}", ONE, TOTAL, NOW_MS)
    with pytest.raises(BudgetSpent, match="train with epsilon") as refused:
        spend(objects, "films", "another", ONE, TOTAL, NOW_MS)
    left = float(str(refused.value).split("train with epsilon ")[1].split()[0])
    assert 0.1 < left < 1
    assert spend(objects, "films", "another", PrivacyClaim(left, 1e-6), TOTAL, NOW_MS).trainings == AFFORDED + 1


def test_a_higher_total_allows_more_and_a_lower_one_gives_nothing_back(objects):
    for count in range(AFFORDED):
        spend(objects, "films", f"run-{count}", ONE, TOTAL, NOW_MS)
    with pytest.raises(BudgetSpent):
        spend(objects, "films", "another", ONE, PrivacyClaim(0.5, 1e-6), NOW_MS)
    assert spend(objects, "films", "another", ONE, PrivacyClaim(8.0, 1e-6), NOW_MS).nano_rho == (AFFORDED + 1) * COST


def test_of_trainings_that_spend_at_once_none_goes_past_the_total():
    def make():
        objects = MemoryObjects()
        for count in range(AFFORDED - 1):
            spend(objects, "films", f"run-{count}", ONE, TOTAL, NOW_MS)
        spends = [lambda store, run=run: spend(store, "films", run, ONE, TOTAL, NOW_MS, run) for run in "ab"]
        return objects, spends

    for order, objects, results in interleavings(make):
        assert sorted(type(one).__name__ for one in results) == ["BudgetSpent", "Ledger"], order
        assert read(objects, "films").nano_rho == AFFORDED * COST


def test_another_attempt_at_a_run_pays_again(objects):
    spend(objects, "films", "run", ONE, TOTAL, NOW_MS)
    assert spend(objects, "films", "run", ONE, TOTAL, NOW_MS).nano_rho == 2 * COST


def test_a_write_whose_answer_was_lost_is_paid_once():
    objects = AnswerLosingObjects(MemoryObjects())
    assert spend(objects, "films", "run", ONE, TOTAL, NOW_MS).nano_rho == COST
    assert read(objects, "films").nano_rho == COST


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_crash_while_spending_never_leaves_less_than_was_spent(moment):
    for stop_at in range(3):
        kept = MemoryObjects()
        spend(kept, "films", "earlier", ONE, TOTAL, NOW_MS)
        try:
            spend(StoppingObjects(kept, stop_at, moment), "films", "run", ONE, TOTAL, NOW_MS)
            finished = True
        except Killed:
            finished = False
        spent = read(kept, "films").nano_rho
        assert spent in ((2 * COST,) if finished else (COST, 2 * COST))


@pytest.mark.parametrize(
    "damaged",
    [b"", b"[]", b"{}", b'{"catalog": "films", "nano_rho": "many", "trainings": 1, "latest": []}'],
)
def test_a_ledger_that_cannot_be_read_lets_nothing_be_spent(objects, damaged):
    objects.put(ledger_key("films"), damaged)
    with pytest.raises(StoreUnavailable, match=r"ledgers/films\.json cannot be read"):
        spend(objects, "films", "run", ONE, TOTAL, NOW_MS)
    assert objects.get(ledger_key("films")).data == damaged


def test_a_sum_below_the_spendings_it_names_is_no_ledger(objects):
    spend(objects, "films", "run", ONE, TOTAL, NOW_MS)
    fields = json.loads(objects.get(ledger_key("films")).data)
    objects.put(ledger_key("films"), json.dumps({**fields, "nano_rho": COST - 1}).encode())
    with pytest.raises(StoreUnavailable):
        read(objects, "films")


def test_what_was_spent_reads_as_one_epsilon(objects):
    assert read(objects, "films").spent(1e-6) == 0.0
    spend(objects, "films", "run", ONE, TOTAL, NOW_MS)
    assert math.isclose(read(objects, "films").spent(1e-6), 1.0, rel_tol=1e-6)


def test_a_long_ledger_names_the_latest_and_counts_all(objects):
    small, total = PrivacyClaim(0.01, 1e-6), PrivacyClaim(8.0, 1e-6)
    ledger = Ledger("films")
    for count in range(LATEST + 5):
        ledger = spend(objects, "films", f"run-{count}", small, total, NOW_MS)
    assert (ledger.trainings, len(ledger.latest)) == (LATEST + 5, LATEST)
    assert ledger.nano_rho == (LATEST + 5) * nano_rho_of(small)
