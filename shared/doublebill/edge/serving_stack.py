"""The stores and models of the functions that recommend, wired in one place."""

from dataclasses import dataclass
from pathlib import Path

from doublebill.concurrency.deadline import Deadline
from doublebill.edge import clock
from doublebill.edge.settings import CONSISTENT, RecommendSettings
from doublebill.pseudonyms import Pseudonyms
from doublebill.service.access import pseudonym_key
from doublebill.service.recommending.history import History, UserHistories
from doublebill.service.serving.loaded_models import Serving
from doublebill.service.serving.warm_models import Warm
from doublebill.stores.histories import open_histories
from doublebill.stores.objects import BRISK, Objects, open_objects
from doublebill.stores.records import Records, open_records
from doublebill.stores.secrets import open_secrets


@dataclass(frozen=True)
class ServingStack:
    """The stores, the warm models and the histories of one execution environment."""

    objects: Objects
    records: Records
    warm: Warm
    histories: UserHistories

    def model_for(self, catalog: str, history: History, deadline: Deadline) -> Serving:
        """Returns the model that answers this history: the champion's, or the challenger's for its share of users."""
        return self.warm.serving(catalog, deadline, history.user)


def open_serving_stack(settings: RecommendSettings) -> ServingStack:
    """Returns the stack that the settings describe; it reads nothing yet."""
    objects, records = open_objects(settings.objects, BRISK, clock.SYSTEM), open_records(settings.histories)
    warm = Warm(objects, records, Path(settings.scratch), clock.SYSTEM, settings.refresh_seconds)
    secrets = open_secrets(settings.secrets)
    pseudonyms: list[Pseudonyms] = []

    def names_of(catalog: str, user_id: str) -> list[str]:
        if not pseudonyms:  # the key is fetched by the first request that needs it
            pseudonyms.append(pseudonym_key.guarded(objects, secrets, records=False))
        return pseudonyms[0].every(catalog, user_id)

    histories = open_histories(settings.histories)
    consistent = settings.history_reads == CONSISTENT
    return ServingStack(objects, records, warm, UserHistories(histories, names_of, consistent))
