"""Answers about content: generated items, and the kinds that there are."""

from collections.abc import Mapping, Sequence
from typing import Literal, NotRequired, TypedDict

from doublebill.games.content_kind import FileName, Measure, UnreachedItem
from doublebill.games.dungeon.structure_json import (
    CorridorJson,
    DoorJson,
    FloorJson,
    LinkJson,
    MissionJson,
    RoomJson,
    StairJson,
    StepJson,
    VaultJson,
)
from doublebill.games.files import LevelJson
from doublebill.games.missions.mission import Deed
from doublebill.games.text.texts import TextControl
from doublebill.service.catalog.imported.skipped import SkippedObject

# ---- generated items -------------------------------------------------------------------------------------------------


class BatchVariety(TypedDict):
    """Variety of a batch of levels."""

    asked: int
    """Items that should all differ from one another."""
    alike: int
    """Items that are too like another: nothing more varied was found."""
    unlike: NotRequired[Measure]
    """The measure that the request names."""
    nearest: NotRequired[int | None]
    """Percent by which the two items that are most alike differ by it; null of one item or if not all were compared."""


class LevelItem(LevelJson):
    """One level, with the fields that only some kinds have."""

    health: NotRequired[int]
    """Health of a dungeon's player at the start: one more than all fights cost."""
    floors: NotRequired[list[FloorJson]]
    stairs: NotRequired[list[StairJson]]
    rooms: NotRequired[list[RoomJson]]
    corridors: NotRequired[list[CorridorJson]]
    doors: NotRequired[list[DoorJson]]
    graph: NotRequired[list[LinkJson]]
    mission: NotRequired[MissionJson]
    vaults: NotRequired[list[VaultJson]]
    """Only of a dungeon that should have some."""
    order: NotRequired[list[StepJson]]
    """What the certificate takes, pulls, opens and fights."""


class Content(TypedDict):
    """Generated levels."""

    kind: str
    generator_version: int
    corpus: NotRequired[str]
    """Corpus that the kind learned from, if any."""
    model_version: NotRequired[str]
    """Model that was learned from it: an item is reproduced by it, the generator version, spec and seed."""
    licence: str
    """Licence of the items."""
    variety: BatchVariety
    items: Sequence[LevelItem]
    not_reached: NotRequired[Sequence[UnreachedItem]]
    """The last items of the request, where all of them are more work than one request may take."""


class LootDrop(TypedDict):
    """One drop of a table; a roll from the first to the last of `rolls` gives it."""

    name: str
    chance: int
    rolls: list[int]
    rarity: NotRequired[str]
    weight: NotRequired[int | float]
    value: NotRequired[int | float]
    type: NotRequired[str]
    effect: NotRequired[str]


class LootItem(TypedDict):
    """So many of an item, which tables of the request gave."""

    name: str
    quantity: int
    tables: list[str]
    """Names of the tables, from the one that was rolled first to the one that has the item."""


class QuestStep(TypedDict):
    """One thing to do, which a game can check off."""

    text: str
    do: Deed
    target: str
    """Id of the mission's node."""
    after: list[str]
    """Targets of the steps that allow it."""
    x: NotRequired[int]
    y: NotRequired[int]


class CampaignLevel(TypedDict):
    """One level of a campaign."""

    name: str
    needs: list[str]
    """Names of the seals that open it."""
    steps: list[QuestStep]
    """What the exit and the seals in it need, in the order of doing."""
    spec: dict[str, object]
    """The spec that gives it, with the seed of `dungeon`, as a level of the kind dungeon in any format."""
    dungeon: LevelItem


class CampaignSeal(TypedDict):
    """A treasure that opens the way to a later level."""

    name: str
    found_in: int
    """Number of the level that has it, from 1."""
    node: str
    """Id of the treasure in that level's mission."""
    opens: int
    """Number of the level that it opens."""


type Why = Literal[
    "budget", "unavailable", "malformed", "unchanged", "not-text", "too-long", "fact-missing", "fact-added"
]
"""Why a text stays plain: today's texts are used up; the model did not answer; its answer is no list of texts, or lacks
this one; the rewording equals the text; the text or its rewording has characters of no sentence; either is too long; a
placeholder is missing or makes another fact; a number, a name or a thing was added."""


class RewriteOutcome(TypedDict):
    """Whether a text was reworded."""

    rewritten: bool
    why: NotRequired[Why]
    """The reason, where it was not."""


class TextItem(TypedDict):
    """One text; its other fields depend on its kind."""

    seed: int | str
    text: str
    novel: bool
    controls: dict[str, TextControl]
    rarity: NotRequired[str]
    weight: NotRequired[int | float]
    value: NotRequired[int | float]
    type: NotRequired[str]
    """As the items of the corpus have one."""
    effect: NotRequired[str]
    denominator: NotRequired[int]
    drops: NotRequired[list[LootDrop]]
    loot: NotRequired[list[LootItem]]
    """Of tables that the request brought."""
    facts: NotRequired[dict[str, int | str]]
    steps: NotRequired[list[QuestStep]]
    """Of quests with a mission, in the order of doing."""
    levels: NotRequired[list[CampaignLevel]]
    seals: NotRequired[list[CampaignSeal]]
    plain: NotRequired[str]
    """The text as generated, which the seed gives again; only with `flavour`."""
    flavour: NotRequired[RewriteOutcome]


class TextContent(TypedDict):
    """Generated texts."""

    kind: str
    generator_version: int
    corpus: NotRequired[str]
    """Corpus that the kind learned from, if any."""
    model_version: NotRequired[str]
    """Model that was learned from it."""
    licence: str
    """Licence of the items."""
    items: Sequence[TextItem]
    repeats: int
    """Items whose text repeats an earlier one, since no other was found."""
    not_reached: NotRequired[Sequence[UnreachedItem]]
    """The last items of the request, where all of them are more work than one request may take."""
    degraded: NotRequired[str]
    """Why texts were not reworded although they could be: the model or the count of texts was unavailable."""


# ---- kinds -----------------------------------------------------------------------------------------------------------


class CorpusOption(TypedDict):
    """A corpus that a request for content may name."""

    corpus: str
    model_version: NotRequired[str]
    """The model that serves requests which name none; absent before the first training has ended."""
    licence: NotRequired[str]
    ships: bool
    """Whether it is part of every deployment."""


class TextKindSummary(TypedDict):
    """A kind of text."""

    name: str
    description: str
    generator_version: int
    generator_versions: Sequence[int]
    """Those that requests may name, the newest first."""
    licence: str
    learns: bool
    """Whether it learns from corpora of yours."""
    corpora: Sequence[CorpusOption]
    """The default first."""
    spec: Mapping[str, object]
    """The JSON Schema of its spec."""


class LevelKindSummary(TextKindSummary):
    """A kind of level."""

    legend: Mapping[str, str]
    """Tile → its name."""
    moves: Mapping[str, str]
    """Letter of a certificate's move → its meaning."""
    formats: Sequence[FileName]
    """Formats of its files."""


class Games(TypedDict):
    """All kinds of content."""

    kinds: Sequence[LevelKindSummary]
    """Kinds of levels."""
    texts: Sequence[TextKindSummary]
    files_version: int
    """Version of the files of levels, which links name to be cached for ever."""
    degraded: bool | str
    """False, or why corpora are missing."""
    skipped: NotRequired[Sequence[SkippedObject]]
    """Corpora whose record cannot be read."""
