"""Short words for training catalogs and asking their models."""

import contextlib
import os
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from doublebill.errors import TrainingRunning
from doublebill.event_table import EventTable
from doublebill.events import Event
from doublebill.model.items import Item
from doublebill.service.catalog import catalogs, event_log
from doublebill.service.registry import runs
from doublebill.service.serving.warm_models import Serving
from doublebill.service.training.data_snapshot import DataSnapshot
from doublebill.service.training.job import TrainingJob
from doublebill.service.training.train import train
from doublebill.stores.job_record import new_id
from doublebill.stores.objects import FolderObjects, Objects, open_objects
from fakes import Steps
from processes import until
from worlds import FIRST_MS, checkerboard


def fill(objects: Objects, events: Sequence[Event], catalog: str = "films", now_ms: int = FIRST_MS) -> None:
    """Puts events into the log of a catalog, as one request at `now_ms` would."""
    catalogs.ensure(objects, catalog)
    event_log.append(objects, catalog, events, now_ms)


def fill_import(
    objects: Objects, *parts: Sequence[Event], catalog: str = "films", import_id: str = "an-import"
) -> None:
    """Stores a file of events, in parts, as an import would."""
    catalogs.ensure(objects, catalog)
    stored = [
        event_log.put_part(objects, catalog, import_id, number, EventTable.of(part))
        for number, part in enumerate(parts)
    ]
    event_log.commit_import(objects, catalog, import_id, {"accepted": sum(map(len, parts))}, stored)


def logged(objects: Objects, catalog: str = "films") -> list[Event]:
    """Every event of a catalog that a training would read."""
    return list(DataSnapshot.of_now(objects, catalog).read(objects).events.events())


def described(objects: Objects, catalog: str = "films") -> dict[str, Item]:
    """The metadata of a catalog that a training would read."""
    return DataSnapshot.of_now(objects, catalog).read(objects).items


def training(
    objects: Objects, started_ms: int, name: str = "test", catalog: str = "films", **options: Any
) -> TrainingJob:
    """A training that begins at `started_ms` and takes no time."""
    return TrainingJob(objects, catalog, new_id(started_ms, name), lambda: started_ms, **options)


def trained(objects: Objects, started_ms: int, catalog: str = "films", force: bool = False) -> runs.Record:
    """The record of a training that began at `started_ms` and took no time."""
    return train(training(objects, started_ms, catalog=catalog, force=force))


def answered(serving: Serving, *item_ids: str) -> list[tuple[str, float]]:
    """What a model recommends for a history of these items."""
    model = serving.recommender
    history = np.array([model.catalog.find(item_id) for item_id in item_ids], np.int32)
    ranking = model.recommend(history, np.ones(len(history)), 5, history)
    return [
        (model.catalog.item_ids[item], float(score)) for item, score in zip(ranking.items, ranking.scores, strict=True)
    ]


def train_until_killed(folder: Path, stop_at: int, started_ms: int, _: object) -> None:
    """Trains in a process that is killed at a step on disk, as the system kills: nothing is cleaned up."""
    with Steps(stop_at, lambda: os.kill(os.getpid(), signal.SIGKILL)).counted():
        trained(FolderObjects(folder), started_ms)


def append_and_train(url: str, number: int) -> runs.Record:
    """Trains in a process of its own what is there and events of its own, as soon as no other training works."""
    objects = open_objects(url)
    fill(objects, checkerboard(users=8, items=10 + 2 * number), now_ms=FIRST_MS + number)

    def record() -> runs.Record | None:
        with contextlib.suppress(TrainingRunning):
            return trained(objects, FIRST_MS + number)
        return None

    return until(record, "the others' trainings")
