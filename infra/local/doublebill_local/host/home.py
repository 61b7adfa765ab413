"""Home: the state folder of the embedded run, and the settings that point every function at it."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import doublebill
from doublebill.edge.clock import SYSTEM, now_ms
from doublebill.edge.settings import PeopleSettings, TrainSettings, read_settings, variable
from doublebill.errors import InvalidInput, StoreUnavailable
from doublebill.service.access import pseudonym_key
from doublebill.service.ingesting.ingest import Intake
from doublebill.service.serving.disk_cache import DiskCache
from doublebill.service.serving.warm_models import Warm
from doublebill.stores.histories import Histories, SqliteHistories, open_histories
from doublebill.stores.jobs import Jobs, open_jobs
from doublebill.stores.objects import Objects, open_objects
from doublebill.stores.records import Records, open_records
from doublebill.stores.secrets import Secrets, open_secrets
from doublebill.times.retention import kept_since_ms
from doublebill_local.host.histories_file import check_histories_file
from doublebill_local.locations import DEFAULT_HOME, HOME_VARIABLE, ROOT
from doublebill_local.private_files import close_state

STACK_OUTPUTS = ("objects", "histories", "secrets", "jobs")
"""Settings in the outputs of a deployed stack, under the same names with a capital."""

DAYS = {"RetentionDays": "retention_days", "ErasureDays": "erasure_days"}
"""Parameters of a deployed stack about rows of people, with the settings that they are."""


@dataclass(frozen=True)
class DeployedStack:
    """A deployed stack as CloudFormation describes it."""

    outputs: Mapping[str, str]
    parameters: Mapping[str, str]

    @classmethod
    def of(cls, name: str) -> "DeployedStack":
        """Reads the stack of this name with the caller's AWS credentials.

        Raises:
            StoreUnavailable: when it cannot be read.
        """
        import boto3
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            stack = boto3.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]
        except (BotoCoreError, ClientError) as failed:
            raise StoreUnavailable(f"stack {name!r}: {failed}") from failed
        return cls(
            {one["OutputKey"]: one["OutputValue"] for one in stack.get("Outputs", [])},
            {one["ParameterKey"]: one.get("ParameterValue", "") for one in stack.get("Parameters", [])},
        )


@dataclass(frozen=True)
class Home:
    """A state folder. Any number of processes may use it at once."""

    folder: Path

    @classmethod
    def at(cls, folder: str | None) -> "Home":
        """Returns the home in `folder`, or else in that of the environment, or else in `.doublebill` here.

        Raises:
            InvalidInput: when there is a file in its place.
        """
        found = Path(folder or os.environ.get(HOME_VARIABLE) or DEFAULT_HOME).absolute()
        if found.exists() and not found.is_dir():
            raise InvalidInput.one("--home", f"{str(found)!r} is a file", "name a folder")
        close_state(found)
        return cls(found)

    @classmethod
    def of_stack(cls, name: str, folder: str | None = None) -> "Home":
        """Returns a home whose stores are those of a deployed stack, reached with the caller's AWS credentials.

        Raises:
            StoreUnavailable: when the stack cannot be read, or is not one of doublebill's.
        """
        stack = DeployedStack.of(name)
        missing = [field.capitalize() for field in STACK_OUTPUTS if field.capitalize() not in stack.outputs]
        if missing:
            raise StoreUnavailable(f"stack {name!r}: no output {', '.join(missing)}; name a stack of doublebill")
        os.environ.update({variable(field): stack.outputs[field.capitalize()] for field in STACK_OUTPUTS})
        days = {field: stack.parameters.get(parameter) for parameter, field in DAYS.items()}
        os.environ.update({variable(field): value for field, value in days.items() if value})
        return cls.at(folder)

    def environment(self) -> dict[str, str]:
        """Returns the environment variables by which every function uses this folder; those already set win."""
        here = quote(str(self.folder))
        job = f"process://{quote(str(Path(__file__).with_name('job.py')))}"
        local = {
            variable("objects"): f"file://{here}/objects",
            variable("histories"): self.local_histories_url(),
            variable("secrets"): f"file://{here}/pseudonym.key",
            variable("jobs"): f"{job}#TrainFunction",
            variable("batch_jobs"): f"{job}#BatchesFunction",
            variable("content_jobs"): f"{job}#GenerateFunction",
            variable("openapi"): str(ROOT / "infra/openapi.json"),
            variable("client_script"): str(Path(doublebill.__file__).with_name("client") / "doublebill.js"),
            variable("scratch"): f"{self.folder}/scratch",
            variable("refresh_seconds"): "1",
            variable("meter_seconds"): "1",
            # on a busy laptop a late answer is better than the popular items
            variable("answer_seconds"): "20",
            variable("unproven"): "local",
        }
        return {name: os.environ.get(name, value) for name, value in local.items()}

    def objects(self) -> Objects:
        """Opens the objects of this home."""
        return open_objects(self._settings().objects)

    def histories(self) -> Histories:
        """Opens the histories of this home.

        Raises:
            StoreUnavailable: when they are missing or damaged, with the command that makes them again.
        """
        url = self._settings().histories
        histories = open_histories(url)
        if url == self.local_histories_url() and isinstance(histories, SqliteHistories):
            check_histories_file(self.histories_file(), self.objects())
            histories.remove_expired(0)  # makes the file, before any event is logged
        return histories

    def make_histories(self) -> None:
        """Makes the file of the histories where it is missing, although the log has events: for their repair."""
        if self._settings().histories == self.local_histories_url():
            SqliteHistories(self.histories_file()).remove_expired(0)

    def histories_file(self) -> Path:
        """Returns the file of the histories in this folder."""
        return self.folder / "histories.sqlite"

    def histories_url(self) -> str:
        """Returns the URL of the histories, in this folder or elsewhere."""
        return self._settings().histories

    def local_histories_url(self) -> str:
        """Returns the URL of that file."""
        return f"sqlite://{quote(str(self.folder))}/histories.sqlite"

    def intake(self) -> Intake:
        """Opens the stores that take events."""
        settings = self._settings()
        pseudonyms = pseudonym_key.guarded(self.objects(), self.secrets())
        return Intake(self.objects(), self.histories(), pseudonyms, round(settings.retention_days * 86400))

    def retention_days(self) -> float:
        """Returns the days that rows about people are kept."""
        return self._settings().retention_days

    def erasure_days(self) -> float:
        """Returns the days after an erasure for which models that had the users may serve."""
        return self._settings().erasure_days

    def training_memory_mb(self) -> float:
        """Returns the memory that a training may take, 0 for that of the computer."""
        return read_settings(TrainSettings, {**os.environ, **self.environment()}).training_memory_mb

    def kept_since_ms(self) -> int:
        """Returns the time before which stored rows about people have expired."""
        return kept_since_ms(now_ms(), self.retention_days())

    def secrets(self) -> Secrets:
        """Opens the store of the pseudonym key of this home."""
        return open_secrets(self._settings().secrets)

    def jobs(self) -> Jobs:
        """Opens the jobs that run trainings."""
        return open_jobs(self.environment()[variable("jobs")])

    def records(self) -> Records:
        """Opens the records of this home."""
        return open_records(self._settings().histories)

    def warm(self) -> Warm:
        """Returns the loader of models of this home."""
        return Warm(self.objects(), self.records(), self.scratch(), SYSTEM)

    def disk_cache(self) -> DiskCache:
        """Returns the versions on the disk of this home, which fetches others."""
        return DiskCache(self.objects(), self.scratch(), SYSTEM)

    def scratch(self) -> Path:
        """Returns the folder from which models are mapped."""
        return Path(self.environment()[variable("scratch")])

    def _settings(self) -> PeopleSettings:
        environment: Mapping[str, str] = {**os.environ, **self.environment()}
        return read_settings(PeopleSettings, environment)
