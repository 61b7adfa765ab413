"""Spark itself, on two cores: versions of the bytes that one process makes, and champions that outlive dead jobs."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from doublebill.edge.clock import now_ms
from doublebill.service.registry import champions, runs
from doublebill.service.registry.leases import taking
from doublebill.stores.job_record import new_id
from doublebill.stores.objects import FolderObjects
from doublebill_local.locations import ROOT
from processes import until
from trainings import fill, trained, training
from worlds import FIRST_MS, checkerboard

LINEAR = {"family": {"name": "edlae", "ridge": 5}, "minimum_users": 3, "most_influence": 2, "most_items": 5}
NEIGHBOURS = {"family": "knn", "minimum_users": 3}

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture(scope="module")
def start() -> Start:
    """Starts a training by Spark on the objects of a folder."""
    java = ("openjdk-17-jre-headless", "java")
    subprocess.run([sys.executable, str(ROOT / "infra" / "debian_package.py"), *java], check=True)
    subprocess.run([sys.executable, str(ROOT / "infra" / "bootstrap.py"), "spark"], check=True)

    def started(
        folder: Path, job: dict[str, object], variables: Mapping[str, str] = MappingProxyType({})
    ) -> "subprocess.Popen[str]":
        environment = {
            **os.environ,
            **variables,
            "PYTHONPATH": str(ROOT / "shared"),
            "OPENBLAS_NUM_THREADS": "1",
            "DOUBLEBILL_OBJECTS": f"file://{folder}",
            "DOUBLEBILL_HISTORIES": f"sqlite://{folder.parent}/histories.sqlite",
            "DOUBLEBILL_JOBS": "process:///dev/null",
            "DOUBLEBILL_RETENTION_DAYS": "36500",  # the events of the world are years old
        }
        script = str(ROOT / "infra" / "spark" / "train_on_spark.py")
        process = subprocess.Popen(
            [str(ROOT / ".tools" / "spark" / "bin" / "python"), script, "spark://local[2]"],
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


@pytest.mark.parametrize("config", [LINEAR, NEIGHBOURS], ids=["linear", "neighbours"])
def test_spark_makes_the_version_that_one_process_makes(config: dict[str, Any], start: Start, tmp_path: Path) -> None:
    from doublebill.service.training.train import train

    (tmp_path / "here").mkdir()
    here = train(training(filled(tmp_path / "here"), FIRST_MS + 100_000, configs=[config]))
    objects = filled(tmp_path)
    process = start(tmp_path / "objects", {"catalog": "films", "run": new_id(now_ms(), "spark"), "configs": [config]})
    *_, last = process.communicate()[0].splitlines()
    assert process.returncode == 0
    there = json.loads(last)
    assert there["version"] == here["version"]
    assert there["report"] == here["report"]
    champion = champions.read_champion(objects, "films")
    assert champion is not None
    assert champion.version == here["version"]
    assert not list(objects.keys("sums/"))


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
