"""Privacy cards of trainings: the facts that a card is made of, gathered where they are known."""

import math
from collections.abc import Mapping

from doublebill.errors import StoreUnavailable
from doublebill.fit.private.clipped_users import MOST_ITEMS
from doublebill.fit.protection.uniqueness import uniqueness
from doublebill.model.config import Config
from doublebill.model.interactions import Interactions
from doublebill.service.access.pseudonym_key import recorded_fingerprint
from doublebill.service.registry.privacy.card import PrivacyCard, measured_card, private_card
from doublebill.service.training.job import TrainingJob


def of_measured(
    job: TrainingJob, interactions: Interactions, data: Mapping[str, object], config: Config
) -> PrivacyCard:
    """Returns the card of a version that is fitted to interactions without noise."""
    limits = config.minimum_users, config.most_items
    return measured_card(data, uniqueness(interactions), limits, _key_id(job), _retention_days(job))


def of_private(job: TrainingJob, fields: Mapping[str, object]) -> PrivacyCard:
    """Returns the card of a version with differential privacy, from the fields of its run."""
    privacy = fields["privacy"]
    assert isinstance(privacy, Mapping)  # noqa: S101  # private runs write it
    return private_card(privacy, MOST_ITEMS, _key_id(job), _retention_days(job))


def _key_id(job: TrainingJob) -> str | None:
    try:
        return recorded_fingerprint(job.objects)
    except StoreUnavailable:
        return None


def _retention_days(job: TrainingJob) -> float | None:
    return job.retention_days if math.isfinite(job.retention_days) else None
