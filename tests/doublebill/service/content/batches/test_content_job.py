"""Batches of content: the items of one request with that seed, in parts; for their caller alone, and started once."""

import json
from typing import Any

import pytest

from clocks import Clock
from doublebill.access.callers import OWNER, Caller, Grant
from doublebill.errors import (
    DoublebillError,
    Forbidden,
    InvalidInput,
    NotFound,
    NotReached,
    StoreUnavailable,
    TooManyJobs,
    Unsatisfiable,
)
from doublebill.games.step_budget import STEPS
from doublebill.schema import read
from doublebill.service.content import generation
from doublebill.service.content.batches import content_job, stored_batch
from doublebill.service.content.batches.content_job import BatchMaker
from doublebill.service.content.batches.old_batches import remove_old_batches
from doublebill.service.content.batches.places_at_work import MOST_AT_WORK
from doublebill.service.content.generator_cache import GeneratorCache
from doublebill.service.content.requests import ContentBatchRequest, ContentRequest
from doublebill.stores.job_record import BEAT_MS, LOST_AFTER_MS, QUEUED_MS, SILENT_MS, JobRecord
from fakes import Killed, MemoryObjects
from processes import until

SHOP = Caller("shop", (Grant("games/*", ("read",)),))
SMALL = {"width": 5, "height": 5}


class NotedJobs:
    """Jobs that are noted and never run; none can start while there is an `error`."""

    error: Exception | None = None

    def __init__(self) -> None:
        self.payloads: list[Any] = []

    def start(self, payload: Any) -> None:
        if self.error:
            raise self.error
        self.payloads.append(dict(payload))


class World:
    """A service whose jobs run when they are told to."""

    def __init__(self) -> None:
        objects, clock = MemoryObjects(), Clock()
        self.now_ms = 1_700_000_000_000
        self.jobs = NotedJobs()
        self.fresh_seed = lambda: 4711
        self.maker = BatchMaker(objects, GeneratorCache(objects, clock, 60.0), clock, lambda: self.now_ms)

    def start(self, kind: str = "maze", caller: Caller = SHOP, **body: Any) -> Any:
        self.now_ms += 1
        return content_job.start(self.maker, self.jobs, kind, read(ContentBatchRequest, body), caller, self.fresh_seed)

    def run(self) -> Any:
        job = self.jobs.payloads[-1]
        return content_job.run(self.maker, job["kind"], job["batch"])

    def items(self, kind: str, batch: str) -> list[Any]:
        parts = content_job.show(self.maker, kind, batch)["parts"]
        return [item for n in range(parts) for item in content_job.show(self.maker, kind, batch, n)["items"]]


@pytest.fixture
def world() -> World:
    return World()


@pytest.mark.parametrize("kind", ["maze", "names"])
def test_a_batch_has_the_items_of_one_request_with_its_seed(
    world: World, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored_batch, "PART_BYTES", 700)
    body = {"seed": "s", "count": 9, "spec": SMALL if kind == "maze" else {}}
    taken = world.start(kind, **body)
    assert (taken["state"], taken["count"], taken["parts"], taken["seed"]) == ("queued", 9, 0, "s")
    assert world.jobs.payloads == [{"kind": kind, "batch": taken["batch_id"]}]
    done = world.run()
    alone: Any = generation.generate(kind, read(ContentRequest, body), lambda: 0)
    assert (done["state"], done["licence"]) == ("succeeded", alone["licence"])
    assert done["parts"] > 1
    assert world.items(kind, taken["batch_id"]) == json.loads(json.dumps(alone["items"]))
    assert (done.get("variety"), done.get("repeats")) == (alone.get("variety"), alone.get("repeats"))


def test_a_batch_goes_on_where_the_steps_of_a_request_end(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    body = {"seed": 5, "count": 110, "spec": SMALL}
    world.start(**body)
    assert len(world.items("maze", world.run()["batch_id"])) == 110
    monkeypatch.setattr(generation, "BATCH_STEPS", 10_000)
    world.start(**body | {"seed": 6})
    done = world.run()
    made = len(world.items("maze", done["batch_id"]))
    assert 0 < made < 110
    assert [one["index"] for one in done["not_reached"]] == list(range(made, 110))


def test_checking_a_batch_has_the_steps_of_one_request(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content_job, "STEPS", 100)
    rules = {"origin": ["#a#"] * 50, "a": ["b"] * 200}
    with pytest.raises(NotReached):
        world.start("quests", seed=1, spec={"grammar": rules})
    assert world.jobs.payloads == []


def test_the_steps_of_a_batch_are_many_times_those_of_a_request() -> None:
    assert generation.BATCH_STEPS >= 50 * STEPS


def test_pictures_of_a_batch_need_not_fit_into_one_answer(world: World) -> None:
    body = {"seed": 1, "count": 2, "format": "png", "tile_pixels": 32, "spec": {"width": 64, "height": 64}}
    with pytest.raises(InvalidInput, match="too much for one answer"):
        generation.generate("maze", read(ContentRequest, body), lambda: 0)
    assert world.start(**body)["state"] == "queued"
    too_large = body | {"format": "ldtk", "spec": {"width": 256, "height": 256}}
    with pytest.raises(InvalidInput, match="bytes of an answer"):
        world.start(**too_large)


def test_a_request_that_comes_again_is_shown_its_batch(world: World) -> None:
    first = world.start(seed=1, count=3, spec=SMALL)
    assert world.start(seed=1, count=3, spec=SMALL) == first
    world.run()
    assert world.start(seed=1, count=3, spec=SMALL)["state"] == "succeeded"
    others = [
        world.start(seed=2, count=3, spec=SMALL),
        world.start(seed=1, count=4, spec=SMALL),
        world.start("chamber", seed=1, count=3),
        world.start(caller=OWNER, seed=1, count=3, spec=SMALL),
    ]
    assert len({one["batch_id"] for one in [first, *others]}) == len(world.jobs.payloads) == 5


def test_a_batch_that_failed_or_died_is_started_again(world: World) -> None:
    world.jobs.error = StoreUnavailable("Lambda: down")
    with pytest.raises(StoreUnavailable):
        world.start(seed=1, spec=SMALL)
    world.jobs.error = None
    second = world.start(seed=1, spec=SMALL)
    world.now_ms += LOST_AFTER_MS + 2
    assert content_job.show(world.maker, "maze", second["batch_id"])["state"] == "lost"
    third = world.start(seed=1, spec=SMALL)
    assert (third["state"], third["batch_id"] == second["batch_id"]) == ("queued", False)


def test_a_request_with_a_key_starts_one_batch_whatever_its_seed_and_end(world: World) -> None:
    first = world.start(spec=SMALL, idempotency_key="k")
    monotone = iter(range(4712, 5000))
    world.fresh_seed = lambda: next(monotone)
    assert world.start(spec=SMALL, idempotency_key="k") == first
    world.now_ms += QUEUED_MS + 1
    assert world.start(spec=SMALL, idempotency_key="k")["state"] == "lost"
    assert len(world.jobs.payloads) == 1
    with pytest.raises(Unsatisfiable, match=r"^idempotency_key: it came with another request before"):
        world.start(spec=SMALL, count=2, idempotency_key="k")
    assert world.start(spec=SMALL, idempotency_key="k", caller=OWNER)["batch_id"] != first["batch_id"]


def test_a_caller_has_a_few_batches_at_work_and_others_theirs(world: World) -> None:
    for seed in range(MOST_AT_WORK):
        world.start(seed=seed, spec=SMALL)
    with pytest.raises(TooManyJobs, match="4 batches of content that the caller started are not finished"):
        world.start(seed="more", spec=SMALL)
    assert world.start(seed=0, spec=SMALL)["state"] == "queued", "it is one of them"
    world.start(seed="more", spec=SMALL, caller=OWNER)
    world.jobs.payloads.pop()
    world.run()
    world.start(seed="more", spec=SMALL)
    assert len(world.jobs.payloads) == MOST_AT_WORK + 1


def test_a_batch_says_that_it_is_alive_while_it_works_and_is_lost_when_silent(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = world.start(seed=1, spec=SMALL)["batch_id"]
    (key,) = (key for key in world.maker.objects.keys("packs/maze/") if batch in key)
    record = JobRecord(world.maker.objects, key, batch, keeps=())
    alive = JobRecord.alive
    monkeypatch.setattr(JobRecord, "alive", lambda self, clock_ms: alive(self, clock_ms, 0.001))

    def killed(*_: object, **__: object) -> None:
        world.now_ms += BEAT_MS
        assert until(lambda: record.read()["alive_ms"] == world.now_ms, "a beat")
        raise Killed

    monkeypatch.setattr(generation, "generate", killed)
    with pytest.raises(Killed):
        world.run()
    world.now_ms += SILENT_MS
    assert content_job.show(world.maker, "maze", batch)["state"] == "running"
    world.now_ms += 1
    assert content_job.show(world.maker, "maze", batch)["state"] == "lost"


def test_a_batch_without_a_seed_names_the_one_it_was_given(world: World) -> None:
    assert world.start(spec=SMALL)["seed"] == 4711


@pytest.mark.parametrize(
    ("kind", "body", "error"),
    [
        ("nosuch", {}, NotFound),
        ("maze", {"count": 1001}, InvalidInput),
        ("maze", {"spec": {"width": 1}}, InvalidInput),
        ("maze", {"specs": [{}, {"width": "x"}]}, InvalidInput),
        ("dungeon", {"spec": {"rooms": 2, "locks": 9}}, Unsatisfiable),
        ("maze", {"generator_version": 99}, Unsatisfiable),
        ("names", {"format": "png"}, InvalidInput),
        ("quests", {"flavour": True}, InvalidInput),
    ],
)
def test_what_one_request_refuses_is_refused_before_a_job_starts(
    world: World, kind: str, body: dict[str, Any], error: type[DoublebillError]
) -> None:
    with pytest.raises(error):
        world.start(kind, **body)
    assert world.jobs.payloads == []


def test_a_batch_is_read_by_its_caller_and_by_admins(world: World) -> None:
    batch = world.start(seed=1, spec=SMALL)["batch_id"]
    content_job.check_reader(world.maker, "maze", batch, SHOP)
    content_job.check_reader(world.maker, "maze", batch, OWNER)
    strangers = [Caller("kiosk", SHOP.grants), Caller("shop", SHOP.grants, user_id="anna")]
    for kind, name, caller in [
        *(("maze", batch, one) for one in strangers),
        ("chamber", batch, SHOP),
        ("maze", "1700000000000-" + "0" * 32, SHOP),
        ("maze", "../x", SHOP),
        ("../maze", batch, OWNER),
    ]:
        with pytest.raises(NotFound, match=r"has no batch"):
            content_job.check_reader(world.maker, kind, name, caller)


def test_a_token_of_one_user_starts_no_batch(world: World) -> None:
    with pytest.raises(Forbidden):
        world.start(caller=Caller("shop", SHOP.grants, user_id="anna"))
    assert world.jobs.payloads == []


def test_a_part_that_is_not_there_is_named(world: World) -> None:
    batch = world.start(seed=1, spec=SMALL)["batch_id"]
    with pytest.raises(NotFound, match="has no part 0, or not yet"):
        content_job.show(world.maker, "maze", batch, 0)
    world.run()
    with pytest.raises(NotFound, match="has no part 1, or not yet"):
        content_job.show(world.maker, "maze", batch, 1)


def test_a_job_that_fails_says_why(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = world.start(seed=1, spec=SMALL)["batch_id"]

    def broken(*_: object, **__: object) -> None:
        raise StoreUnavailable("the objects did not answer in time")

    monkeypatch.setattr(generation, "generate", broken)
    with pytest.raises(StoreUnavailable):
        world.run()
    shown = content_job.show(world.maker, "maze", batch)
    assert (shown["state"], shown["error"]) == ("failed", "the objects did not answer in time")


def test_old_batches_go_with_their_keys_and_places(world: World) -> None:
    old = world.start(spec=SMALL, count=2, idempotency_key="a")["batch_id"]
    world.run()
    world.now_ms += 1000
    before_ms = world.now_ms
    young = world.start(spec=SMALL, count=3, caller=OWNER, idempotency_key="a")["batch_id"]
    objects = world.maker.objects
    stored = list(objects.keys("packs/"))
    assert remove_old_batches(objects, before_ms, with_keys=True, dry=True) == (old,)
    assert list(objects.keys("packs/")) == stored
    assert remove_old_batches(objects, before_ms, with_keys=True) == (old,)
    left = list(objects.keys("packs/"))
    assert [key.split("/")[1] for key in left] == ["at-work", "keys", "maze"]
    assert not any(old in objects.get(key).data.decode() or old in key for key in left)
    assert content_job.show(world.maker, "maze", young)["state"] == "queued"


def test_where_a_bucket_lets_keys_go_they_are_not_read(world: World) -> None:
    old = world.start(spec=SMALL, idempotency_key="a")["batch_id"]
    assert remove_old_batches(world.maker.objects, world.now_ms + 1, with_keys=False) == (old,)
    assert [key.split("/")[1] for key in world.maker.objects.keys("packs/")] == ["at-work", "keys"]
