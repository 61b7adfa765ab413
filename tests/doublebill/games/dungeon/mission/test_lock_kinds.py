from collections import Counter

from doublebill.games.dice import Dice
from doublebill.games.dungeon.mission.lock_kinds import LockWish, lock_tiles


def test_every_lock_but_a_small_one_has_a_tile_of_its_own():
    for seed in range(20):
        tiles = Counter(lock_tiles(LockWish(12, 4, 3, None), Dice(0, "tiles", seed)))
        assert tiles.pop("k") == 4
        assert sum(tile in "qrst" for tile in tiles) == 3
        assert sum(tile in "abcdef" for tile in tiles) == 5
        assert set(tiles.values()) == {1}
