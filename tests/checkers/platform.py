"""An independent checker of platform levels: it knows the rules and the answers, and nothing of how levels are made.

It plays by hand, one player at a time, with plain breadth-first search over everything that can become of a player.
"""

from collections import deque

TILES = {"#": "wall", ".": "air", "S": "start", "X": "exit", "K": "key", "*": "diamond", "^": "spike"}
USUAL = {"jump_height": 2, "hang_time": 1, "hang_control": False, "bump": "fall", "run_speed": 1, "fall_speed": 1}
"""The physics of an item that names none; `gap`, the columns that may be crossed, has no limit."""


class Player:
    """Somebody in the grid: where, in the air with so many cells to rise and steps to hang (None: not in a jump)."""

    def __init__(self, grid, x, y, jump=None, has_key=False, physics=None, across=0):
        self.grid, self.x, self.y, self.jump, self.has_key = grid, x, y, jump, has_key
        self.physics = USUAL | (physics or {})
        self.across = across
        """Cells across since the ground was left."""
        self.dead = False

    @property
    def state(self):
        far = self.across if "gap" in self.physics else 0
        return self.x, self.y, self.jump or (-1, -1), self.has_key, far

    @property
    def finished(self):
        return self.has_key and self.grid[self.y][self.x] == "X"

    @property
    def stands(self):
        return self.jump is None and self.solid(self.x, self.y + 1)

    @property
    def letters(self):
        return "WLRJlr" if self.physics["run_speed"] > 1 else "WLRJ"

    def solid(self, x, y):
        if x < 0 or y < 0 or y >= len(self.grid) or x >= len(self.grid[y]):
            return True
        return self.grid[y][x] == "#"

    def go(self, x, y):
        """Whether the cell could be entered."""
        opened = not self.solid(x, y)
        if opened:
            self.x, self.y = x, y
        self.dead = self.dead or self.grid[self.y][self.x] == "^"
        return opened

    def sideways(self, letter):
        if self.jump is not None and self.jump[0] == 0 and not self.physics["hang_control"]:
            return
        for _ in range(self.physics["run_speed"] if letter in "LR" else 1):
            if "gap" in self.physics and self.across > self.physics["gap"]:
                return
            if not self.go(self.x + (1 if letter in "Rr" else -1), self.y):
                return
            self.across += 1

    def play(self, letter):
        """The player after one more step; None when there is no such step or it kills."""
        after = Player(self.grid, self.x, self.y, self.jump, self.has_key, self.physics, self.across)
        if letter == "J":
            if not self.stands or self.solid(self.x, self.y - 1):
                return None
            after.jump = self.physics["jump_height"], self.physics["hang_time"]
        elif letter != "W":
            after.sideways(letter)
        if after.jump is None:
            for _ in range(self.physics["fall_speed"]):
                after.go(after.x, after.y + 1)
        else:
            after.fly()
        if after.jump in ((0, 0), None):
            after.jump = None
            if after.stands:
                after.across = 0
        after.has_key = self.has_key or self.grid[after.y][after.x] == "K"
        return None if after.dead else after

    def fly(self):
        rise, hang = self.jump
        if rise == 0:
            self.jump = 0, hang - 1
        elif self.go(self.x, self.y - 1):
            self.jump = rise - 1, hang
        else:
            self.jump = 0, hang if self.physics["bump"] == "hang" else 0


def where(grid, tile):
    return [(x, y) for y, row in enumerate(grid) for x, there in enumerate(row) if there == tile]


def fewest_jumps(player):
    """State → (player, fewest jumps to it), for all that can become of a player until the end."""
    found = {player.state: (player, 0)}
    queue = deque([player])
    while queue:
        here = queue.popleft()
        jumps = found[here.state][1]
        if here.finished:
            continue
        for letter in here.letters:
            there = here.play(letter)
            cost = jumps + (letter == "J")
            if there and (there.state not in found or cost < found[there.state][1]):
                found[there.state] = there, cost
                queue.append(there)
    return found


def can_finish(found):
    """The cells where steps end from which the exit can still be reached."""
    before = {}
    for player, _ in found.values():
        if not player.finished:
            for letter in player.letters:
                there = player.play(letter)
                if there:
                    before.setdefault(there.state, set()).add(player.state)
    good = {state for state, (player, _) in found.items() if player.finished}
    queue = deque(good)
    while queue:
        for state in before.get(queue.popleft(), ()):
            if state not in good:
                good.add(state)
                queue.append(state)
    return {state[:2] for state in good}


def cells(grid, start, moves, physics=None):
    """The cells where the steps end, the start first; None when a step is not possible or kills."""
    player, passed = Player(grid, *start, has_key=not where(grid, "K"), physics=physics), [tuple(start)]
    for letter in moves:
        player = player.play(letter) if not player.finished else None
        if player is None:
            return None
        passed.append((player.x, player.y))
    return passed if player.finished else None


def faults(item):
    """Every reason why one JSON item of an answer breaks a rule, lies about a measure or hides a shortcoming."""
    grid, certificate = item["grid"], item["certificate"]
    if len({len(row) for row in grid}) != 1:
        return ["rows of different lengths"]
    found = [] if item["legend"] == TILES else ["another legend"]
    found += [f"tile {tile} without a name" for tile in sorted(set("".join(grid)) - set(TILES))]
    wrong = [f"{len(where(grid, tile))} of {tile}" for tile in "SXK" if len(where(grid, tile)) != 1]
    if wrong:
        return found + wrong
    (start,), (goal,) = where(grid, "S"), where(grid, "X")
    for name, (x, y) in (("start", start), ("exit", goal)):
        if y + 1 < len(grid) and grid[y + 1][x] != "#":
            found.append(f"the {name} does not stand on ground")
    if (tuple(certificate["from"]), tuple(certificate["to"])) != (start, goal):
        found.append("the certificate does not go from start to exit")
    moves, physics = certificate["moves"], certificate.get("physics")
    if certificate["length"] != len(moves):
        found.append("the certificate has another length")
    if cells(grid, start, moves, physics) is None:
        found.append("the certificate does not finish the level")
    reached = fewest_jumps(Player(grid, *start, physics=physics))
    least = min((jumps for player, jumps in reached.values() if player.finished), default=None)
    if least is None:
        return [*found, "the level cannot be finished"]
    if moves.count("J") != least:
        found.append(f"the certificate takes {moves.count('J')} jumps where {least} do")
    lost = set(where(grid, "*")) - can_finish(reached)
    found += [f"the diamond at {cell} cannot be taken" for cell in sorted(lost)]
    measured = {"width": len(grid[0]), "height": len(grid), "start": start, "exit": goal, "jumps": least}
    measured |= {"diamonds": len(where(grid, "*")), "spikes": len(where(grid, "^"))}
    return found + control_faults(item, measured)


def control_faults(item, measured):
    found = [] if set(item["controls"]) == set(measured) else ["not every control is measured"]
    for name in sorted(set(item["controls"]) & set(measured)):
        control, value = item["controls"][name], measured[name]
        asked = control["asked"]
        if name in ("start", "exit"):
            value = {"x": value[0], "y": value[1]}
            met = asked is None or asked == value
        else:
            low, high = asked if isinstance(asked, list) else (asked, asked)
            met = asked is None or low <= value <= high
        if control["measured"] != value or control["met"] != met:
            found.append(f"{name} says {control}, measured again it is {value}")
    if item["fallback"] == all(control["met"] for control in item["controls"].values()):
        found.append("fallback and controls disagree")
    return found
