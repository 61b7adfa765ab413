"""Texts: names, items, loot tables and quests for a kind, a spec and a seed."""

from collections.abc import Sequence
from typing import NotRequired, TypedDict

from doublebill.service.content import rewrite


class HeldTold(TypedDict):
    """What was asked of a text, and what it measures."""

    asked: object
    measured: object
    met: bool


class DropTold(TypedDict):
    """One drop of a table: a roll from the first to the last of `rolls` gives it."""

    name: str
    chance: int
    rolls: list[int]
    rarity: NotRequired[str]
    weight: NotRequired[int]
    value: NotRequired[int]


class TextTold(TypedDict):
    """One text; what it has beside depends on its kind."""

    seed: int | str
    text: str
    novel: bool
    controls: dict[str, HeldTold]
    rarity: NotRequired[str]
    weight: NotRequired[int]
    value: NotRequired[int]
    denominator: NotRequired[int]
    drops: NotRequired[list[DropTold]]
    facts: NotRequired[dict[str, int | str]]
    plain: NotRequired[str]
    """The text as it was generated, which the seed gives again; where `flavour` was asked for."""
    flavour: NotRequired[rewrite.RewriteOutcome]


class Texts(TypedDict):
    """What was made."""

    kind: str
    generator_version: int
    corpus: NotRequired[str]
    """What the kind was learned from, where it was."""
    model_version: NotRequired[str]
    """Of what was learned from it."""
    licence: str
    """Under which the items may be used."""
    items: Sequence[TextTold]
    repeats: int
    """Items whose text one before them has too, since no other was found."""
    degraded: NotRequired[str]
    """Why texts that could have been put into other words were not: the model or the count of texts was unavailable."""
