"""Settings: deployment facts from the environment, one frozen dataclass per function, complete or refused.

The field `refresh_seconds` is read from the variable `DOUBLEBILL_REFRESH_SECONDS`, and so on.
"""

import dataclasses
import math
import os
import typing
from collections.abc import Mapping
from dataclasses import dataclass

from doublebill.errors import SettingsIncomplete

PREFIX = "DOUBLEBILL_"


@dataclass(frozen=True, kw_only=True)
class ApiSettings:
    """What every function that answers HTTP needs to know its callers and to count what they use."""

    objects: str
    histories: str
    refresh_seconds: float = 5.0
    """How old the knowledge of champions, availability and callers may be."""
    meter_seconds: float = 10.0
    """How long counts may be kept in memory before they are written."""
    answer_seconds: float = 3.0
    """How long a request may wait for stores, all of them together."""


@dataclass(frozen=True, kw_only=True)
class EventsSettings(ApiSettings):
    """Where the events function writes."""

    secrets: str
    retention_days: float = 400.0
    """How long the histories keep an event."""


@dataclass(frozen=True, kw_only=True)
class RecommendSettings(ApiSettings):
    """Where the recommend function reads."""

    secrets: str
    scratch: str = "/tmp/doublebill"  # noqa: S108  # Lambda's only writable folder; another is told on shared machines


@dataclass(frozen=True, kw_only=True)
class BatchesSettings(RecommendSettings):
    """Where the batches function reads and writes, and starts itself for the work."""

    batch_jobs: str


@dataclass(frozen=True, kw_only=True)
class PeopleSettings(EventsSettings):
    """Where the people function reads and writes."""


@dataclass(frozen=True, kw_only=True)
class GenerateSettings(ApiSettings):
    """Where the generate function reads content models, and what rewrites texts."""

    rewriter: str = ""
    """The language model for `flavour`; nothing where there is none."""
    flavour_per_day: float = 500.0
    """Texts that it may be sent in a day (UTC), by all callers together."""


@dataclass(frozen=True, kw_only=True)
class ModelsSettings(ApiSettings):
    """Where the models function reads runs, moves pointers and starts trainings."""

    jobs: str


@dataclass(frozen=True, kw_only=True)
class CatalogsSettings(ApiSettings):
    """Where the catalogs function reads and writes, and starts to learn from corpora."""

    jobs: str
    openapi: str = "openapi.json"
    """The file that describes the API; beside the function, once it is built."""


@dataclass(frozen=True, kw_only=True)
class TrendingSettings:
    """Where the trending function reads and writes."""

    objects: str


@dataclass(frozen=True, kw_only=True)
class TrainSettings:
    """Where the train function reads and publishes, and starts itself once per catalog."""

    objects: str
    histories: str
    jobs: str


def variable(field: str) -> str:
    """The environment variable of a settings field."""
    return PREFIX + field.upper()


def read_settings[T](wanted: type[T], environment: Mapping[str, str] = os.environ) -> T:
    """The settings of a function.

    Raises:
        SettingsIncomplete: when a variable is missing or is not of its type.
    """
    values: dict[str, object] = {}
    for field in dataclasses.fields(wanted):  # type: ignore[arg-type]  # every settings class is a dataclass
        name = variable(field.name)
        if name in environment:
            values[field.name] = _converted(name, environment[name], typing.get_type_hints(wanted)[field.name])
        elif field.default is dataclasses.MISSING:
            raise SettingsIncomplete(f"{name}: found nothing, expected the setting of {wanted.__name__}.{field.name}")
    return wanted(**values)


def _converted(name: str, found: str, wanted: type) -> object:
    if wanted is not float:
        return found
    try:
        number = float(found)
    except ValueError:
        number = math.nan
    if not 0 <= number < math.inf:
        raise SettingsIncomplete(f"{name}: found {found!r}, expected a number of at least 0")
    return number
