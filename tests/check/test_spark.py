"""Spark itself, on two cores: versions of the bytes that one process makes, and champions that outlive dead jobs."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest

from doublebill.edge.clock import now_ms
from doublebill.events import Event
from doublebill.model import artifact
from doublebill.model.items import Item
from doublebill.service.catalog import catalogs
from doublebill.service.registry import champions, runs
from doublebill.service.registry.leases import taking
from doublebill.service.registry.privacy import ledger
from doublebill.service.training.train import train
from doublebill.stores.job_record import new_id
from doublebill.stores.objects import FolderObjects
from doublebill_local.locations import ROOT
from fakes import MemoryObjects
from processes import until
from trainings import fill, trained, training
from worlds import FIRST_MS, checkerboard

LINEAR = {"family": {"name": "edlae", "ridge": 5}, "minimum_users": 3, "most_influence": 2, "most_items": 5}
LIMITED = {"family": {"name": "edlae", "ridge": 5, "support": "inverse"}, "minimum_users": 3, "most_influence": 2}
NEIGHBOURS = {"family": "knn", "minimum_users": 3}

ITEMS = 20
NOW_MS = FIRST_MS + 100 * 86_400_000

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture(scope="module")
def start() -> Start:
    """Starts a training by Spark on the objects of a folder."""
    java = ("openjdk-17-jre-headless", "java")
    subprocess.run([sys.executable, str(ROOT / "infra" / "debian_package.py"), *java], check=True)
    subprocess.run([sys.executable, str(ROOT / "infra" / "bootstrap.py"), "spark"], check=True)

    def started(
        folder: Path,
        job: object,
        variables: Mapping[str, str] = MappingProxyType({}),
        script: str = "infra/spark/train_on_spark.py",
        arguments: Sequence[str] = (),
    ) -> "subprocess.Popen[str]":
        environment = {
            **os.environ,
            **variables,
            "PYTHONPATH": os.pathsep.join([str(ROOT / "shared"), str(ROOT / "infra" / "spark")]),
            "OPENBLAS_NUM_THREADS": "1",
            "DOUBLEBILL_OBJECTS": f"file://{folder}",
            "DOUBLEBILL_HISTORIES": f"sqlite://{folder.parent}/histories.sqlite",
            "DOUBLEBILL_JOBS": "process:///dev/null",
            "DOUBLEBILL_RETENTION_DAYS": "36500",  # the events of the world are years old
        }
        process = subprocess.Popen(
            [str(ROOT / ".tools" / "spark" / "bin" / "python"), str(ROOT / script), "spark://local[2]", *arguments],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert process.stdin is not None
        with process.stdin as pipe:
            pipe.write(json.dumps(job))
        process.stdin = None  # so that `communicate` does not look for it
        return process

    return started


def filled(folder: Path) -> FolderObjects:
    """The objects of a folder, with the events of a small world."""
    objects = FolderObjects(folder / "objects")
    fill(objects, checkerboard(users=60, items=16))
    return objects


def test_spark_makes_the_version_that_one_process_makes(start: Start, tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    here = train(training(filled(tmp_path / "here"), FIRST_MS + 100_000, configs=[LINEAR]))
    objects = filled(tmp_path)
    process = start(tmp_path / "objects", {"catalog": "films", "run": new_id(now_ms(), "spark"), "configs": [LINEAR]})
    *_, last = process.communicate()[0].splitlines()
    assert process.returncode == 0
    there = json.loads(last)
    assert there["version"] == here["version"]
    assert there["report"] == here["report"]
    champion = champions.read_champion(objects, "films")
    assert champion is not None
    assert champion.version == here["version"]
    assert not list(objects.keys("sums/"))


JOBS: Mapping[str, Mapping[str, Any]] = {
    "neighbours": {"configs": [NEIGHBOURS]},
    "limited": {"configs": [LIMITED]},
    "everything": {},
    "private": {"epsilon": 1.0, "delta": 1e-6},
}
"""A catalog for each, and what its training is asked for."""


@dataclass(frozen=True)
class Trained:
    """Catalogs that were trained in one Spark application, and in this process."""

    folder: Path
    objects: FolderObjects
    there: Mapping[str, dict[str, Any]]
    here: Mapping[str, Mapping[str, Any]]


@pytest.fixture(scope="module")
def spark_trained(start: Start, tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """Trains every catalog by both roads."""
    folder = tmp_path_factory.mktemp("trained")
    objects, here = FolderObjects(folder / "objects"), MemoryObjects()
    jobs = []
    for place, (catalog, asked) in enumerate(JOBS.items()):
        for one in (objects, here):
            catalogs.put_items(one, catalog, [Item(f"item-{number:02d}") for number in range(ITEMS)], FIRST_MS)
            fill(one, rated(), catalog)
        run, started_ms = new_id(NOW_MS, f"spark-{place}"), NOW_MS
        jobs.append({"catalog": catalog, "run": run, "started_ms": started_ms, **asked})
    process = start(folder / "objects", jobs, script="tests/check/spark_visit.py", arguments=[str(folder / "objects")])
    lines = process.communicate()[0].splitlines()
    assert process.returncode == 0
    there = {record["catalog"]: record for record in map(json.loads, lines)}
    alone = {name: train(training(here, NOW_MS, catalog=name, **asked)) for name, asked in JOBS.items()}
    return Trained(folder / "objects", objects, there, alone)


def rated() -> list[Event]:
    """Ratings of even users for even items and of odd users for odd items, and of two users for a pair of their own."""
    random = np.random.default_rng(1)
    rows = [(user, item) for user in range(60) for item in range(user % 2, ITEMS - 2, 2) if random.random() < 0.7]
    rows += [(user, item) for user in range(2) for item in (ITEMS - 2, ITEMS - 1)]
    times = FIRST_MS + random.integers(0, 90 * 86_400_000, len(rows))
    return [
        Event(f"user-{user:02d}", f"item-{item:02d}", "rate", float(random.integers(6, 11)) / 2, int(at))
        for (user, item), at in zip(rows, times, strict=True)
    ]


@pytest.mark.parametrize("catalog", ["neighbours", "limited", "everything"])
def test_spark_decides_and_measures_as_one_process_does(spark_trained: Trained, catalog: str) -> None:
    here, there = spark_trained.here[catalog], spark_trained.there[catalog]
    assert there["tasks"] > 0
    assert there["version"] == here["version"]
    assert there["report"] == here["report"]


def test_items_of_fewer_users_than_asked_for_have_no_edges_on_spark_either(spark_trained: Trained) -> None:
    version = spark_trained.there["limited"]["version"]
    model = artifact.load(spark_trained.folder / "artifacts" / "limited" / version, version)
    edges = [len(model.neighbours.around(model.catalog.find(f"item-{number:02d}"))[0]) for number in range(ITEMS)]
    assert min(edges[: ITEMS - 2]) > 0
    assert edges[ITEMS - 2 :] == [0, 0]


def test_a_private_training_on_spark_pays_once_and_says_nothing_that_is_counted(spark_trained: Trained) -> None:
    here, there = spark_trained.here["private"], spark_trained.there["private"]
    assert there["tasks"] > 0
    same = ("deviations", "head", "items", "nano_rho", "sensitivity", "spent", "released", "epsilon", "delta")
    assert [there["privacy"][name] for name in same] == [here["privacy"][name] for name in same]
    assert (there["data"], there["report"], there["warnings"]) == (here["data"], here["report"], here["warnings"])
    spent = ledger.read(spark_trained.objects, "private")
    assert spent.trainings == 1
    assert there["version"] != here["version"], "the noise is fresh"


def test_no_sum_is_left_by_any_of_them(spark_trained: Trained) -> None:
    assert not list(spark_trained.objects.keys("sums/"))


def test_a_spark_training_that_is_ended_says_so_and_leaves_nothing_behind(start: Start, tmp_path: Path) -> None:
    objects = filled(tmp_path)
    run, dead = new_id(now_ms(), "ended"), "sums/films/dead/00000/shard-00000.npz"
    objects.put(dead, b"")
    process = start(tmp_path / "objects", {"catalog": "films", "run": run})
    until(lambda: next(objects.keys(f"sums/films/{run}/"), None), "the first shard")
    process.terminate()
    process.communicate()
    assert process.returncode == 128 + signal.SIGTERM
    record = runs.read(objects, "films", run, now_ms())
    assert (record["state"], record["error"]) == ("failed", "interrupted")
    assert not list(objects.keys("sums/"))
    assert taking.begin(objects, "films", "next", now_ms()).run == "next"


def test_a_run_whose_spark_does_not_start_says_so_at_once(start: Start, tmp_path: Path) -> None:
    objects = filled(tmp_path)
    run = new_id(now_ms(), "early")
    taking.reserve(objects, "films", run, now_ms())
    fields = {**runs.made("films", run, now_ms()), "generation": 1, "queued_until_ms": now_ms() + 10**6}
    objects.put(f"runs/films/{run}.json", json.dumps({**fields, "state": "queued"}).encode())
    process = start(tmp_path / "objects", {"catalog": "films", "run": run}, {"JAVA_HOME": str(tmp_path)})
    process.communicate()
    assert process.returncode == 1
    record = runs.read(objects, "films", run, now_ms())
    assert (record["state"], record["error"]) == ("failed", "PySparkRuntimeError")
    assert taking.begin(objects, "films", "next", now_ms()).run == "next"


def test_a_spark_training_that_is_killed_is_lost_and_leaves_the_champion(start: Start, tmp_path: Path) -> None:
    objects = filled(tmp_path)
    before, run = trained(objects, FIRST_MS + 100_000), new_id(now_ms(), "killed")
    process = start(tmp_path / "objects", {"catalog": "films", "run": run})
    until(lambda: next(objects.keys(f"sums/films/{run}/"), None), "the first shard")
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    assert runs.read(objects, "films", run, now_ms() + 120_000)["state"] == "lost"
    champion = champions.read_champion(objects, "films")
    assert champion is not None
    assert champion.version == before["version"]
