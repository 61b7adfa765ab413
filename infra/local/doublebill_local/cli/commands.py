"""What each command does: the same use cases that the handlers call, on the stores of a home."""

import hashlib
import json
import math
import secrets
import time
from argparse import Namespace
from dataclasses import asdict
from pathlib import Path
from typing import Any

from doublebill import schema
from doublebill.concurrency.deadline import Deadline
from doublebill.edge.clock import SYSTEM, now_ms
from doublebill.errors import InvalidInput, shown
from doublebill.imports.event_profiles import EventColumns
from doublebill.imports.events_file import read_events
from doublebill.imports.item_profiles import ItemColumns
from doublebill.imports.items_file import read_items
from doublebill.model.catalog import check_catalog_name
from doublebill.service.access import caller_registry
from doublebill.service.catalog import catalogs
from doublebill.service.ingesting.import_file import Imported, import_events, import_items
from doublebill.service.recommending import lists, recommendations, requests
from doublebill.service.recommending.history import UserHistories
from doublebill.service.registry import champions, model_list, runs
from doublebill.service.training import promotion, start
from doublebill.stores.job_record import new_id
from doublebill_local.cli import content_commands, show
from doublebill_local.host.home import Home

POLL_SECONDS = 2.0

PATIENCE_SECONDS = 60.0
"""How long a command waits for the stores; a person can interrupt it."""


def import_(home: Home, told: Namespace) -> int | None:
    """Stores the files that were told."""
    if told.corpus:
        return content_commands.import_corpus(home, told)
    if len(told.names) != 1:
        raise InvalidInput.one("CATALOG", f"{len(told.names)} names are given", "name one catalog")
    catalog = check_catalog_name(told.names[0])
    if not told.events and not told.items:
        raise InvalidInput.one("--events", "missing", "name a file of events, or --items with a file of metadata")
    if not 0 <= told.max_bad <= 1:
        raise InvalidInput.of_value("--max-bad", told.max_bad, "a share from 0 to 1")
    imported = {}
    if told.items:
        imported["items"] = _import_items(home, catalog, told)
    if told.events:
        imported["events"] = _import_events(home, catalog, told)
    if told.exclude_seen:
        catalogs.ensure(home.objects(), catalog, told.exclude_seen == "yes")
    show.imported(catalog, {name: asdict(one) for name, one in imported.items()}, as_json=told.json)
    return None


def _import_events(home: Home, catalog: str, told: Namespace) -> Imported:
    columns = EventColumns(user=told.user, item=told.item, rating=told.rating, weight=told.weight, time=told.time)
    file = _file("--events", told.events)
    rows = read_events(file, columns=columns, kind=told.kind)
    import_id = _import_id(file, f"{columns} {told.kind}")
    with show.counting(f"importing events from {file.name}", quiet=told.json) as tell:
        return import_events(home.intake(), catalog, import_id, rows, now_ms(), told.max_bad, tell)


def _import_items(home: Home, catalog: str, told: Namespace) -> Imported:
    file = _file("--items", told.items)
    columns = ItemColumns(item="" if told.events else told.item)
    with show.counting(f"importing items from {file.name}", quiet=told.json) as tell:
        rows = read_items(file, columns=columns)
        return import_items(home.objects(), catalog, _import_id(file, ""), rows, now_ms(), told.max_bad, tell)


def _file(flag: str, name: str) -> Path:
    file = Path(name)
    if not file.is_file():
        raise InvalidInput.one(flag, f"there is no file {name!r}", "name a file that exists")
    return file


def _import_id(file: Path, reading: str) -> str:
    """The same for the same content read the same way."""
    with file.open("rb") as data:
        digest = hashlib.file_digest(data, "sha256")
    digest.update(reading.encode())
    return digest.hexdigest()[:32]


def train(home: Home, told: Namespace) -> int | None:
    """Trains here, or on the stack."""
    if (told.catalog is None) == (told.corpus is None):
        raise InvalidInput.one(
            "CATALOG", "both are given" if told.catalog else "missing", "name a catalog, or use --corpus KIND/NAME"
        )
    if told.corpus:
        return content_commands.train_corpus(home, told)
    catalog = check_catalog_name(told.catalog)
    if told.budget is not None and not 0 <= told.budget < math.inf:
        raise InvalidInput.of_value("--budget", told.budget, "a number of seconds from 0")
    run = new_id(now_ms(), secrets.token_hex(4))
    with show.working(f"training {catalog}", quiet=told.json) as tell:
        if told.stack:
            record = _train_there(home, catalog, run, told, tell)
        else:
            from doublebill.fit.selection.time_budget import TimeBudget
            from doublebill.service.training.job import TrainingJob
            from doublebill.service.training.train import train as train_here

            budget = TimeBudget.of(time.monotonic, math.inf if told.budget is None else told.budget)
            job = TrainingJob(home.objects(), catalog, run, now_ms, tell, told.force, budget, home.records())
            record = train_here(job)
    show.trained(record, as_json=told.json)
    return None if record["state"] == "succeeded" else 1


def _train_there(home: Home, catalog: str, run: str, told: Namespace, tell: show.Tell) -> runs.Record:
    start.queue(home.objects(), home.jobs(), catalog, run, now_ms(), told.force, told.budget)
    while (record := runs.read(home.objects(), catalog, run, now_ms()))["state"] in ("queued", "running"):
        tell(str(record["state"]))
        time.sleep(POLL_SECONDS)
    return record


def evaluate(home: Home, told: Namespace) -> int | None:
    """Measures a version's config again."""
    from doublebill.fit.selection.select import SEED
    from doublebill.service.training.evaluate_version import measure

    catalog = check_catalog_name(told.catalog)
    if told.version:
        schema.read(champions.ChampionRequest, {"version": told.version})
    seed = SEED if told.seed is None else told.seed
    if seed < 0:
        raise InvalidInput.of_value("--seed", seed, "an integer from 0")
    with show.working(f"measuring {catalog}", quiet=told.json) as tell:
        answered = measure(home.objects(), catalog, told.version, told.split == "temporal", seed, tell)
    show.measured(answered, as_json=told.json)
    return None


def verify(home: Home, told: Namespace) -> int | None:
    """Trains a version again and compares."""
    from doublebill.service.training import verify as verifying

    version = schema.read(champions.ChampionRequest, {"version": told.version}).version
    objects = home.objects()
    catalog = check_catalog_name(told.catalog) if told.catalog else verifying.catalog_of(objects, version)
    with show.working(f"training {version} again", quiet=told.json) as tell:
        verified = verifying.verify(objects, catalog, version, tell)
    show.verified(asdict(verified), as_json=told.json)
    return None if verified.outcome == "same" else 1


def models(home: Home, told: Namespace) -> int | None:
    """Lists versions."""
    show.models(model_list.models(home.objects(), check_catalog_name(told.catalog)), as_json=told.json)
    return None


def promote(home: Home, told: Namespace) -> int | None:
    """Moves the champion to a version."""
    catalog = check_catalog_name(told.catalog)
    wanted = schema.read(champions.ChampionRequest, {"version": told.version}).version
    show.champion(
        catalog, promotion.promote(home.objects(), home.records(), catalog, wanted, now_ms()), as_json=told.json
    )
    return None


def rollback(home: Home, told: Namespace) -> int | None:
    """Moves the champion back."""
    catalog = check_catalog_name(told.catalog)
    show.champion(catalog, promotion.roll_back(home.objects(), home.records(), catalog, now_ms()), as_json=told.json)
    return None


def recommend(home: Home, told: Namespace) -> int | None:
    """Recommends to a user or for a history."""
    catalog = check_catalog_name(told.catalog)
    wanted: dict[str, Any] = {"n": told.n, "explain": told.explain, "diversity": told.diversity}
    if told.exclude_seen:
        wanted["exclude_seen"] = told.exclude_seen == "yes"
    if told.filter:
        wanted["filter"] = _json("--filter", told.filter)
    wanted |= {"user_id": told.user} if told.user is not None else {"history": _ids(told.history)}
    request = schema.read(requests.RecommendationRequest, wanted)
    deadline, intake = _deadline(), home.intake()
    histories = UserHistories(intake.histories, intake.pseudonyms.of)
    history = histories.of_request(catalog, request, now_ms(), deadline)
    serving = home.warm().serving(catalog, deadline, history.user)
    show.recommendations(recommendations.recommend(catalog, serving, history, request, now_ms()), as_json=told.json)
    return None


def _ids(told: str) -> list[str]:
    return [item_id.strip() for item_id in told.split(",") if item_id.strip()]


def _json(flag: str, told: str) -> object:
    try:
        return json.loads(told)
    except (ValueError, RecursionError) as wrong:
        raise InvalidInput.one(flag, f"{shown(told)} is not JSON", "use a JSON object") from wrong


def _deadline() -> Deadline:
    return Deadline(SYSTEM, SYSTEM() + PATIENCE_SECONDS)


def neighbours(home: Home, told: Namespace) -> int | None:
    """Shows what is similar to an item."""
    catalog = check_catalog_name(told.catalog)
    request = schema.read(requests.ListOptions, {"n": told.n})
    item_id = schema.read(requests.HistoryItem, {"item_id": told.item}).item_id
    serving = home.warm().serving(catalog, _deadline())
    show.neighbours(lists.neighbours(catalog, serving, item_id, request), as_json=told.json)
    return None


def callers(home: Home, told: Namespace) -> int | None:
    """Shows who may ask, or declares others."""
    objects = home.objects()
    if told.file is not None:
        caller_registry.replace(objects, home.records(), _file("FILE", told.file).read_bytes())
    show.callers(caller_registry.stored(objects), as_json=told.json)
    return None


def up(home: Home, told: Namespace) -> int | None:
    """Serves until it is told to stop."""
    from doublebill_local.host.serve import serve

    return serve(home, told.port)


def demo(home: Home, told: Namespace) -> int | None:
    """Shows the whole trip."""
    from doublebill_local.demo.trip import demo as show_trip

    return show_trip(home if told.home else None)
