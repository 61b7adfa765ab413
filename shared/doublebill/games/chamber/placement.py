"""Placement of player, key and door in a chamber of which some tiles are fixed."""

from doublebill.games.dice import Dice
from doublebill.games.grids.grid import Board, cells_of, rings, route, set_of
from doublebill.games.grids.repair import LevelDraft

TRIES = 8
"""Keys tried for one draft."""

type Range = tuple[int, int]


def settle(draft: LevelDraft, player_key: Range, key_door: Range, actors: str, enemy: str) -> None:
    """Moves free `actors` (player, key, door) to the target distances, and enemies off the shortest paths."""
    board, drawn = draft.board, draft.drawn
    opened = set_of(cell for cell in board.cells if drawn[cell] != draft.tiles.solid)
    stand = {tile: [cell for cell in board.cells if drawn[cell] == tile] for tile in actors}
    if any(len(cells) != 1 for cells in stand.values()):
        return
    free = set_of(draft.free)
    room = set_of(cell for cell in draft.free if drawn[cell] == draft.tiles.floor or drawn[cell] in actors)
    # an actor that is fixed stays where it is; the others may be wherever there is room
    now = [1 << stand[tile][0] for tile in actors]
    player, key, door = (room if cell & free else cell for cell in now)
    found = _places(board, opened, (player, key, door), (player_key, key_door), draft.dice)
    if found:
        for tile in actors:
            drawn[stand[tile][0]] = draft.tiles.floor
        for tile, cell in zip(actors, found, strict=True):
            drawn[cell] = tile
    _clear(draft, opened, [next(cell for cell in board.cells if drawn[cell] == tile) for tile in actors], enemy)


def _places(
    board: Board, opened: int, sets: tuple[int, int, int], lengths: tuple[Range, Range], dice: Dice
) -> tuple[int, int, int] | None:
    """Returns a cell of each set, for player, key and door, with paths of those lengths; None if none is found."""
    players, keys, doors = sets
    for _ in range(TRIES):
        # the rarer one of player and door says where the key can be
        if keys.bit_count() > 1 and min(players.bit_count(), doors.bit_count()) == 1:
            ends, length = (players, lengths[0]) if players.bit_count() == 1 else (doors, lengths[1])
            key = _pick(keys & _between(rings(board, opened, ends), length), dice)
        else:
            key = _pick(keys, dice)
        if key is None:
            return None
        door = _pick(doors & ~(1 << key) & _between(rings(board, opened, 1 << key), lengths[1]), dice)
        if door is None:
            continue
        around = rings(board, opened ^ 1 << door, 1 << key)
        player = _pick(players & ~(1 << key) & _between(around, lengths[0]), dice)
        if player is not None:
            return player, key, door
    return None


def _between(around: list[int], length: Range) -> int:
    """Returns the cells whose distance is in the range."""
    return sum(around[max(length[0], 1) : length[1] + 1])


def _pick(cells: int, dice: Dice) -> int | None:
    return dice.choice(list(cells_of(cells))) if cells else None


def _clear(draft: LevelDraft, opened: int, stand: list[int], enemy: str) -> None:
    """Lets free enemies on the shortest paths change places with floor beside them, as far as there is such floor."""
    player, key, door = stand
    path = set_of(route(draft.board, opened ^ 1 << door, player, key) + route(draft.board, opened, key, door))
    blocked = [cell for cell in draft.free if draft.drawn[cell] == enemy and path >> cell & 1]
    aside = [cell for cell in draft.free if draft.drawn[cell] == draft.tiles.floor and not path >> cell & 1]
    draft.dice.shuffle(aside)
    for cell, other in zip(blocked, aside, strict=False):
        draft.drawn[cell], draft.drawn[other] = draft.tiles.floor, enemy
