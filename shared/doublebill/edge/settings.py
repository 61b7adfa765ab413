"""Settings: deployment facts from the environment, one frozen class per function, complete or refused.

The field `refresh_seconds` is read from the variable `DOUBLEBILL_REFRESH_SECONDS`, and so on.
"""

import math
import os
from collections.abc import Mapping

import msgspec

from doublebill.errors import SettingsIncomplete

PREFIX = "DOUBLEBILL_"

REFRESH_SECONDS = 5.0

METER_SECONDS = 10.0

ANSWER_SECONDS = 3.0


class ApiSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What every function that answers HTTP needs to know its callers and to count what they use."""

    objects: str
    histories: str
    refresh_seconds: float = REFRESH_SECONDS
    """How old the knowledge of champions, availability and callers may be."""
    meter_seconds: float = METER_SECONDS
    """How long counts may be kept in memory before they are written."""
    answer_seconds: float = ANSWER_SECONDS
    """How long a request may wait for stores, all of them together."""


class EventsSettings(ApiSettings, frozen=True, kw_only=True):
    """Where the events function writes."""

    secrets: str
    retention_days: float = 400.0
    """How long the histories keep an event."""


class RecommendSettings(ApiSettings, frozen=True, kw_only=True):
    """Where the recommend function reads."""

    secrets: str
    scratch: str = "/tmp/doublebill"  # noqa: S108  # Lambda's only writable folder; another is told on shared machines


class BatchesSettings(RecommendSettings, frozen=True, kw_only=True):
    """Where the batches function reads and writes, and starts itself for the work."""

    batch_jobs: str


class PeopleSettings(EventsSettings, frozen=True, kw_only=True):
    """Where the people function reads and writes."""


class GenerateSettings(ApiSettings, frozen=True, kw_only=True):
    """Where the generate function reads content models, and what rewrites texts."""

    rewriter: str = ""
    """The language model for `flavour`; nothing where there is none."""
    flavour_per_day: float = 500.0
    """Texts that it may be sent in a day (UTC), by all callers together."""


class ModelsSettings(ApiSettings, frozen=True, kw_only=True):
    """Where the models function reads runs, moves pointers and starts trainings."""

    jobs: str


class CatalogsSettings(ApiSettings, frozen=True, kw_only=True):
    """Where the catalogs function reads and writes, and starts to learn from corpora."""

    jobs: str
    openapi: str = "openapi.json"
    """The file that describes the API; beside the function, once it is built."""


class TrendingSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Where the trending function reads and writes."""

    objects: str


class TrainSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Where the train function reads and publishes, and starts itself once per catalog."""

    objects: str
    histories: str
    jobs: str


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
