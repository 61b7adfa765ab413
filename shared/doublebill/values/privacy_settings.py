"""Privacy settings: how private the trainings of a catalog are, and how much all of them together may release."""

from dataclasses import dataclass
from typing import Annotated, TypedDict

import msgspec
from msgspec import Meta, UnsetType

from doublebill.errors import InvalidInput
from doublebill.schema import Input
from doublebill.values.privacy_claim import LEAST_DELTA, LEAST_EPSILON, MOST_DELTA, MOST_EPSILON, PrivacyClaim

DELTA = 1e-6
TOTAL_EPSILON = 8.0
"""The total of a catalog that sets none: 43 trainings with epsilon 1."""

Epsilon = Annotated[
    float,
    Meta(
        ge=LEAST_EPSILON,
        le=MOST_EPSILON,
        description="an epsilon from 0.01 to 100",
    ),
]
Delta = Annotated[float, Meta(ge=LEAST_DELTA, le=MOST_DELTA, description="a delta from 1e-15 to 0.001")]


class PrivacyRequest(Input, frozen=True):
    """The differential privacy of trainings; a field that is left out keeps its value, null takes epsilon back."""

    epsilon: Epsilon | UnsetType | None = msgspec.UNSET
    delta: Delta | UnsetType = msgspec.UNSET
    total_epsilon: Epsilon | UnsetType = msgspec.UNSET


class PrivacyState(TypedDict):
    """The differential privacy of trainings."""

    epsilon: float | None
    """Of each training; null where only those are private that ask for it."""
    delta: float
    total_epsilon: float
    """Of all trainings together, at `delta`."""


@dataclass(frozen=True)
class PrivacySettings:
    """The differential privacy of the trainings of a catalog."""

    epsilon: float | None = None
    delta: float = DELTA
    total_epsilon: float = TOTAL_EPSILON

    @property
    def total(self) -> PrivacyClaim:
        """Returns the claim that all trainings together have to keep."""
        return PrivacyClaim(self.total_epsilon, self.delta)

    def claim(self, epsilon: float | None, delta: float | None) -> PrivacyClaim | None:
        """Returns the claim of a training with its own wishes; None where neither it nor the catalog has one.

        Raises:
            InvalidInput: when there is a delta and no epsilon.
        """
        chosen = self.epsilon if epsilon is None else epsilon
        if chosen is None:
            if delta is not None:
                raise InvalidInput.one("delta", "given without epsilon", "give epsilon too, such as 1")
            return None
        return PrivacyClaim(chosen, self.delta if delta is None else delta)

    def to_json(self) -> PrivacyState:
        """Returns the settings as callers see them."""
        return PrivacyState(epsilon=self.epsilon, delta=self.delta, total_epsilon=self.total_epsilon)
