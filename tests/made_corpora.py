"""Corpora of grids with a style that can be told at sight, for learning from; drawn by nothing of `doublebill`.

Each is a list of levels as rows, in the tiles of the kind of its name. They need keep no rule of their kind.
"""

import random


def blank(width, height, tile="#"):
    return [[tile] * width for _ in range(height)]


def drawn(grid):
    return tuple(map("".join, grid))


def maze(count, seed, width=15, height=15):
    """Corridors one cell wide on odd cells, without any loop, walled in."""
    return [_corridors(random.Random(f"maze {seed} {n}"), width, height) for n in range(count)]


def _corridors(chance, width, height):
    grid = blank(width, height)
    grid[1][1] = "."
    trail = [(1, 1)]
    while trail:
        x, y = trail[-1]
        steps = [
            (dx, dy)
            for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1))
            if 0 < x + 2 * dx < width - 1 and 0 < y + 2 * dy < height - 1 and grid[y + 2 * dy][x + 2 * dx] == "#"
        ]
        if not steps:
            trail.pop()
            continue
        dx, dy = chance.choice(steps)
        grid[y + dy][x + dx] = grid[y + 2 * dy][x + 2 * dx] = "."
        trail.append((x + 2 * dx, y + 2 * dy))
    return drawn(grid)


def chamber(count, seed, width=13, height=11):
    """Halls walled in, with square pillars in rows, and enemies beside some of them."""
    return [_hall(random.Random(f"dungeon {seed} {n}"), width, height) for n in range(count)]


def _hall(chance, width, height):
    grid = blank(width, height)
    for y in range(1, height - 1):
        grid[y][1 : width - 1] = "." * (width - 2)
    left, top = chance.choice((2, 3)), chance.choice((2, 3))
    for y in range(top, height - 3, 4):
        for x in range(left, width - 3, 4):
            if chance.random() < 0.85:
                for dx, dy in ((0, 0), (1, 0), (0, 1), (1, 1)):
                    grid[y + dy][x + dx] = "#"
                if chance.random() < 0.3:
                    grid[y][x - 1] = "E"
    for tile in "PKD":
        _put(chance, grid, tile)
    return drawn(grid)


def _put(chance, grid, tile):
    free = [(x, y) for y, row in enumerate(grid) for x, there in enumerate(row) if there == "."]
    x, y = chance.choice(free)
    grid[y][x] = tile


def crypt(count, seed, width=9, height=12):
    """A long gallery with alcoves on both sides: treasures lie in some, goblins or ogres stand in others."""
    return [_gallery(random.Random(f"crypt {seed} {n}"), width, height) for n in range(count)]


def _gallery(chance, width, height):
    grid = blank(width, height)
    middle = width // 2
    for y in range(1, height - 1):
        for x in range(middle - 1, middle + 2):
            grid[y][x] = "."
    for y in range(2, height - 2, 2):
        for x in (middle - 2, middle + 2):
            if chance.random() < 0.7:
                grid[y][x] = chance.choice("..TTGGO+")
    grid[height - 2][middle], grid[1][middle] = "P", "X"
    return drawn(grid)


def platform(count, seed, width=13, height=9):
    """Ledges of three to five cells on every other row but one, over a floor with spikes in pairs."""
    return [_ledges(random.Random(f"platform {seed} {n}"), width, height) for n in range(count)]


def _ledges(chance, width, height):
    grid = blank(width, height, ".")
    grid[-1] = ["#"] * width
    for y in range(height - 3, 1, -2):
        x = chance.randint(0, 3)
        while x < width - 2:
            for at in range(x, min(x + chance.randint(3, 5), width)):
                grid[y][at] = "#"
                if chance.random() < 0.1:
                    grid[y - 1][at] = "*"
            x += chance.randint(7, 9)
    if chance.random() < 0.6:
        x = chance.randint(2, width - 4)
        grid[-2][x] = grid[-2][x + 1] = "^"
    return drawn(grid)


def sokoban(count, seed, width=9, height=9):
    """Two rooms side by side with a gap between, with crates in the one and goals in the other."""
    return [_store(random.Random(f"sokoban {seed} {n}"), width, height) for n in range(count)]


def _store(chance, width, height):
    grid = blank(width, height)
    wall = width // 2
    for y in range(1, height - 1):
        for x in range(1, width - 1):
            grid[y][x] = "."
    for y in range(1, height - 1):
        grid[y][wall] = "#"
    for y in chance.sample(range(2, height - 2), 2):
        grid[y][wall] = "."
    for _ in range(2):
        grid[chance.randint(2, height - 3)][chance.randint(2, wall - 1)] = "$"
    goals = sum(row.count("$") for row in grid)
    for y in chance.sample(range(2, height - 2), goals):
        grid[y][width - 2] = "o"
    grid[1][1] = "@"
    return drawn(grid)


MADE = {"maze": maze, "chamber": chamber, "crypt": crypt, "platform": platform, "sokoban": sokoban}
