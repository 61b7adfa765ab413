"""Matches of missions: the nodes of a drawn dungeon that are those of a mission that was sent, by whatever names."""

from collections.abc import Mapping

import msgspec

from doublebill.games.dungeon.mission.locked_areas import read_areas
from doublebill.games.dungeon.mission.mission_graph import mission_graph
from doublebill.games.dungeon.mission.sent_mission import SentMission, read_mission
from doublebill.games.dungeon.structure_json import MissionJson
from doublebill.games.grids.grid import Rows
from doublebill.games.missions.mission import Mission


def nodes_there(mission: Mission, rows: Rows) -> int:
    """Returns the number of nodes of a mission that a proved dungeon has: all of them where it is the same mission."""
    dungeon = read_areas(rows)
    return len(matched_ids(mission, mission_graph(dungeon))) if dungeon else 0


def matched_ids(mission: Mission, made: MissionJson) -> Mapping[str, str]:
    """Returns the id in a made mission → the id in the one that was sent; nothing where they are not the same."""
    sent = read_mission(mission)
    other = read_mission(msgspec.convert(made, Mission))
    areas = same_areas(sent, other)
    if areas is None:
        return {}
    ids = dict(zip(_ends(msgspec.convert(made, Mission)), _ends(mission), strict=True))
    for area, found in areas.items():
        if area:
            ids[other.lock_ids[found - 1]] = sent.lock_ids[area - 1]
        ids |= dict(zip(_things(other, found), _things(sent, area), strict=True))
    return ids


def _ends(mission: Mission) -> list[str]:
    """Returns the ids of entrance, exit and boss, in that order."""
    return [node.id for kind in ("entrance", "exit", "boss") for node in mission.nodes if node.kind == kind]


def _things(mission: SentMission, area: int) -> list[str]:
    """Returns the ids of the things in an area, by their tiles."""
    there = zip(mission.things, mission.thing_ids, strict=True)
    return [name for _, name in sorted((tile, name) for (tile, place), name in there if place == area)]


type Match = Mapping[int, int]
"""Area of one mission → the same area of another."""


def same_areas(sent: SentMission, made: SentMission) -> Match | None:
    """Returns which areas of a made mission are those of a sent one; None where they are not the same mission."""
    first, second = _Shapes(sent), _Shapes(made)
    if first.of(0) != second.of(0):
        return None
    found = {0: 0}
    queue = [0]
    for area in queue:
        others = made.children(found[area])
        for child in sent.children(area):
            other = next(one for one in others if first.behind(child) == second.behind(one))
            others.remove(other)
            found[child] = other
            queue.append(child)
    return found


class _Shapes:
    """The shapes of areas with all that lies behind them: equal for areas that are the same but for their order."""

    def __init__(self, mission: SentMission) -> None:
        self.mission = mission

    def of(self, area: int) -> tuple[object, ...]:
        """Returns the shape of an area."""
        mission = self.mission
        things = sorted(tile for tile, place in mission.things if place == area)
        ends = area == mission.exit, area == mission.exit and mission.boss
        return (*things, ends, *sorted(map(repr, map(self.behind, mission.children(area)))))

    def behind(self, area: int) -> tuple[object, ...]:
        """Returns the shape of an area together with the lock before it."""
        return self.mission.locks[area - 1], self.of(area)
