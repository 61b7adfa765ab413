"""A trainer killed at any moment: what serves goes on serving, and the next training succeeds."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from clocks import Clock
from doublebill.concurrency.deadline import Deadline
from doublebill.fit.layout.item_layout import map_of
from doublebill.model.artifact import MANIFEST
from doublebill.service.registry import champions, model_list
from doublebill.service.registry.leases.lease import LEASE_MS
from doublebill.service.registry.versions import artifact_key
from doublebill.service.serving import item_maps
from doublebill.service.serving.warm_models import Serving, Warm
from doublebill.stores.objects import FolderObjects, Objects
from fake_records import MemoryRecords
from fakes import Killed, MemoryObjects, Steps, StoppingObjects
from processes import Child
from trainings import answered, fill, train_until_killed, trained
from worlds import FIRST_MS, checkerboard

OLD_MS, KILLED_MS, NEXT_MS = FIRST_MS, FIRST_MS + 1000, FIRST_MS + 1000 + LEASE_MS
HISTORY = ("item-00", "item-02")
MOVE = ("replace", champions.champion_key("films"))


@dataclass(frozen=True)
class World:
    """An old champion, and more events since, so that the next training makes another version."""

    objects: MemoryObjects
    old: str
    new: str
    answers: dict[str, object]
    """What each of the two recommends for `HISTORY`."""

    def in_folder(self, folder: Path) -> FolderObjects:
        """The same world in a folder."""
        for key, stored in self.objects.held.items():
            (folder / key).parent.mkdir(parents=True, exist_ok=True)
            (folder / key).write_bytes(stored.data)
        return FolderObjects(folder)


def served(handler: Warm) -> Serving:
    """What the handler answers from, if it may take any time."""
    return handler.serving("films", Deadline(Clock(), at=60.0))


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    objects = MemoryObjects()
    fill(objects, checkerboard(users=8, items=8))
    trained(objects, OLD_MS)
    fill(objects, checkerboard(users=8, items=10), now_ms=FIRST_MS + 1)
    after, answers = objects.copy(), {}
    for _ in range(2):
        serving = served(Warm(after, MemoryRecords(), tmp_path_factory.mktemp("scratch"), Clock()))
        answers[serving.version] = answered(serving, *HISTORY)
        trained(after, NEXT_MS)
    old, new = answers
    assert answers[old] != answers[new]
    return World(objects, old, new, answers)


@pytest.fixture(autouse=True)
def steady_power(monkeypatch):
    """What was written but not synced is lost when power fails, not when a process dies: no need to wait for disks."""
    monkeypatch.setattr(os, "fsync", lambda _: None)


class Witness:
    """A handler that was warm before the training, one that starts after the trainer's death, and what both see."""

    def __init__(self, objects: Objects, scratch: Path, world: World) -> None:
        self._objects = objects
        self._world = world
        self._clock = Clock()
        self._warm = Warm(objects, MemoryRecords(), scratch / "warm", self._clock)
        self._cold = Warm(objects, MemoryRecords(), scratch / "cold", self._clock)
        served(self._warm)

    def check(self, moved: bool) -> None:
        """The old champion serves, or the new one where the pointer had been moved; the next training succeeds."""
        world = self._world
        self._check_serves(world.new if moved else world.old)
        assert world.new in self._listed() or not moved
        record = trained(self._objects, NEXT_MS)
        assert (record["state"], record["version"], record["promoted"]) == ("succeeded", world.new, True)
        self._check_serves(world.new)
        assert self._listed() == [world.new, world.old]
        champion = champions.read_champion(self._objects, "films")
        assert champion is not None
        assert champion.previous == (world.old,)

    def _check_serves(self, version: str) -> None:
        self._clock.seconds += 1000
        for handler in (self._warm, self._cold):
            serving = served(handler)
            assert (serving.version, serving.degraded) == (version, None)
            assert answered(serving, *HISTORY) == self._world.answers[version]

    def _listed(self) -> list[object]:
        told: Any = model_list.models(self._objects, "films")
        listed = [entry["version"] for entry in told["models"]]
        assert told["champion"] in listed
        return listed


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("kind", ["memory", "folder"])
def test_killed_at_any_store_call(world, tmp_path, sampled, kind, moment):
    alive = StoppingObjects(world.objects.copy())
    trained(alive, KILLED_MS)
    assert alive.calls.count(MOVE) == 1
    at_move = alive.calls.index(MOVE)
    # calls of the folder are the same; what they do on disk is tried below
    every = 8 if kind == "memory" else 24
    for stop_at in sampled(range(len(alive.calls)), every, [at_move - 1, at_move, at_move + 1]):
        place = tmp_path / str(stop_at)
        objects = world.objects.copy() if kind == "memory" else world.in_folder(place / "objects")
        witness = Witness(objects, place, world)
        dying = StoppingObjects(objects, stop_at, moment)
        with pytest.raises(Killed):
            trained(dying, KILLED_MS)
        assert dying.calls == alive.calls[: stop_at + 1]
        witness.check(moved=MOVE in alive.calls[: stop_at + (moment == "after")])


def test_the_run_names_a_version_as_soon_as_it_is_there(world, monkeypatch):
    objects, there = StoppingObjects(world.objects.copy()), []

    def mapped(version):
        there.extend(objects.keys(artifact_key("films", world.new, "")))
        return map_of(version)

    monkeypatch.setattr("doublebill.service.training.train.map_of", mapped)
    trained(objects, KILLED_MS)
    keys = [key for _, key in objects.calls]
    manifest, drawn = (keys.index(artifact_key("films", world.new, file)) for file in (MANIFEST, item_maps.FILE))
    assert keys[manifest + 1].startswith("runs/films/")
    assert manifest < drawn < objects.calls.index(MOVE)
    assert there == []


def test_killed_at_any_step_on_disk(world, tmp_path, sampled):
    moves, steps_alive = [], steps_of_a_training(world, tmp_path / "alive")
    for stop_at in sampled(range(len(steps_alive)), 11):
        place = tmp_path / str(stop_at)
        objects = world.in_folder(place / "objects")
        witness = Witness(objects, place, world)
        steps = Steps(stop_at)
        with steps.counted(), pytest.raises(Killed):
            trained(objects, KILLED_MS)
        moves.append(pointer(objects) == world.new)
        witness.check(moves[-1])
    assert moves == sorted(moves), "moved once and never back"
    assert len(set(moves)) == 2


def test_killed_without_warning_at_several_moments(world, tmp_path):
    steps = steps_of_a_training(world, tmp_path / "alive")
    *_, swap, _, _ = (place for place, step in enumerate(steps) if step == "replace")  # then the record, the lease
    moments = [0, len(steps) // 3, steps.index("link"), swap, swap + 1, len(steps) - 1]
    moves = []
    for stop_at in moments:
        place = tmp_path / str(stop_at)
        objects = world.in_folder(place / "objects")
        witness = Witness(objects, place, world)
        with Child(train_until_killed, place / "objects", stop_at, KILLED_MS) as child:
            assert child.died()
        moves.append(pointer(objects) == world.new)
        witness.check(moves[-1])
    assert moves == [False, False, False, False, True, True]


def pointer(objects: Objects) -> str:
    champion = champions.read_champion(objects, "films")
    assert champion is not None
    return champion.version


def steps_of_a_training(world: World, folder: Path) -> list[str]:
    objects, steps = world.in_folder(folder), Steps()
    with steps.counted():
        trained(objects, KILLED_MS)
    shutil.rmtree(folder)
    return steps.taken
