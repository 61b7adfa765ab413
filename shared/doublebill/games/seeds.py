"""Seeds: the names of generated items, and the derivation of the seeds of a batch.

A seed is an integer from 0 to 2**53 - 1 (what JSON carries exactly everywhere) or a string of 1 to 256 characters.
A query string carries only strings, so the decimal digits of such an integer are that integer: 42 and "42" are one
seed; "042" and "4e1" are strings of their own.
"""

import hashlib
from typing import Annotated

from msgspec import Meta

from doublebill.errors import InvalidInput

SEED_LIMIT = 2**53
SEED_LENGTH = 256

type Seed = int | str

Number = Annotated[int, Meta(ge=0, le=SEED_LIMIT - 1)]
Name = Annotated[str, Meta(min_length=1, max_length=SEED_LENGTH)]


def canonical(seed: Seed) -> Seed:
    """Returns the one form of `seed` that answers show and dice are made from.

    Raises:
        InvalidInput: when it is no seed.
    """
    if isinstance(seed, bool) or not isinstance(seed, int | str):
        raise InvalidInput.of_value("seed", seed, "an integer or a string")
    if isinstance(seed, int):
        if not 0 <= seed < SEED_LIMIT:
            raise InvalidInput.of_value("seed", seed, f"an integer from 0 to {SEED_LIMIT - 1}")
        return seed
    if not 1 <= len(seed) <= SEED_LENGTH:
        raise InvalidInput.of_value("seed", seed, f"a string of 1 to {SEED_LENGTH} characters")
    try:
        seed.encode()
    except UnicodeEncodeError:
        raise InvalidInput.of_value("seed", seed, "well-formed Unicode") from None
    digits = seed.isascii() and seed.isdigit() and len(seed) <= len(str(SEED_LIMIT))
    return int(seed) if digits and str(int(seed)) == seed and int(seed) < SEED_LIMIT else seed


def derived(seed: Seed, index: int) -> Seed:
    """Returns the seed of item `index` of a batch: the seed itself for item 0, else "seed#index".

    Where that would be too long for a seed, it is the hexadecimal SHA-256 of it.
    """
    own = canonical(seed)
    return own if index == 0 else _named(f"{own}#{index}")


def variant(seed: Seed, number: int) -> Seed:
    """Returns the seed "seed/number" of another level for an item of a batch, shortened as `derived` does."""
    return _named(f"{canonical(seed)}/{number}")


def _named(name: str) -> Seed:
    return name if len(name) <= SEED_LENGTH else hashlib.sha256(name.encode()).hexdigest()
