"""The data report of a training: small, of columns, and without a user in it."""

import json
from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from doublebill.event_table import EventTable
from doublebill.events import Event
from doublebill.fit.clean import clean
from doublebill.model.items import Item
from doublebill.service.catalog import catalogs
from doublebill.service.training import training_report as reporting
from doublebill.service.training.earlier.data_changes import EarlierRuns, reported
from doublebill.service.training.prepare import Prepared
from doublebill.service.training.training_report import TrainingReport, suspicious
from fakes import MemoryObjects
from trainings import fill, trained
from worlds import FIRST_MS, checkerboard

DAY_MS = 86_400_000


def report(events: list[Event], *described: str) -> dict:
    items = {item_id: Item(item_id) for item_id in described}
    made = TrainingReport()
    made.add(EventTable.of(events))
    return made.to_json(clean(events, items), items)


def test_weights_ratings_and_density_are_those_of_the_cleaned_data() -> None:
    found = report(
        [Event("u", "a", "play", 2.0, 5), Event("u", "a", "play", 3.0, 7), Event("v", "b", "rate", 4.0, DAY_MS * 9)]
    )
    assert found["weights"] == {"counts": {"4": 1, "5": 1}}
    assert found["ratings"] == {"counts": {"4": 1}}
    assert found["density"] == 0.5
    assert found["kinds"] == {"play": 2, "rate": 1}
    assert found["times"]["longest_gap"]["days"] == 8


def test_many_different_weights_become_bins() -> None:
    found = report([Event(f"u{n}", "a", "play", 1 + n / 7) for n in range(60)])
    assert sum(rows for *_, rows in found["weights"]["bins"]) == 60


def test_items_with_events_that_nobody_described_are_counted() -> None:
    assert report([Event("u", "a", "view"), Event("u", "b", "view")], "a", "c")["items_without_metadata"] == 1


def test_users_with_too_many_events_a_day_are_suspicious(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reporting, "BUSY", 3)
    busy = [Event("robot", f"i{n}", "view", 1.0, 1 + n) for n in range(4)]
    slow = [Event("person", f"i{n}", "view", 1.0, 1 + n * DAY_MS) for n in range(4)]
    timeless = [Event("old", f"i{n}", "view") for n in range(4)]
    assert suspicious(EventTable.of([*busy, *slow, *timeless]))["busy"] == {"users": 1, "events": 4}


def test_users_with_one_item_over_and_over_are_suspicious(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reporting, "MANY", 3)
    events = [Event("fan", "a", "play", 1.0, n) for n in range(1, 4)]
    events += [Event("listener", item, "play", 1.0, n) for n, item in enumerate("aab", 1)]
    events += [Event("new", "a", "play", 1.0, n) for n in range(1, 3)]
    assert suspicious(EventTable.of(events))["one_item"] == {"users": 1, "events": 3}


def test_a_run_has_its_report_and_the_drift_since_the_run_before() -> None:
    objects = MemoryObjects()
    fill(objects, checkerboard(users=20, items=12))
    catalogs.put_items(objects, "films", [Item("item-00", title="Zero")], FIRST_MS)
    first = trained(objects, FIRST_MS)["data"]["report"]
    assert (first["drift"], first["items_without_metadata"], first["kinds"]) == (None, 11, {"view": 100})
    fill(objects, [Event(f"user-0{n % 3}", "item-01", "play") for n in range(100)], now_ms=FIRST_MS + 1)
    second = trained(objects, FIRST_MS + 10**6)["data"]["report"]
    assert second["drift"] == {
        "run": trained(objects, FIRST_MS)["run"],
        "events": 0.03,
        "users": 0.0,
        "items": 0.0,
        "kinds": 0.5,
    }


def test_kinds_that_a_report_leaves_out_are_no_drift() -> None:
    objects = MemoryObjects()
    fill(objects, checkerboard(users=20, items=12))
    fill(objects, [Event(f"user-0{n}", "item-01", kind) for n in range(3) for kind in ("like", "play")])
    fill(objects, [Event("user-00", "item-02", "rate")])
    run = trained(objects, FIRST_MS)
    assert run["data"]["report"]["kinds"].keys() == {"play", "view"}
    key = f"runs/films/{run['run']}.json"
    record = json.loads(objects.get(key).data)
    record["data"]["report"]["kinds"] |= {"like": 3, "rate": 1}  # as versions before did, which left none out
    objects.put(key, json.dumps(record).encode())
    assert trained(objects, FIRST_MS + 10**6)["data"]["report"]["drift"]["kinds"] == 0.0


VIEWS, PLAYS = {"view": 10, "rate": 90}, {"play": 10, "rate": 90}


@pytest.mark.parametrize(
    ("before", "rows_before", "now", "rows_now", "distance"),
    [
        (VIEWS, 100, PLAYS, 100, 0.1),
        (VIEWS, 100, {"view": 30}, 40, 0.0),
        ({"view": 30}, 40, VIEWS, 100, 0.0),
        ({"view": 10, "play": 10, "rate": 90}, 110, {"view": 30, "play": 10, "like": 7}, 50, 0.25),
        ({"view": 10}, 11, {"play": 10}, 10, None),
        ({}, 11, {"play": 10}, 10, None),
    ],
)
def test_drift_compares_kinds_that_both_reports_have_where_one_leaves_out_some(
    before: dict, rows_before: int, now: dict, rows_now: int, distance: float | None
) -> None:
    earlier = EarlierRuns({"run": "1", "data": {"rows": rows_before, "report": {"kinds": before}}}, None)
    prepared = cast(Prepared, SimpleNamespace(report={"kinds": now}, rows=rows_now))
    drift = reported({}, prepared, earlier)["report"]["drift"]
    assert drift == {"run": "1"} | ({} if distance is None else {"kinds": distance})


def numbers_of_few(events: list[Event], k: int) -> list[object]:
    """The numbers of a report on some tables that are of fewer than `k` users, and "the rest" where these are fewer."""
    made, tables = TrainingReport(k), [events[::2], events[1::2]]
    for number, table in enumerate(tables):
        made.add(EventTable.of([replace(event, user=f"{number} {event.user}") for event in table]))
    events = [replace(event, user=f"{n % 2} {event.user}") for n, event in enumerate(events)]
    found = made.to_json(cleaned := clean(events, {}), {})
    users = [cleaned.interactions.users_of_entries(), cleaned.ratings.users_of_entries()]
    kinds = [(event.kind, event.user) for event in events]
    groups = with_the_rest([(kind, [kind]) for kind in found["kinds"]], kinds)
    for kind, one in found["values"].items():
        groups += users_of(one, [(event.value, event.user) for event in events if event.kind == kind])
    groups += users_of(found["weights"], [*zip(cleaned.interactions.weights, users[0], strict=True)])
    groups += users_of(found["ratings"], [*zip(cleaned.ratings.weights, users[1], strict=True)])
    return [name for name, holders in groups if 0 < len(holders) < k or (name != "the rest" and not holders)]


def users_of(histogram: dict, pairs: list[tuple]) -> list[tuple[object, set]]:
    """The users of each number of a histogram, and of all that is in none of them."""
    if "counts" in histogram:
        values = {value for value, _ in pairs}
        shown = [(name, [value for value in values if f"{value:g}" == name]) for name in histogram["counts"]]
        return with_the_rest(shown, pairs)
    bins = histogram["bins"]
    within = {
        (low, high): [value for value, _ in pairs if (low is None or low <= value) and (high is None or value < high)]
        for low, high, _ in bins
    }
    return with_the_rest([*within.items()], pairs)


def with_the_rest(shown: list[tuple], rows: list[tuple]) -> list[tuple[object, set]]:
    """The users of shown numbers, each given by its values, and of the rest, which the total of all gives away."""
    in_some = {value for _, values in shown for value in values}
    of_each = [(name, {user for value, user in rows if value in values}) for name, values in shown]
    return [*of_each, ("the rest", {user for value, user in rows if value not in in_some and shown})]


KINDS = ("play", "rate", "like")


@given(
    rows=st.lists(st.tuples(st.integers(0, 6), st.sampled_from(KINDS), st.integers(1, 60)), min_size=1, max_size=120),
    k=st.integers(2, 4),
)
@example(rows=[(user, "play", 1 + user + n) for user in range(5) for n in range(50)], k=3)
@example(rows=[(0, "play", n) for n in range(1, 60)] + [(1, "rate", 3)], k=2)
@example(rows=[(user, "rate", stars) for user in range(10) for stars in (4, 5)] + [(10, "rate", 1)] * 7, k=3)
@example(rows=[(user, "play", 1) for user in range(10)] + [(10, "rate", 1)] * 7, k=3)
@example(rows=[(n % 3 if abs(n - 30) > 15 else 0, "rate", n) for n in range(1, 60) for _ in "ab"], k=3)
def test_no_number_of_a_report_is_of_too_few_users(rows: list[tuple[int, str, int]], k: int) -> None:
    events = [Event(f"u{user}", f"i{n % 5}", kind, float(value), n + 1) for n, (user, kind, value) in enumerate(rows)]
    assert numbers_of_few(events, k) == []


def test_numbers_of_enough_users_are_all_reported() -> None:
    made = TrainingReport(3)
    events = [Event(f"u{user}", f"i{n}", "play", 2.0 + n, 5) for user in range(3) for n in range(2)]
    made.add(EventTable.of([*events, *(Event(f"u{user}", "a", "rate", 4.0) for user in range(3))]))
    found = made.to_json(clean(events, {}), {})
    assert (found["kinds"], found["weights"]) == ({"play": 6, "rate": 3}, {"counts": {"2": 3, "3": 3}})
    assert found["values"] == {"play": {"counts": {"2": 3, "3": 3}}, "rate": {"counts": {"4": 3}}}
    assert found["suspicious"] == {name: {"fewer_than": 3} for name in ("busy", "one_item")}


def test_the_smallest_number_goes_with_those_of_too_few_users() -> None:
    made = TrainingReport(3)
    events = [Event(f"u{user}", f"i{stars}", "rate", stars) for user in range(10) for stars in (3, 4, 5)]
    events += [Event("u10", f"j{n}", "rate", 1.0) for n in range(7)] + [Event("u0", "k", "rate", 5.0)]
    made.add(EventTable.of(events))
    found = made.to_json(clean(events, {}), {})
    assert found["kinds"] == {"rate": 38}
    assert found["values"] == {"rate": {"counts": {"4": 10, "5": 11}}}
    assert found["ratings"] == {"counts": {"4": 10, "5": 11}}


def test_numbers_of_few_who_are_enough_together_take_no_other_along() -> None:
    made = TrainingReport(3)
    events = [Event(f"u{user}", "a", kind) for user in range(4) for kind in ("play", "view")]
    made.add(EventTable.of([*events, *(Event(f"u{user}", "b", f"kind-{user}") for user in range(3))]))
    assert made.to_json(clean(events, {}), {})["kinds"] == {"play": 4, "view": 4}


@pytest.mark.parametrize(("persons", "shown"), [(0, True), (2, False), (3, True)])
def test_suspicious_users_have_no_number_where_the_rest_is_too_few(
    persons: int, shown: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reporting, "BUSY", 3)
    events = [Event(f"robot{user}", f"i{n}", "view", 1.0, 1 + n) for user in range(3) for n in range(4)]
    events += [Event(f"person{user}", "a", "view", 1.0, 1) for user in range(persons)]
    made = TrainingReport(3)
    for table in (events[:4], events[4:]):
        made.add(EventTable.of(table))
    found = made.to_json(clean(events, {}), {})["suspicious"]
    assert found["busy"] == ({"users": 3, "events": 12} if shown else {})


def test_a_report_names_no_user() -> None:
    objects = MemoryObjects()
    fill(objects, checkerboard())
    fill(objects, [Event(f"user-0{n}", f"item-0{n}", "play") for n in range(3)])
    fill(objects, [Event("user-00", "item-01", "like")])
    data = trained(objects, FIRST_MS)["data"]
    assert "user-0" not in json.dumps(data)
    assert data["report"]["kinds"].keys() == {"view"}, "one user alone likes something, and plays are the rest of it"


def test_nothing_at_all_has_a_report() -> None:
    found = report([])
    assert (found["density"], found["weights"], found["times"]) == (0.0, {"counts": {}}, {"without": 0})


@pytest.mark.parametrize("at_once", [1, 7, 10_000])
def test_histograms_are_the_same_whatever_is_looked_at_together(at_once: int, monkeypatch: pytest.MonkeyPatch) -> None:
    events = [Event(f"u{n}", "a", "play", 1.0 + n % 5) for n in range(30)]
    monkeypatch.setattr(reporting, "AT_ONCE", at_once)
    assert report(events)["weights"] == {"counts": {"1": 6, "2": 6, "3": 6, "4": 6, "5": 6}}
    assert report(events)["ratings"] == {"counts": {}}
