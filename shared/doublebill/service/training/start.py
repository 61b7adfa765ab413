"""Starting trainings: a job for one catalog or for each of them, and how far a training is.

A training is started once for each trigger: a caller's key, or the time of a schedule. Of each catalog one works at a
time.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, NotRequired, TypedDict, cast

from msgspec import Meta

from doublebill.errors import DoublebillError, NotFound, StoreUnavailable, TrainingRunning
from doublebill.schema import IdempotencyKey, Input
from doublebill.service.catalog import catalog_record, catalogs
from doublebill.service.registry import runs
from doublebill.service.registry.leases import taking
from doublebill.service.registry.leases.lease import ONCE, Trigger
from doublebill.service.registry.privacy import ledger
from doublebill.service.registry.privacy.claims import claim_of
from doublebill.service.registry.written_configs import MOST_CONFIGS, read_config
from doublebill.stores import job_record
from doublebill.stores.jobs import Jobs, queue_ms
from doublebill.stores.objects import Objects
from doublebill.values.privacy_settings import Delta, Epsilon


class TrainingRequest(Input, frozen=True):
    """How to train; `force` promotes the result whatever the gate says."""

    force: bool = False
    skip_damaged: Annotated[bool, Meta(description="train without stored objects that are damaged")] = False
    budget_seconds: (
        Annotated[
            float,
            Meta(
                ge=0,
                le=1e9,
                description="seconds from 0, of counted work; by default half of what the function has",
            ),
        ]
        | None
    ) = None
    configs: Annotated[
        tuple[dict[str, object], ...],
        Meta(max_length=MOST_CONFIGS, description="a list of up to 100 configs, to which the search is restricted"),
    ] = ()
    epsilon: Epsilon | None = None
    """Trains with differential privacy; by default as the settings of the catalog say."""
    delta: Delta | None = None
    idempotency_key: IdempotencyKey = ""


class FittingAgain(TrainingRequest, frozen=True):
    """Fits a config again whose version is refused."""

    in_place_of: str = ""
    """The former champion whose place the version takes, as a rollback to it would; empty for none."""


AS_ALWAYS = TrainingRequest()


class Started(TypedDict):
    """A training that was started."""

    training_id: str


class Training(TypedDict):
    """The state of a training, and its outcome once it has ended."""

    training_id: str
    run: str
    catalog: str
    created: str
    state: str
    """queued, running, succeeded, failed or lost"""
    generation: NotRequired[int]
    """Orders the trainings of a catalog: one promotes only over lower ones."""
    started_ms: NotRequired[int]
    finished_ms: NotRequired[int]
    forced: NotRequired[bool]
    version: NotRequired[str]
    parent: NotRequired[str | None]
    promoted: NotRequired[bool]
    why: NotRequired[str]
    baseline: NotRequired[str]
    """The baseline that was published because no model beats it."""
    report: NotRequired[Mapping[str, object]]
    data: NotRequired[Mapping[str, object]]
    window: NotRequired[Mapping[str, object]]
    platform: NotRequired[Mapping[str, object]]
    warnings: NotRequired[Sequence[str]]
    """Numbers that fell by more than a tenth since the run before, and imports that were removed meanwhile."""
    skipped: NotRequired[Sequence[Mapping[str, str]]]
    """Damaged objects that were left out, each with its problem."""
    plan: NotRequired[Mapping[str, object]]
    """Where it runs and why: `place` (`here` or `spark`), `why`, and the `rows`, `memory_mb` and `seconds` expected."""
    privacy: NotRequired[Mapping[str, object]]
    """Of a private training: its claim, the noise, what was spent, and what else is released."""
    error: NotRequired[str]


def queue(
    objects: Objects,
    jobs: Jobs,
    catalog: str,
    run: str,
    now_ms: int,
    request: TrainingRequest = AS_ALWAYS,
    trigger: Trigger | None = None,
) -> runs.Record:
    """Starts a training of the catalog as a job and returns its record, or that of the run with the same trigger.

    The trigger is by default the request's key.

    Raises:
        NotFound: when there is no such catalog.
        InvalidInput: when a config is none, or the key came with another request before.
        BudgetSpent: when the request is private, and too little is left.
        TrainingRunning: when another training of the catalog is queued or at work.
        StoreUnavailable: when the job could not be started, which the record then says.
    """
    settings = catalog_record.read(objects, catalog)
    _check_configs(request)
    claim = claim_of(settings, request.epsilon, request.delta, request.configs)
    if claim and trigger is None:  # a scheduled training says so in its record
        ledger.read(objects, catalog).check(claim, settings.privacy.total)
    payload = payload_of(request, catalog, run)
    wanted = _trigger_of(request, payload) if trigger is None else trigger
    reserved = taking.reserve(objects, catalog, run, now_ms, wanted)
    if not reserved.fresh:
        try:
            return runs.read(objects, catalog, reserved.run, now_ms)
        except NotFound:  # the process that reserved it died before the job started
            payload["run"] = reserved.run
    fields = {**runs.made(catalog, reserved.run, now_ms), "generation": reserved.generation}
    if longest := queue_ms(jobs):
        fields["queued_until_ms"] = now_ms + longest
    try:
        return runs.record_of(objects, catalog, reserved.run).queue(jobs, payload, fields)
    except StoreUnavailable:
        taking.give_up(objects, catalog, reserved.run)
        raise


def give_back(objects: Objects, catalog: str, run: str) -> None:
    """Ends a queued training that its job will not do, so that the next one may begin; one that has begun goes on."""
    runs.never_began(objects, catalog, run, job_record.INTERRUPTED_REASON)
    taking.give_up(objects, catalog, run)


@dataclass(frozen=True)
class FannedOut:
    """The trainings that one firing of the schedule started, and those that it could not start."""

    started: Sequence[runs.Record]
    running: Sequence[str]
    """Catalogs that are being trained already."""
    failed: Mapping[str, str]
    """Catalogs whose training could not be started, with the reasons."""

    def check(self) -> None:
        """Raises `StoreUnavailable` with the names of the catalogs whose training could not be started."""
        if self.failed:
            reasons = "; ".join(f"{catalog}: {why}" for catalog, why in self.failed.items())
            raise StoreUnavailable(f"{len(self.failed)} trainings could not be started: {reasons}")


def queue_all(objects: Objects, jobs: Jobs, now_ms: int, entropy: str, fired: str = "") -> FannedOut:
    """Starts a training of every catalog, each once for each firing of the schedule; one that fails stops no other.

    `fired` names the firing; when it comes again, what it started is not started again.
    """
    run = job_record.new_id(now_ms, entropy)
    trigger = Trigger(_digest(f"schedule {fired}")) if fired else ONCE
    started: list[runs.Record] = []
    running: list[str] = []
    failed: dict[str, str] = {}
    for catalog in catalogs.names(objects):
        try:
            started.append(queue(objects, jobs, catalog, run, now_ms, trigger=trigger))
        except TrainingRunning:
            running.append(catalog)
        except DoublebillError as reason:  # the others start all the same
            failed[catalog] = str(reason)
    return FannedOut(started, running, failed)


def _check_configs(request: TrainingRequest) -> None:
    for place, config in enumerate(request.configs):
        read_config(config, f"configs[{place}]")


def payload_of(request: TrainingRequest, catalog: str, run: str) -> dict[str, object]:
    """Returns the payload of the job; a field that the request leaves out is not in it."""
    numbers = {"budget_seconds": request.budget_seconds, "epsilon": request.epsilon, "delta": request.delta}
    return {
        "catalog": catalog,
        "run": run,
        "force": request.force,
        **({"skip_damaged": True} if request.skip_damaged else {}),
        **({"configs": list(request.configs)} if request.configs else {}),
        **({"in_place_of": request.in_place_of} if isinstance(request, FittingAgain) and request.in_place_of else {}),
        **{name: number for name, number in numbers.items() if number is not None},
    }


def _trigger_of(request: TrainingRequest, payload: Mapping[str, object]) -> Trigger:
    """Returns the trigger of a request with a key."""
    if not request.idempotency_key:
        return ONCE
    wanted = {name: value for name, value in payload.items() if name != "run"}
    return Trigger(_digest(f"key {request.idempotency_key}"), _digest(json.dumps(wanted, sort_keys=True)))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def training(objects: Objects, catalog: str, training_id: str, now_ms: int) -> Training:
    """The state of a training, and its outcome once it has ended.

    Raises:
        NotFound: when there is no such catalog or training.
    """
    catalogs.settings(objects, catalog)
    return cast(Training, {"training_id": training_id, **runs.read(objects, catalog, training_id, now_ms)})
