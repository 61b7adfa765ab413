"""Rating scales: the lowest and the highest rating that a catalog has."""

import math
from dataclasses import dataclass

from doublebill.errors import InvalidInput

LARGEST_RATING = 1e9
"""Largest rating in any catalog, and the lowest with a minus."""

LIKED_SHARE = 0.75
"""Share of the way from the lowest to the highest rating from which an item is liked: 4 of 1..5, 8 of 1..10."""

FORM = "the lowest and the highest rating, such as 1..5 or -10..10"


@dataclass(frozen=True, slots=True)
class RatingScale:
    """The range of the ratings of a catalog, both ends included."""

    lowest: float
    highest: float

    def __contains__(self, rating: float) -> bool:
        return self.lowest <= rating <= self.highest

    def __str__(self) -> str:
        return f"{self.lowest:g}..{self.highest:g}"

    @property
    def words(self) -> str:
        """Returns the ratings inside, as a complaint names them."""
        return f"a rating of the catalog's scale, a number from {self.lowest:g} to {self.highest:g}"

    @property
    def middle(self) -> float:
        """Returns the rating halfway between the ends."""
        return (self.lowest + self.highest) / 2

    @property
    def liked_from(self) -> float:
        """Returns the lowest rating of an item that is liked."""
        return self.lowest + LIKED_SHARE * (self.highest - self.lowest)

    def to_json(self) -> list[float]:
        """Returns the scale as the record of a catalog has it: [lowest, highest]."""
        return [self.lowest, self.highest]

    @classmethod
    def of_json(cls, raw: object, field: str = "rating_scale") -> "RatingScale":
        """Returns the scale that `to_json` wrote, or that a request describes in the same form.

        Raises:
            InvalidInput: when it is no list of two numbers, the lower first.
        """
        allowed = "a list of the lowest and the highest rating, such as [1, 5]"
        if not isinstance(raw, list | tuple) or len(raw) != 2 or not all(map(_is_rating, raw)) or raw[0] >= raw[1]:
            raise InvalidInput.of_value(field, raw, allowed)
        return cls(float(raw[0]), float(raw[1]))

    @classmethod
    def of_text(cls, text: str, field: str = "--rating-scale") -> "RatingScale":
        """Returns the scale that a text such as `-10..10` describes.

        Raises:
            InvalidInput: when it is no such text.
        """
        lowest, dots, highest = text.partition("..")
        try:
            ends = float(lowest), float(highest)
        except ValueError:
            dots, ends = "", (0.0, 0.0)
        if not dots or not all(map(_is_rating, ends)) or ends[0] >= ends[1]:
            raise InvalidInput.of_value(field, text, FORM)
        return cls(*ends)


def _is_rating(value: object) -> bool:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False
    return math.isfinite(value) and abs(value) <= LARGEST_RATING
