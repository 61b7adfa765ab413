"""Starting trainings: a job for one catalog or for each of them, and how far a training is."""

from collections.abc import Mapping, Sequence
from typing import Annotated, NotRequired, TypedDict, cast

from msgspec import Meta

from doublebill.errors import NotFound, StoreUnavailable
from doublebill.schema import Input
from doublebill.service.catalog import catalogs
from doublebill.service.registry import runs
from doublebill.service.registry.written_configs import MOST_CONFIGS, read_config
from doublebill.stores import job_record
from doublebill.stores.jobs import Jobs
from doublebill.stores.objects import Objects


class TrainingRequest(Input, frozen=True):
    """How to train; `force` promotes the result whatever the gate says."""

    force: bool = False
    skip_damaged: Annotated[bool, Meta(description="train without stored objects that are damaged")] = False
    budget_seconds: (
        Annotated[float, Meta(ge=0, le=1e9, description="seconds from 0; by default all that the function has")] | None
    ) = None
    configs: Annotated[
        tuple[dict[str, object], ...],
        Meta(max_length=MOST_CONFIGS, description="a list of up to 100 configs, to which the search is restricted"),
    ] = ()


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
    error: NotRequired[str]


def queue(
    objects: Objects,
    jobs: Jobs,
    catalog: str,
    run: str,
    now_ms: int,
    request: TrainingRequest = AS_ALWAYS,
) -> runs.Record:
    """Starts a training of the catalog as a job and returns its record.

    Raises:
        NotFound: when there is no such catalog.
        InvalidInput: when a config is none.
        StoreUnavailable: when the job could not be started, which the record then says.
    """
    catalogs.settings(objects, catalog)
    for place, config in enumerate(request.configs):
        read_config(config, f"configs[{place}]")
    budget = {} if request.budget_seconds is None else {"budget_seconds": request.budget_seconds}
    payload = {
        "catalog": catalog,
        "run": run,
        "force": request.force,
        **({"skip_damaged": True} if request.skip_damaged else {}),
        **budget,
        **({"configs": list(request.configs)} if request.configs else {}),
    }
    return runs.record_of(objects, catalog, run).queue(jobs, payload, runs.made(catalog, run, now_ms))


def queue_all(objects: Objects, jobs: Jobs, now_ms: int, entropy: str) -> list[runs.Record]:
    """Starts a training of every catalog; the record of one that cannot be started says `failed`."""
    run = job_record.new_id(now_ms, entropy)
    records: list[runs.Record] = []
    for catalog in catalogs.names(objects):
        try:
            records.append(queue(objects, jobs, catalog, run, now_ms))
        except (NotFound, StoreUnavailable) as failed:  # the others start all the same
            records.append({**runs.made(catalog, run, now_ms), "state": "failed", "error": str(failed)})
    return records


def training(objects: Objects, catalog: str, training_id: str, now_ms: int) -> Training:
    """The state of a training, and its outcome once it has ended.

    Raises:
        NotFound: when there is no such catalog or training.
    """
    catalogs.settings(objects, catalog)
    return cast(Training, {"training_id": training_id, **runs.read(objects, catalog, training_id, now_ms)})
