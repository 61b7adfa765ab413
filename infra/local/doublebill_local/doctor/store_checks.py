"""Checks of what is stored, the same in a state folder and in a stack: key, catalogs, champions, versions, log."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from doublebill.access.callers import Callers
from doublebill.concurrency.clock import SYSTEM
from doublebill.concurrency.deadline import Deadline
from doublebill.edge.clock import now_ms
from doublebill.errors import InvalidInput, NoModel, StoreUnavailable
from doublebill.event_table import EventTable
from doublebill.service.access import caller_registry, pseudonym_key
from doublebill.service.catalog import catalog_record, catalogs
from doublebill.service.catalog.stored_events import LATE_MS
from doublebill.service.people import erasure_record
from doublebill.service.people.replacement import standing
from doublebill.service.people.replay import UNFINISHED
from doublebill.service.registry import champions, runs
from doublebill.service.registry.leases.lease import read_lease
from doublebill.service.registry.versions import config_or_reason
from doublebill.service.serving.warm_models import Warm
from doublebill.service.training.data_snapshot import DataSnapshot
from doublebill.stores.objects import Objects
from doublebill_local.doctor.finding import Finding, found, guarded
from doublebill_local.host.home import Home

LOAD_SECONDS = 120.0
"""Longest wait for a champion to be loaded."""


def check_stores(home: Home, stack: str | None, read_log: bool) -> list[Finding]:
    """Returns what is wrong with the key and with every catalog; `read_log` reads every stored event too."""
    objects, option = home.objects(), f" --stack {stack}" if stack else ""
    findings = guarded("key", lambda: _key(home)) + guarded("callers", lambda: _callers(home, option))
    findings += guarded("restore", lambda: _restore(objects, option))
    for name in catalogs.names(objects):
        findings += guarded(f"catalog {name}", lambda name=name: _catalog(objects, name, option))  # type: ignore[misc]  # bound now
        findings += guarded(f"champion {name}", lambda name=name: _champion(home, name, option))  # type: ignore[misc]  # bound now
        findings += guarded(f"trainings {name}", lambda name=name: _trainings(objects, name, option))  # type: ignore[misc]  # bound now
        findings += guarded(f"erasures {name}", lambda name=name: _erasures(objects, name, option))  # type: ignore[misc]  # bound now
        if read_log:
            findings += guarded(f"log {name}", lambda name=name: _log(objects, name, option))  # type: ignore[misc]  # bound now
    return findings


def _key(home: Home) -> Iterator[Finding]:
    objects, secrets = home.objects(), home.secrets()
    recorded = pseudonym_key.recorded_fingerprint(objects)
    if not secrets.has_key() and recorded is None and not pseudonym_key.holds_pseudonyms(objects):
        yield Finding("key", "ok", "there is none yet; it is made with the first event")
        return
    try:
        pseudonym_key.keys_of(objects, secrets, records=False)
    except StoreUnavailable as wrong:
        detail, restore, _ = str(wrong).partition(f": {pseudonym_key.RESTORE}")
        yield Finding("key", "wrong", detail, pseudonym_key.RESTORE if restore else "try again when it answers")
        return
    detail = "it is the one under which events are stored"
    yield Finding("key", "ok", detail if recorded else "it is there; the next event records its fingerprint")


def _callers(home: Home, option: str) -> Iterator[Finding]:
    mend = f"declare them again: doublebill callers FILE{option}"
    try:
        callers = caller_registry.stored(home.objects())
    except InvalidInput as wrong:
        yield Finding("callers", "wrong", f"{caller_registry.KEY} cannot be read: {wrong}", mend)
        return
    if callers == Callers() and caller_registry.was_declared(home.records()):
        yield Finding("callers", "wrong", f"{caller_registry.KEY} is gone although callers were declared", mend)
    else:
        yield Finding("callers", "ok", "what is declared can be read")


def _restore(objects: Objects, option: str) -> Iterator[Finding]:
    """Looks for a restore that has not ended."""
    if UNFINISHED in objects.keys(UNFINISHED):
        fix = f"restore the same backup again: doublebill restore FOLDER{option}"
        yield Finding("restore", "wrong", "a restore was interrupted, so that data may be missing", fix)


def _catalog(objects: Objects, name: str, option: str) -> Iterator[Finding]:
    catalog_record.read(objects, name)
    versions = {key.split("/")[2] for key in objects.keys(f"artifacts/{name}/")}
    refused = {version: reason for version in versions if (reason := config_or_reason(objects, name, version)[1])}
    for version, reason in sorted(refused.items()):
        fix = f"it cannot be served or rolled back to; train anew: doublebill train {name}{option}"
        yield Finding(f"catalog {name}", "warning", f"version {version}: {reason}", fix)
    if not refused:
        yield Finding(f"catalog {name}", "ok", f"its record and {len(versions)} versions can be read")


def _champion(home: Home, name: str, option: str) -> Iterator[Finding]:
    """Loads the champion as a function does, which checks every digest and repeats the golden requests."""
    check, mend = f"champion {name}", f"doublebill rollback {name}{option}, or doublebill train {name}{option}"
    try:
        champion = champions.read_champion(home.objects(), name)
    except StoreUnavailable as unreadable:
        latest = next((run["version"] for _, run in runs.every(home.objects(), name) if "version" in run), "VERSION")
        yield Finding(check, "wrong", str(unreadable), f"replace it: doublebill promote {name} {latest}{option}")
        return
    if champion is None:
        yield Finding(check, "warning", "there is none", f"train one: doublebill train {name}{option}")
        return
    with tempfile.TemporaryDirectory() as scratch:
        warm = Warm(home.objects(), home.records(), Path(scratch), SYSTEM)
        try:
            serving = warm.serving(name, Deadline(SYSTEM, SYSTEM() + LOAD_SECONDS))
        except NoModel as refused:
            yield Finding(check, "wrong", str(refused), mend)
            return
        if serving.degraded:
            yield Finding(check, "wrong", f"it does not load: {serving.degraded}", mend)
        else:
            yield Finding(check, "ok", f"version {serving.version} loads and repeats its golden requests")


def _trainings(objects: Objects, name: str, option: str) -> Iterator[Finding]:
    """Looks for a training that is queued and has not begun."""
    lease, now = read_lease(objects, name), now_ms()
    if lease.is_taken(now) and not lease.begun:
        detail = f"{lease.run} is queued and has not begun"
        fix = f"if it has not by {runs.iso(lease.expires_ms)}, nothing runs it: doublebill train {name}{option}"
        yield Finding(f"trainings {name}", "warning", detail, fix)
    else:
        at_work = f"{lease.run} is running" if lease.is_taken(now) else "none is queued"
        yield Finding(f"trainings {name}", "ok", at_work)


def _erasures(objects: Objects, name: str, option: str) -> Iterator[Finding]:
    """Looks at the deadlines of erasures that are not complete."""
    check, now = f"erasures {name}", now_ms()
    waiting = [one for one in erasure_record.every(objects, name) if one["state"] != erasure_record.COMPLETE]
    for one in waiting:
        due_ms, erasure_id = erasure_record.due_ms(one), one["erasure_id"]
        past = f"{erasure_id} is past its deadline, {runs.iso(due_ms)}: models with the users serve no more"
        training = standing(objects, name, one, now)
        reason = training.words or f"it is {one['state']}"
        detail = f"{past if now >= due_ms else f'{erasure_id} is due at {runs.iso(due_ms)}'}; {reason}"
        fix = f"doublebill erasures {name} {erasure_id}{option}; a training that fails: doublebill train {name} --force"
        if erasure_record.is_close(one, now):
            yield Finding(check, "wrong" if now >= due_ms else "warning", detail, fix)
        elif now <= int(one["erased_ms"]) + LATE_MS or training.at_work:
            yield Finding(check, "ok", detail)
        else:
            yield Finding(check, "warning" if training.words else "ok", detail, fix)
    if not waiting:
        yield Finding(check, "ok", "none waits for its end")


def _log(objects: Objects, name: str, option: str) -> Iterator[Finding]:
    """Reads every object of the log and the metadata as a training does."""
    _, data = DataSnapshot.of_now(objects, name).read_into(objects, lambda _: _Passing(), skip_damaged=True)
    for damaged in data.damaged:
        fix = f"put it back from a backup, or go on without it: doublebill train {name} --skip-damaged{option}"
        yield Finding(f"log {name}", "wrong", str(damaged), fix)
    if not data.damaged:
        yield found(
            f"log {name}", "ok", f"{sum(data.rows.values()):,} events and {len(data.items):,} items can be read"
        )


class _Passing:
    """Takes events and keeps none: reading them is the check."""

    def add(self, table: EventTable) -> None:
        """Takes some events."""
