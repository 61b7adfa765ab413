"""Batches: many users' answers in their order, in parts, begun again where they stopped; and nobody's id."""

import gzip
import itertools
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from clocks import Clock
from doublebill.access.callers import OWNER, Caller, Grant
from doublebill.concurrency.deadline import Deadline
from doublebill.errors import InvalidInput, NotFound, StoreUnavailable
from doublebill.events import Event
from doublebill.model.items import Item
from doublebill.schema import read
from doublebill.service.catalog import availability
from doublebill.service.catalog.erased import tombstones
from doublebill.service.people import batch_answers
from doublebill.service.recommending import batch_job, recommendations
from doublebill.service.recommending.batch_job import BatchRequest, BatchStores
from doublebill.service.recommending.history import UNREAD, History, UserHistories
from doublebill.service.recommending.requests import BATCH_USERS, HistoryItem, Promotion, RecommendationOptions
from doublebill.service.serving.warm_models import Warm
from doublebill.stores.histories import Stored
from doublebill.stores.job_record import BEAT_MS, QUEUED_MS, SILENT_MS, new_id
from doublebill.stores.jsonl_gz import unpack
from doublebill.stores.objects import Objects
from fake_records import MemoryRecords
from fakes import Interrupted, Killed, MemoryHistories, MemoryObjects, StoppingObjects
from trainings import fill, trained
from worlds import FIRST_MS, checkerboard

NOW_MS = FIRST_MS + 1_000_000
BATCH = new_id(NOW_MS, "0123abcd")
USERS = tuple(f"ann@example.org {number}" for number in range(7))


class NotedJobs:
    """Jobs that are noted and never run; none can start while there is an `error`."""

    error: Exception | None = None

    def __init__(self) -> None:
        self.payloads: list[object] = []

    def start(self, payload: Any) -> None:
        if self.error:
            raise self.error
        self.payloads.append(dict(payload))


@pytest.fixture(scope="module")
def filled() -> MemoryObjects:
    objects = MemoryObjects()
    fill(objects, checkerboard(users=8, items=8))
    trained(objects, FIRST_MS)
    return objects


@pytest.fixture
def stores(filled: MemoryObjects, tmp_path: Path) -> BatchStores:
    """Seven users, of whom each has met another item, and the last nothing."""
    stored = MemoryHistories()
    for number in range(6):
        stored.add("films", [Event(f"pseudonym-{number}", f"item-{number:02}", "play", 1.0, 1000)], 10**11)
    histories = UserHistories(stored, lambda _, user_id: [f"pseudonym-{user_id.rpartition(' ')[2]}"])
    clock = Clock()
    warm = Warm(filled, MemoryRecords(), tmp_path, clock)
    return BatchStores(filled.copy(), warm, histories, clock, lambda: NOW_MS)


def request(**asked: Any) -> BatchRequest:
    return BatchRequest(**{"n": 3, "user_ids": USERS, **asked})


def done(stores: BatchStores, **asked: Any) -> batch_job.Batch:
    batch_job.start(stores, NotedJobs(), "films", BATCH, request(**asked))
    return batch_job.run(stores, "films", BATCH)


def results(stores: BatchStores) -> list[list[batch_job.Result]]:
    parts = batch_job.show(stores.objects, "films", BATCH, NOW_MS)["parts"]
    return [list(batch_job.show(stores.objects, "films", BATCH, NOW_MS, part)["results"]) for part in range(parts)]


@pytest.fixture
def two_a_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch_job, "PART_ITEMS", 6)


def test_what_is_asked_is_kept_and_its_job_started(stores: BatchStores) -> None:
    jobs = NotedJobs()
    told = batch_job.start(stores, jobs, "films", BATCH, request())
    assert told == {"catalog": "films", "batch_id": BATCH, "state": "queued", "users": 7, "parts": 1}
    assert jobs.payloads == [{"catalog": "films", "batch": BATCH}]
    assert batch_job.show(stores.objects, "films", BATCH, NOW_MS) == told


@pytest.mark.usefixtures("two_a_part")
def test_every_user_is_answered_in_the_order_asked_as_alone(stores: BatchStores) -> None:
    assert done(stores)["state"] == "succeeded"
    parts = results(stores)
    assert [len(part) for part in parts] == [2, 2, 2, 1]
    serving = stores.warm.serving("films", Deadline(stores.clock, 60))
    for index, result in enumerate(result for part in parts for result in part):
        history = History([HistoryItem(f"item-{index:02}", 1.0, 1.0)] if index < 6 else [])
        alone = recommendations.recommend("films", serving, history, RecommendationOptions(n=3), NOW_MS)
        alone.pop("next_cursor", None)
        assert result == {"index": index, **{name: told for name, told in alone.items() if name != "catalog"}}


def test_every_option_is_kept(stores: BatchStores) -> None:
    asked = {
        "n": 2,
        "exclude": ("item-01",),
        "exclude_seen": False,
        "filter": {"item_id": {"any": ["item-01", "item-03", "item-05"]}},
        "max_per": {"year": 2},
        "promote": Promotion({"item_id": {"any": ["item-05"]}}, 0.5),
        "diversity": 0.5,
        "explain": True,
    }
    assert done(stores, **asked)["state"] == "succeeded"
    serving = stores.warm.serving("films", Deadline(stores.clock, 60))
    alone = recommendations.recommend(
        "films", serving, History([HistoryItem("item-01", 1.0, 1.0)]), RecommendationOptions(**asked), NOW_MS
    )
    assert results(stores)[0][1]["recommendations"] == alone["recommendations"]
    assert {entry["item_id"] for entry in alone["recommendations"]} == {"item-03", "item-05"}


def test_results_name_fields_and_tags_that_no_item_has(stores: BatchStores) -> None:
    done(stores, fields=("nobody",), filter={"tags": {"none": ["drama"]}})
    assert all(one["unknown_fields"] == ["nobody"] for one in results(stores)[0])
    assert all(one["unknown_tags"] == [{"tag": "drama"}] for one in results(stores)[0])


def test_explained_answers_are_in_smaller_parts(stores: BatchStores, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch_job, "PART_ITEMS_EXPLAINED", 3)
    assert batch_job.start(stores, NotedJobs(), "films", BATCH, request(explain=True))["parts"] == 7


def test_more_items_a_user_than_a_part_has_are_one_user_a_part(stores: BatchStores) -> None:
    told = batch_job.start(stores, NotedJobs(), "films", BATCH, request(n=batch_job.PART_ITEMS + 1))
    assert told["parts"] == len(USERS)


@pytest.mark.usefixtures("two_a_part")
def test_a_job_that_died_anywhere_and_is_started_again_gives_the_same(stores: BatchStores) -> None:
    batch_job.start(stores, NotedJobs(), "films", BATCH, request())
    asked = stores.objects.copy()  # type: ignore[attr-defined]  # it is in memory
    batch_job.run(stores, "films", BATCH)
    wanted = results(stores)
    stop_at, died = 0, True
    while died:
        for moment in ("before", "after"):
            objects, died = asked.copy(), False
            try:
                batch_job.run(replace(stores, objects=StoppingObjects(objects, stop_at, moment)), "films", BATCH)  # type: ignore[arg-type]  # one of two
            except Killed:
                died = True
            written = {key: held for key, held in objects.held.items() if "part-" in key}
            again = replace(stores, objects=objects)
            assert batch_job.run(again, "films", BATCH)["state"] == "succeeded"
            assert results(again) == wanted
            assert written.items() <= objects.held.items()
        stop_at += 1
    assert stop_at > 8


@pytest.mark.usefixtures("two_a_part")
def test_a_job_started_again_answers_only_what_is_missing(stores: BatchStores) -> None:
    done(stores)
    answered: list[str] = []

    class Noting(MemoryHistories):
        def read(self, catalog: str, user: str, *more: Any, **named: Any) -> Stored:
            answered.append(user)
            return Stored({}, [])

    stores.objects.delete(f"batches/films/{BATCH}/part-00002.jsonl.gz")
    batch_job.run(replace(stores, histories=replace(stores.histories, histories=Noting())), "films", BATCH)
    assert answered == ["pseudonym-4", "pseudonym-5"]


@pytest.mark.usefixtures("two_a_part")
def test_no_user_id_is_in_any_stored_byte_and_no_pseudonym_in_an_answer(stores: BatchStores) -> None:
    done(stores)
    stored = {key: held.data for key, held in stores.objects.held.items() if key.startswith("batches/")}  # type: ignore[attr-defined]  # it is in memory
    assert len(stored) == 2 + 4
    for key, data in stored.items():
        plain = gzip.decompress(data) if key.endswith(".gz") else data
        assert b"ann@example.org" not in plain
        assert b"ann@example.org" not in data
        assert (b"pseudonym" in plain) == key.endswith("users.txt.gz")


def test_a_user_whose_history_cannot_be_read_gets_what_is_popular_and_it_says_so(stores: BatchStores) -> None:
    class Failing(MemoryHistories):
        def read(self, *_: Any, **__: Any) -> Stored:
            raise StoreUnavailable("DynamoDB: ThrottlingException")

    done(replace(stores, histories=replace(stores.histories, histories=Failing())))
    assert {(result["cold"], result["degraded"]) for result in results(stores)[0]} == {(True, UNREAD)}


def test_parts_are_as_small_as_an_answer_can_carry(stores: BatchStores, monkeypatch: pytest.MonkeyPatch) -> None:
    done(stores)
    (whole,) = results(stores)
    line = len(json.dumps(whole[0]))
    for key in list(stores.objects.keys(f"batches/films/{BATCH}/part-")):
        stores.objects.delete(key)
    monkeypatch.setattr(batch_job, "PART_BYTES", 3 * line)
    assert batch_job.run(stores, "films", BATCH)["parts"] > 2
    parts = results(stores)
    assert [result for part in parts for result in part] == whole
    monkeypatch.setattr(batch_job, "PART_BYTES", 1)
    stores.objects.delete(f"batches/films/{BATCH}/part-00001.jsonl.gz")
    batch_job.run(stores, "films", BATCH)
    assert [result for part in results(stores)[:2] for result in part] == whole[: len(parts[0]) + 1]


def test_a_batch_of_an_earlier_version_opens(stores: BatchStores) -> None:
    done(stores)
    key = f"batches/films/{BATCH}/batch.json"
    record = json.loads(stores.objects.get(key).data)
    assert record.pop("parts") == 1
    stores.objects.put(key, json.dumps(record).encode())
    assert batch_job.show(stores.objects, "films", BATCH, NOW_MS)["parts"] == 1
    assert len(results(stores)[0]) == len(USERS)


def test_a_batch_is_shown_to_one_user_only_where_it_is_about_nobody_else(stores: BatchStores) -> None:
    done(stores)
    first, second = (Caller("owner", OWNER.grants, user_id=f"user {number}") for number in range(2))
    with pytest.raises(NotFound, match="has no batch"):
        batch_job.check_reader(stores, "films", BATCH, first)
    done(stores, user_ids=["user 0"] * 2)
    batch_job.check_reader(stores, "films", BATCH, first)
    with pytest.raises(NotFound, match="has no batch"):
        batch_job.check_reader(stores, "films", BATCH, second)


def test_a_batch_that_names_no_caller_is_read_by_every_caller_of_its_catalog(stores: BatchStores) -> None:
    done(stores)
    shop = Caller("shop", (Grant("films", ("read",)),))
    with pytest.raises(NotFound, match="has no batch"):
        batch_job.check_reader(stores, "films", BATCH, shop)
    key = f"batches/films/{BATCH}/batch.json"
    record = json.loads(stores.objects.get(key).data)
    assert record.pop("caller") == "owner"
    stores.objects.put(key, json.dumps(record).encode())
    batch_job.check_reader(stores, "films", BATCH, shop)


def test_a_job_that_fails_says_why_and_can_be_started_again(stores: BatchStores) -> None:
    batch_job.start(stores, NotedJobs(), "films", BATCH, request(filter={"colour": "red"}))
    with pytest.raises(InvalidInput):
        batch_job.run(stores, "films", BATCH)
    told = batch_job.show(stores.objects, "films", BATCH, NOW_MS)
    assert told["state"] == "failed"
    assert "filter.colour" in told["error"]
    record = json.loads(stores.objects.get(f"batches/films/{BATCH}/batch.json").data)
    record["options"]["filter"] = None
    stores.objects.put(f"batches/films/{BATCH}/batch.json", json.dumps(record).encode())
    again = batch_job.run(stores, "films", BATCH)
    assert again["state"] == "succeeded"
    assert "error" not in again


def test_a_defect_is_reported_by_its_name_only(stores: BatchStores) -> None:
    def broken() -> float:
        raise ZeroDivisionError("secret")

    batch_job.start(stores, NotedJobs(), "films", BATCH, request())
    with pytest.raises(ZeroDivisionError):
        batch_job.run(replace(stores, clock=broken), "films", BATCH)
    told = batch_job.show(stores.objects, "films", BATCH, NOW_MS)
    assert (told["state"], told["error"]) == ("failed", "ZeroDivisionError")


def test_a_job_that_was_killed_is_lost_after_minutes(stores: BatchStores) -> None:
    batch_job.start(stores, NotedJobs(), "films", BATCH, request())
    dying = StoppingObjects(stores.objects.copy())
    batch_job.run(replace(stores, objects=dying), "films", BATCH)
    first_part = dying.calls.index(("create", f"batches/films/{BATCH}/part-00000.jsonl.gz"))
    with pytest.raises(Killed):
        batch_job.run(replace(stores, objects=StoppingObjects(stores.objects, first_part - 1)), "films", BATCH)
    begun_ms = stores.now_ms()
    assert batch_job.show(stores.objects, "films", BATCH, begun_ms + SILENT_MS)["state"] == "running"
    assert batch_job.show(stores.objects, "films", BATCH, begun_ms + SILENT_MS + 1)["state"] == "lost"


def test_a_job_that_never_began_is_lost_after_minutes(stores: BatchStores) -> None:
    batch_job.start(stores, NotedJobs(), "films", BATCH, request())
    assert batch_job.show(stores.objects, "films", BATCH, NOW_MS + QUEUED_MS)["state"] == "queued"
    assert batch_job.show(stores.objects, "films", BATCH, NOW_MS + QUEUED_MS + 1)["state"] == "lost"


def test_a_job_that_takes_long_says_that_it_is_alive(stores: BatchStores) -> None:
    times = itertools.count(NOW_MS, BEAT_MS)
    batch_job.start(stores, NotedJobs(), "films", BATCH, request())
    counting = StoppingObjects(stores.objects)
    batch_job.run(replace(stores, objects=counting, now_ms=lambda: next(times)), "films", BATCH)
    assert counting.calls.count(("replace", f"batches/films/{BATCH}/batch.json")) == len(USERS) + 1


def test_a_request_with_its_key_sent_again_is_the_same_batch(stores: BatchStores) -> None:
    jobs, other = NotedJobs(), new_id(NOW_MS, "other")
    first = batch_job.start(stores, jobs, "films", BATCH, request(idempotency_key="k"))
    assert batch_job.start(stores, jobs, "films", other, request(idempotency_key="k")) == first
    assert len(jobs.payloads) == 1
    with pytest.raises(InvalidInput, match=r"^idempotency_key: it came with another request before"):
        batch_job.start(stores, jobs, "films", other, request(idempotency_key="k", n=4))
    assert batch_job.start(stores, jobs, "films", other, request(idempotency_key="k"), "another")["batch_id"] == other


def test_a_request_with_its_key_sent_again_after_a_rotation_is_the_same_batch(stores: BatchStores) -> None:
    jobs, after = NotedJobs(), rotated(stores)
    before = replace(stores, histories=replace(after.histories, names_of=lambda *of: after.histories.names_of(*of)[1:]))
    first = batch_job.start(before, jobs, "films", BATCH, request(idempotency_key="k"))
    assert batch_job.start(after, jobs, "films", new_id(NOW_MS, "other"), request(idempotency_key="k")) == first
    with pytest.raises(InvalidInput, match=r"^idempotency_key: it came with another request before"):
        batch_job.start(after, jobs, "films", BATCH, request(idempotency_key="k", user_ids=USERS[:2]))


def test_a_job_that_cannot_start_is_reported(stores: BatchStores) -> None:
    jobs = NotedJobs()
    jobs.error = StoreUnavailable("Lambda: TooManyRequestsException")
    with pytest.raises(StoreUnavailable):
        batch_job.start(stores, jobs, "films", BATCH, request())
    told = batch_job.show(stores.objects, "films", BATCH, NOW_MS)
    assert (told["state"], told["error"]) == ("failed", "Lambda: TooManyRequestsException")


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"cursor": "AQAAAAA"}, "cursor"),
        ({"filter": {"year": "1999"}}, "filter.year"),
        ({"promote": Promotion({"tags": "loud"}, 0.5)}, "promote.filter.tags"),
    ],
)
def test_what_cannot_be_done_is_refused_and_nothing_kept(
    stores: BatchStores, asked: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as wrong:
        batch_job.start(stores, NotedJobs(), "films", BATCH, request(**asked))
    assert wrong.value.complaints[0].field == field
    assert not list(stores.objects.keys("batches/"))


@pytest.mark.parametrize("batch", ["../films", "", "unknown", BATCH, f"{BATCH}\n"])
@pytest.mark.parametrize(
    "ask",
    [
        lambda stores, batch: batch_job.show(stores.objects, "films", batch, NOW_MS),
        lambda stores, batch: batch_job.run(stores, "films", batch),
    ],
)
def test_a_batch_that_is_not_there_is_not_found(
    stores: BatchStores, batch: str, ask: Callable[[BatchStores, str], object]
) -> None:
    with pytest.raises(NotFound, match="no batch"):
        ask(stores, batch)


def test_a_catalog_that_is_not_there_is_not_found(stores: BatchStores) -> None:
    with pytest.raises(NotFound, match="no catalog"):
        batch_job.start(stores, NotedJobs(), "music", BATCH, request())


def test_a_part_that_is_not_there_yet_is_not_found(stores: BatchStores) -> None:
    batch_job.start(stores, NotedJobs(), "films", BATCH, request())
    with pytest.raises(NotFound, match="no part 0"):
        batch_job.show(stores.objects, "films", BATCH, NOW_MS, 0)


@pytest.mark.parametrize("user_ids", [[], ["a"] * 10_001, [""], ["a", 1]])
def test_a_request_names_1_to_10000_users(user_ids: list[object]) -> None:
    with pytest.raises(InvalidInput, match="user_ids"):
        read(BatchRequest, {"user_ids": user_ids})


def test_results_leave_out_what_was_taken_down_since(stores: BatchStores) -> None:
    done(stores, explain=True)
    before = results(stores)[0]
    down = before[0]["recommendations"][0]["item_id"]
    availability.note(stores.objects, "films", [Item(down, available=False)])
    after = results(stores)[0]
    assert down in str(before)
    assert down not in str(after)
    assert [len(one["recommendations"]) for one in after] == [
        sum(entry["item_id"] != down for entry in one["recommendations"]) for one in before
    ]


def erase(objects: Objects, user: str) -> None:
    """What an erasure does with batches, at once and a minute later."""
    tombstones.append(objects, "films", user, NOW_MS + 1, "an-erasure")
    for _ in range(2):
        batch_answers.blank(objects, "films", [user])


def answered_to(objects: Objects, user: str) -> list[int]:
    """The places of users who have an answer, where the user is named by the request; else of all of them."""
    users = list(unpack(objects.get(f"batches/films/{BATCH}/{BATCH_USERS}").data))
    parts = list(objects.keys(f"batches/films/{BATCH}/part-"))
    lines = [json.loads(line) for key in parts for line in unpack(objects.get(key).data)]
    assert user not in users
    return [one["index"] for one in lines if one["recommendations"]]


@pytest.mark.usefixtures("two_a_part")
def test_a_user_who_is_erased_while_the_batch_works_has_no_answer(stores: BatchStores) -> None:
    batch_job.start(stores, NotedJobs(), "films", BATCH, request())
    counting = StoppingObjects(stores.objects.copy())  # type: ignore[attr-defined]  # in memory
    batch_job.run(replace(stores, objects=counting), "films", BATCH)
    begun = stores.objects.copy()  # type: ignore[attr-defined]  # in memory
    for at in range(len(counting.calls)):
        objects = begun.copy()
        meanwhile = Interrupted(objects, at, lambda objects=objects: erase(objects, "pseudonym-2"))
        batch_job.run(replace(stores, objects=meanwhile), "films", BATCH)
        assert answered_to(objects, "pseudonym-2") == [0, 1, 3, 4, 5, 6], at


@pytest.mark.usefixtures("two_a_part")
def test_a_batch_that_died_as_its_user_was_erased_is_emptied_by_the_next_step(stores: BatchStores) -> None:
    batch_job.start(stores, NotedJobs(), "films", BATCH, request())
    for again in (True, False):
        objects = stores.objects.copy()  # type: ignore[attr-defined]  # in memory
        dying = Dying(objects, lambda objects=objects: erase(objects, "pseudonym-2"))
        with pytest.raises(Killed):
            batch_job.run(replace(stores, objects=dying), "films", BATCH)
        assert 2 in answered_to(objects, "pseudonym-2")
        if again:
            batch_job.run(replace(stores, objects=objects), "films", BATCH)
        else:
            batch_answers.blank(objects, "films", ["pseudonym-2"])
        assert 2 not in answered_to(objects, "pseudonym-2")


class Dying(StoppingObjects):
    """The process dies when it has stored the part with the third user; the erasure was made just before that."""

    def __init__(self, inner: Objects, meanwhile: Callable[[], object]) -> None:
        super().__init__(inner)
        self.meanwhile = meanwhile

    def create(self, key: str, data: bytes) -> str:
        if not key.endswith("part-00001.jsonl.gz"):
            return super().create(key, data)
        self.meanwhile()
        super().create(key, data)
        raise Killed


@pytest.mark.parametrize("erased", ["new-2", "old-2"])
def test_an_erasure_after_a_rotation_takes_every_name_out_of_a_batch(stores: BatchStores, erased: str) -> None:
    batch_job.start(rotated(stores), NotedJobs(), "films", BATCH, request())
    users = f"batches/films/{BATCH}/{BATCH_USERS}"
    before = list(unpack(stores.objects.get(users).data))
    batch_answers.blank(stores.objects, "films", [erased])
    assert before[2] == "new-2 old-2"
    assert list(unpack(stores.objects.get(users).data)) == [*before[:2], "", *before[3:]]


def rotated(stores: BatchStores) -> BatchStores:
    """The same stores where users have names under two keys."""

    def names(_: str, user_id: str) -> list[str]:
        return [f"{age}-{user_id.rpartition(' ')[2]}" for age in ("new", "old")]

    return replace(stores, histories=UserHistories(stores.histories.histories, names))


def test_one_who_came_back_after_an_erasure_has_an_answer(stores: BatchStores) -> None:
    tombstones.append(stores.objects, "films", "pseudonym-2", NOW_MS - 1, "an-erasure")
    done(stores)
    assert results(stores)[0][2]["recommendations"]
