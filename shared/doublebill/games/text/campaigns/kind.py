"""Campaigns: dungeons one after the other, each harder than the one before, and seals of one that open another.

Every level is what its seed and its spec give as a level of the kind `dungeon`. A level after the first is entered by
its seal, a treasure of an earlier level; the steps of each level take the seals that are there and lead out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from doublebill.errors import Complaint, InvalidInput, Unsatisfiable
from doublebill.games.content_kind import Json
from doublebill.games.controls import limits
from doublebill.games.dice import Dice
from doublebill.games.dungeon.dungeon_spec import DungeonSpec
from doublebill.games.dungeon.kind import DUNGEON
from doublebill.games.dungeon.mission.difficulty import MOST
from doublebill.games.levels.generate import generate
from doublebill.games.missions.mission import Mission
from doublebill.games.missions.mission_order import MissionStep, steps_of
from doublebill.games.text.campaigns.seals import drawn_seals, story
from doublebill.games.text.names.kind import PLACES, NamesSpec
from doublebill.games.text.quests.step_words import in_sentences, step_texts, steps_json
from doublebill.games.text.texts import Text, TextControl, TextKind, TextMaker
from doublebill.schema import Input, Pair, read

FEWEST, MOST_LEVELS = 2, 10

STORY_VERSION = 1
"""Added to the version of the dungeon, with which the levels change: grows with every change of the story's words."""

SPREAD = 3
"""A level may measure so much more or less than its share of the rise, where its neighbours are far enough."""

TRIES = 6
"""Seeds tried for a level until it is harder than the one before."""

SEEDS = 2**53

MOST_CELLS = 100_000
"""Cells of all levels: about a megabyte of JSON."""

PLACE = NamesSpec(length=(5, 11), temperature=60)

Percent = Annotated[int, Meta(ge=0, le=MOST)]


class CampaignSpec(Input, frozen=True):
    """The controls of a campaign."""

    levels: Annotated[int, Meta(ge=FEWEST, le=MOST_LEVELS, description=f"{FEWEST} to {MOST_LEVELS} levels")] = 4
    difficulty: Annotated[
        Pair[Percent], Meta(description=f"difficulty of the first and of the last level, each 0 to {MOST}")
    ] = (20, 65)
    dungeon: Annotated[
        dict[str, object] | None,
        Meta(description="controls of every level: those of the kind dungeon, without difficulty and mission"),
    ] = None


def check(spec: CampaignSpec) -> None:
    """Checks that some campaign can meet the spec.

    Raises:
        InvalidInput: naming what cannot be understood.
        Unsatisfiable: when the difficulty cannot rise, or naming the controls that cannot hold together.
    """
    first, last = spec.difficulty
    if last - first < spec.levels - 1:
        detail = f"{first} to {last} is no rise for {spec.levels} levels"
        fix = f"end at {first + spec.levels - 1} or above, or have fewer levels"
        raise Unsatisfiable.one("spec.difficulty", detail, fix)
    dungeon = level_spec(spec)
    if limits(dungeon.treasures, 1, 1)[1] < 1:
        raise Unsatisfiable.one("spec.dungeon.treasures", "the seals of a campaign are treasures", "allow some")
    if spec.levels * dungeon.area > MOST_CELLS:
        detail = f"{spec.levels} levels of {dungeon.area:,} cells are too much for one answer"
        raise Unsatisfiable.one("spec.levels", detail, f"have at most {MOST_CELLS:,} cells in all")
    try:
        DUNGEON.generator.check(dungeon)
    except Unsatisfiable as error:
        raise Unsatisfiable(_within(complaint) for complaint in error.complaints) from None
    except InvalidInput as error:
        raise InvalidInput(_within(complaint) for complaint in error.complaints) from None


def _within(complaint: Complaint) -> Complaint:
    """Returns a complaint about the spec of a dungeon as one about that part of a campaign's."""
    return replace(complaint, field=complaint.field.replace("spec", "spec.dungeon", 1))


def level_spec(spec: CampaignSpec) -> DungeonSpec:
    """Returns the spec of every level, without its difficulty.

    Raises:
        InvalidInput: naming what is wrong with it.
    """
    controls = spec.dungeon or {}
    for name in ("difficulty", "mission"):
        if name in controls:
            fix = "use spec.difficulty" if name == "difficulty" else "remove it: each level has its own"
            raise InvalidInput.one(f"spec.dungeon.{name}", "a campaign sets it for each level", fix)
    return read(DungeonSpec, controls, "spec.dungeon")


def shares(spec: CampaignSpec) -> list[Pair[int]]:
    """Returns the difficulty of each level, as ranges that rise and do not touch."""
    first, last = spec.difficulty
    steps = spec.levels - 1
    middles = [first + (last - first) * number // steps for number in range(spec.levels)]
    spread = min(SPREAD, (min(b - a for a, b in pairwise(middles)) - 1) // 2)
    return [(max(middle - spread, 0), min(middle + spread, MOST)) for middle in middles]


def make(spec: CampaignSpec) -> TextMaker:
    """Returns the maker of campaigns."""
    place = PLACES.make(PLACE)
    return lambda dice: campaign(spec, different_places(place, spec.levels, dice), dice)


def different_places(place: TextMaker, count: int, dice: Dice) -> list[str]:
    """Returns so many names of places, no two alike."""
    places: dict[str, None] = {}
    while len(places) < count:
        places[place(dice).text] = None
    return list(places)


@dataclass(frozen=True, slots=True)
class MadeLevel:
    """One level of a campaign."""

    controls: DungeonSpec
    item: Mapping[str, Any]
    """The level as an item of an answer."""
    mission: Mission


def campaign(spec: CampaignSpec, places: Sequence[str], dice: Dice) -> Text:
    """Makes a campaign whose levels have the names of those places."""
    levels = made_levels(spec, dice)
    seals = drawn_seals(places, [one.mission for one in levels], dice)
    deeds: list[str] = []
    shown: list[Json] = []
    for number, (place, one) in enumerate(zip(places, levels, strict=True), 1):
        here = {seal.node: seal.name for seal in seals if seal.found_in == number}
        steps = steps_of(one.mission, here)
        texts = step_texts([named(step, here) for step in steps], dice)
        deeds.append(in_sentences(steps, texts))
        needs = [seal.name for seal in seals if seal.opens == number]
        story_of = {"name": place, "needs": needs, "steps": steps_json(steps, texts)}
        shown.append({**story_of, "spec": sent_spec(one.controls), "dungeon": one.item})
    measured = [one.item["controls"]["difficulty"]["measured"] for one in levels]
    rises = all(a < b for a, b in pairwise(measured))
    near = all(one.item["controls"]["difficulty"]["met"] for one in levels)
    controls = {
        "levels": TextControl(spec.levels, len(levels), len(levels) == spec.levels),
        "difficulty": TextControl(list(spec.difficulty), measured, rises and near),
        "seals": TextControl(spec.levels - 1, len(seals), len(seals) == spec.levels - 1),
    }
    fields: dict[str, Json] = {"levels": shown, "seals": [dict(seal.as_json()) for seal in seals]}
    return Text(story(places, deeds, seals), fields, controls, novel=True)


def made_levels(spec: CampaignSpec, dice: Dice) -> list[MadeLevel]:
    """Makes the levels of a campaign, each from the first of some seeds that gives its difficulty, or from the last."""
    plain = level_spec(spec)
    found: list[MadeLevel] = []
    for share in shares(spec):
        controls = msgspec.structs.replace(plain, difficulty=share)
        level = generate(DUNGEON, controls, dice.below(SEEDS))
        for _ in range(TRIES):
            if level.controls["difficulty"].met:
                break
            level = generate(DUNGEON, controls, dice.below(SEEDS))
        item: Mapping[str, Any] = DUNGEON.item(level)
        found.append(MadeLevel(controls, item, msgspec.convert(item["mission"], Mission)))
    return found


def named(step: MissionStep, names: Mapping[str, str]) -> MissionStep:
    """Returns a step whose node has its name in the story, where it has one."""
    name = names.get(step.node.id)
    return replace(step, node=msgspec.structs.replace(step.node, id=name)) if name else step


def sent_spec(controls: DungeonSpec) -> dict[str, Json]:
    """Returns the fields of a spec that differ from the default, as a request has them."""
    fields, default = (msgspec.json.decode(msgspec.json.encode(one)) for one in (controls, DungeonSpec()))
    return {name: value for name, value in fields.items() if value != default[name]}


CAMPAIGNS = TextKind(
    name="campaigns",
    description="Dungeons that grow harder one after the other, and a story of seals that open the next ones",
    version=DUNGEON.version + STORY_VERSION,
    spec=CampaignSpec,
    check=check,
    make=make,
)
