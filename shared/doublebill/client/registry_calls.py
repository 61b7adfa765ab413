"""The calls about models: train, list, promote, compare."""

from typing import Unpack

from doublebill.client.call import Call, Poll, new_id, path_of
from doublebill.client.methods import method, polled
from doublebill.client.shapes import (
    ChampionResponse,
    ModelCard,
    ModelList,
    ModelsQuery,
    RunList,
    Started,
    Training,
    TrainingRequest,
    TrainingsQuery,
    VersionRecommendations,
    VersionRequest,
)


class RegistryCalls:
    """Methods for trainings and versions."""

    @method
    def start_training(self, catalog: str, **request: Unpack[TrainingRequest]) -> Call[Started]:
        """Starts a training of a catalog.

        The client makes an `idempotency_key` where there is none, so that a retry does not start a second training.
        """
        keyed: TrainingRequest = {"idempotency_key": new_id(), **request}
        return Call("POST", path_of("catalogs", catalog, "trainings"), body=keyed)

    @method
    def training(self, catalog: str, training_id: str) -> Call[Training]:
        """Returns the state of a training, and its outcome once it has ended."""
        return _training(catalog, training_id)

    @polled
    def ended_training(self, catalog: str, training_id: str) -> Poll[Training]:
        """Waits until a training has ended and returns its outcome."""
        return Poll(_training(catalog, training_id), lambda run: run["state"] not in ("queued", "running"))

    @method
    def trainings(self, catalog: str, **query: Unpack[TrainingsQuery]) -> Call[RunList]:
        """Lists the newest trainings of a catalog."""
        return Call("GET", path_of("catalogs", catalog, "trainings"), query)

    @method
    def models(self, catalog: str, **query: Unpack[ModelsQuery]) -> Call[ModelList]:
        """Lists a page of the versions of a catalog, newest first."""
        return Call("GET", path_of("catalogs", catalog, "models"), query)

    @method
    def model(self, catalog: str, version: str) -> Call[ModelCard]:
        """Returns one version with its config and report."""
        return Call("GET", path_of("catalogs", catalog, "models", version))

    @method
    def recommend_by(
        self, catalog: str, version: str, **request: Unpack[VersionRequest]
    ) -> Call[VersionRecommendations]:
        """Recommends items for a history by a version that need not serve."""
        return Call("POST", path_of("catalogs", catalog, "models", version, "recommendations"), body=request)

    @method
    def promote(self, catalog: str, version: str) -> Call[ChampionResponse]:
        """Makes a version the champion, which answers from then on."""
        return Call("PUT", path_of("catalogs", catalog, "champion"), body={"version": version})

    @method
    def challenge(self, catalog: str, version: str, share: float) -> Call[ChampionResponse]:
        """Lets a version answer a share of the users."""
        return Call("PUT", path_of("catalogs", catalog, "challenger"), body={"version": version, "share": share})

    @method
    def end_challenge(self, catalog: str) -> Call[ChampionResponse]:
        """Lets the champion answer all users again."""
        return Call("DELETE", path_of("catalogs", catalog, "challenger"))


def _training(catalog: str, training_id: str) -> Call[Training]:
    return Call("GET", path_of("catalogs", catalog, "trainings", training_id))
