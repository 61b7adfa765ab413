"""Past answers: what a catalog recommended at a time, made again from what is kept.

The version and the history are those of the time; nothing else is kept, so an answer says under `replayed` what is not:
availability and settings are today's, and recent popularity is that of the training.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NotRequired, TypedDict

from doublebill.errors import DataDamaged, InvalidInput, NotFound, ObjectDamaged, ObjectMissing, StoreUnavailable
from doublebill.service.catalog import availability, catalog_record, user_aliases
from doublebill.service.catalog.sharded.log_shards import LogMoved, LogShards
from doublebill.service.catalog.sharded.shard_reading import ShardReading
from doublebill.service.catalog.sharded.wanted import Wanted
from doublebill.service.ingesting.ingest import Intake
from doublebill.service.ingesting.rebuilding.past_history import history_as_of
from doublebill.service.recommending import recommendations
from doublebill.service.recommending.history import History, StoredHistory
from doublebill.service.recommending.requests import RecommendationOptions
from doublebill.service.recommending.responses import Recommendations
from doublebill.service.registry import champions, recommendation_ids, runs
from doublebill.service.registry.privacy.refused import check_allowed
from doublebill.service.serving.disk_cache import DiskCache
from doublebill.service.serving.loaded_models import LoadedModel, Serving
from doublebill.stores.objects import Objects

AS_TODAY = ("availability", "settings")
AS_TRAINED = ("recent popularity",)


class Replayed(TypedDict):
    """The sources of an answer that was made again."""

    at: str
    version: str
    as_today: Sequence[str]
    """Facts that are today's."""
    as_trained: Sequence[str]
    """Facts that are those of the training, and may have been counted again since."""
    led_to: NotRequired[Sequence[str]]
    """Items of events that quote the recommendation."""


class PastRecommendations(Recommendations):
    """Recommendations that were made again."""

    replayed: Replayed


@dataclass(frozen=True)
class Past:
    """A catalog as it was at a time."""

    intake: Intake
    cache: DiskCache
    catalog: str
    at_ms: int
    """Milliseconds of Unix time."""
    version: str = ""
    """The version that answers; empty for the champion of the time."""

    def recommend(self, history: History, options: RecommendationOptions) -> PastRecommendations:
        """Returns the recommendations of the time for a history.

        Raises:
            NotFound: when there is no such version, or none was champion then.
            VersionRefused: when it was trained on users who were erased since.
        """
        version = self.version or champion_at(self.intake.objects, self.catalog, self.at_ms)
        response = recommendations.recommend(self.catalog, self.serving(version), history, options, self.at_ms)
        replayed = Replayed(at=runs.iso(self.at_ms), version=version, as_today=AS_TODAY, as_trained=AS_TRAINED)
        return PastRecommendations(**response, replayed=replayed)

    def history_of(self, users: Sequence[str]) -> History:
        """Returns the history that the user with these pseudonyms had."""
        stored = history_as_of(self.intake, self.catalog, users, self.at_ms)
        return History(stored=StoredHistory.of(stored, self.at_ms // 1000), user=users[0])

    def serving(self, version: str) -> Serving:
        """Returns a version as it serves with the availability and settings of today.

        Raises:
            NotFound: when there is no such version.
        """
        objects = self.intake.objects
        check_allowed(objects, self.catalog, version)
        try:
            model = LoadedModel.of(version, self.cache.load(self.catalog, version))
        except ObjectMissing as missing:
            raise NotFound(f"catalog {self.catalog!r} has no version {version!r}; `models` lists them") from missing
        model = model.with_availability(availability.read(objects, self.catalog))
        record = catalog_record.read(objects, self.catalog)
        return Serving(version, model.recommender, None, model.available, record=record, windows=model.windows)


def champion_at(objects: Objects, catalog: str, at_ms: int) -> str:
    """Returns the version that trainings or people had made champion at a time; before `past` was kept, trainings only.

    Raises:
        NotFound: when there was none.
    """
    current = champions.read_champion(objects, catalog)
    if current and current.promoted_ms <= at_ms:
        return current.version
    for since_ms, version in current.past if current else ():
        if since_ms <= at_ms:
            return version
    names = [key.rpartition("/")[2].removesuffix(".json") for key in objects.keys(f"runs/{catalog}/")]
    for run in sorted(names, reverse=True):
        fields = runs.read(objects, catalog, run, at_ms)
        finished = fields.get("finished_ms")
        if fields.get("promoted") and isinstance(finished, int) and finished <= at_ms:
            return str(fields["version"])
    raise NotFound(f"no version of catalog {catalog!r} was champion at {runs.iso(at_ms)}; name one by --version")


def parsed(recommendation_id: str) -> tuple[str, int]:
    """Returns the version and the time of a recommendation, in milliseconds.

    Raises:
        InvalidInput: when it is no id of a recommendation.
    """
    if not (found := recommendation_ids.parse(recommendation_id)):
        problem = f"{recommendation_id!r} is no id of a recommendation"
        raise InvalidInput.one("--recommendation", problem, "take the recommendation_id of an answer or a log line")
    return found


def led_to(
    objects: Objects, catalog: str, recommendation_id: str, since_ms: int = 0, users: Collection[str] = ()
) -> dict[str, list[str]]:
    """Returns the items of events since a time that quote a recommendation, by pseudonym.

    It reads the whole log, or only the shards that have rows of `users`, the pseudonyms of one user.

    Raises:
        DataDamaged: when an object of the log is damaged.
        StoreUnavailable: also when blocks of the log were replaced meanwhile; call it again.
    """
    damaged: list[ObjectDamaged] = []
    owners = user_aliases.read(objects, list(objects.keys(user_aliases.prefix(catalog))), damaged)
    of_user = {*users, *(alias for alias, owner in owners.items() if owner in users)} if users else None
    log = LogShards.of_now(objects, Wanted(catalog, since_ms, only=frozenset(), users=of_user))
    reading, items = ShardReading(log, objects, owners), dict[str, list[str]]()
    try:
        for table in reading.tables():
            quoting = table.take(table.recommendation_ids.equal(recommendation_id))
            for event in quoting.events():
                items.setdefault(event.user, []).append(event.item_id)
    except LogMoved as moved:
        raise StoreUnavailable("blocks of the event log were replaced while they were read; try again") from moved
    if damaged := [*reading.damaged, *damaged]:
        raise DataDamaged(damaged, "Put them back from a backup (in S3, an earlier version of the object)")
    return items
