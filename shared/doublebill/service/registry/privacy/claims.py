"""Claims of trainings: how private a training is, by its request and by the settings of its catalog."""

from collections.abc import Sequence

from doublebill.errors import InvalidInput
from doublebill.service.catalog.catalog_record import CatalogRecord
from doublebill.values.privacy_claim import PrivacyClaim


def is_private(settings: CatalogRecord, epsilon: object) -> bool:
    """Returns whether a training with this epsilon, or None, is private: then it tells nothing counted on the data."""
    return epsilon is not None or settings.privacy.epsilon is not None


def claim_of(
    settings: CatalogRecord, epsilon: float | None, delta: float | None, configs: Sequence[object] = ()
) -> PrivacyClaim | None:
    """Returns the claim of a training; None where it is not private.

    Raises:
        InvalidInput: when there is a delta and no epsilon, or a private training has configs to choose among.
    """
    claim = settings.privacy.claim(epsilon, delta)
    if claim and configs:
        problem = "given with a private training, whose one config is fixed without the data"
        raise InvalidInput.one("configs", problem, "leave out configs, or epsilon")
    return claim
