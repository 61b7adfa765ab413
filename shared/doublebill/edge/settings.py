"""Settings: deployment facts from the environment, one frozen class per function, complete or refused.

The field `refresh_seconds` is read from the variable `DOUBLEBILL_REFRESH_SECONDS`, and so on.
"""

import math
import os
from collections.abc import Mapping

import msgspec

from doublebill.errors import SettingsIncomplete
from doublebill.times.retention import DEFAULT_DAYS, ERASURE_DAYS

PREFIX = "DOUBLEBILL_"

REFRESH_SECONDS = 5.0

METER_SECONDS = 10.0

ANSWER_SECONDS = 3.0

CONSISTENT = "Consistent"


class WatchSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of what every function tells of itself."""

    stage: str = "local"
    """The name under which its metrics are counted: that of the stack."""
    measured_catalogs: str = ""
    """Catalogs with metrics of their own, with commas between them."""
    tracing: str = "Disabled"
    """`Active` where requests are traced by X-Ray."""


class ApiSettings(WatchSettings, frozen=True, kw_only=True):
    """Settings of every function behind the HTTP API: its stores, and how fresh their facts have to be."""

    objects: str
    histories: str
    refresh_seconds: float = REFRESH_SECONDS
    """Longest age of the champions, the availability and the callers in memory."""
    meter_seconds: float = METER_SECONDS
    """Longest time that counts stay in memory before they are written."""
    answer_seconds: float = ANSWER_SECONDS
    """Longest time that a request waits for all stores together."""
    logged_share: float = 1.0
    """Share of the successful requests that have a log line of their own."""


class EventsSettings(ApiSettings, frozen=True, kw_only=True):
    """Settings of the events function."""

    secrets: str
    retention_days: float = DEFAULT_DAYS
    """Days that rows about people are kept."""


class RecommendSettings(ApiSettings, frozen=True, kw_only=True):
    """Settings of the recommend function."""

    secrets: str
    history_reads: str = CONSISTENT
    """`Eventual` where a history may be a moment old when it is read, for half the price."""
    scratch: str = "/tmp/doublebill"  # noqa: S108  # Lambda's only writable folder; shared machines set another


class BatchesSettings(RecommendSettings, frozen=True, kw_only=True):
    """Settings of the batches function, which starts itself for the work."""

    batch_jobs: str


class PeopleSettings(EventsSettings, frozen=True, kw_only=True):
    """Settings of the people function, which starts trainings without erased users."""

    jobs: str
    recovery_days: float = 0.0
    """Days for which what was deleted can be brought back in the bucket and the table."""
    erasure_days: float = ERASURE_DAYS
    """Days after which versions with erased users serve no more."""


class GenerateSettings(ApiSettings, frozen=True, kw_only=True):
    """Settings of the generate function, which starts itself for batches."""

    content_jobs: str
    rewriter: str = ""
    """The language model for `flavour`; empty if there is none."""
    flavour_per_day: float = 500.0
    """Texts that it rewrites in a day (UTC), for all callers together."""


class ModelsSettings(ApiSettings, frozen=True, kw_only=True):
    """Settings of the models function, which starts trainings, and loads versions to be compared."""

    jobs: str
    scratch: str = "/tmp/doublebill"  # noqa: S108  # as that of the recommend function


class CatalogsSettings(ApiSettings, frozen=True, kw_only=True):
    """Settings of the catalogs function, which starts learning from corpora."""

    jobs: str
    openapi: str = "openapi.json"
    """The file that describes the API; a build puts it beside the function."""


class PlaygroundSettings(WatchSettings, frozen=True, kw_only=True):
    """Settings of the playground function."""

    client_script: str = "doublebill.js"
    """The client of the API in JavaScript; a build puts it beside the function."""


class ItemsSettings(ApiSettings, frozen=True, kw_only=True):
    """Settings of the items function."""


class ImportsSettings(ApiSettings, frozen=True, kw_only=True):
    """Settings of the imports function."""


class ReleaseSettings(WatchSettings, frozen=True, kw_only=True):
    """Settings of the release function, which asks the new versions of others."""

    objects: str
    recommend_version: str
    """The ARN of the new version of the recommend function; that of generate follows."""
    generate_version: str


class PruneSettings(WatchSettings, frozen=True, kw_only=True):
    """Settings of the prune function."""

    objects: str
    retention_days: float = DEFAULT_DAYS


class TrendingSettings(WatchSettings, frozen=True, kw_only=True):
    """Settings of the trending function."""

    objects: str
    retention_days: float = DEFAULT_DAYS


class TrainSettings(WatchSettings, frozen=True, kw_only=True):
    """Settings of the train function, which starts itself once per catalog."""

    objects: str
    histories: str
    jobs: str
    retention_days: float = DEFAULT_DAYS
    spark_jobs: str = ""
    """Where trainings go that do not fit into the function; empty where there is no Spark."""
    training_memory_mb: float = 0.0
    """Memory for one training; 0 for that of the function or the computer."""


def variable(field: str) -> str:
    """Returns the environment variable of a settings field."""
    return PREFIX + field.upper()


def read_settings[T: msgspec.Struct](wanted: type[T], environment: Mapping[str, str] = os.environ) -> T:
    """Returns the settings of a function.

    Raises:
        SettingsIncomplete: when a variable is missing or is not of its type.
    """
    values: dict[str, object] = {}
    for field in msgspec.structs.fields(wanted):
        name = variable(field.name)
        if name in environment:
            values[field.name] = _converted(name, environment[name], field.type)
        elif field.required:
            raise SettingsIncomplete(f"{name}: missing; set it to the {field.name} of the function")
    return wanted(**values)


def _converted(name: str, found: str, wanted: type) -> object:
    if wanted is not float:
        return found
    try:
        number = float(found)
    except ValueError:
        number = math.nan
    if not 0 <= number < math.inf:
        raise SettingsIncomplete(f"{name}: {found!r} is not valid; use a number from 0")
    return number
