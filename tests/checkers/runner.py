"""An independent checker of scrolling levels: it knows the rules and the answers, and nothing of how levels are made.

It plays the certificate by hand, one cell at a time, and measures every control again. `faults(item)` judges levels
learned from whatever the caller names as `corpus`, a list of grids in the tiles of the level.
"""

from fractions import Fraction

SOLIDS = {"ground", "wall", "block", "prize", "spent prize", "pipe left", "pipe right", "cannon"}
KILLERS = {"enemy", "spike"}
OTHERS = {"air", "player", "exit", "coin"}
USUAL = {"jump_height": 4, "hang_time": 0, "run_speed": 2, "fall_speed": 3}
"""The physics of an item that names none; `gap`, the columns that may be crossed, has no limit."""


class Runner:
    """Somebody in the grid: where, and how fast to the right and down."""

    def __init__(self, item):
        self.grid, self.names = item["grid"], item["legend"]
        self.x, self.y = item["certificate"]["from"]
        self.physics = USUAL | (item["certificate"].get("physics") or {})
        self.across, self.down = 0, 0
        self.jump = None
        """In a jump: the cells that are left to rise and the steps that are left to hang."""
        self.away = 0
        """Cells across since there was ground beneath."""
        self.jumps = 0
        self.passed = [(self.x, self.y)]
        self.over = None

    def name(self, x, y):
        if y >= len(self.grid) and 0 <= x < len(self.grid[0]):
            return "abyss"
        if x < 0 or y < 0 or x >= len(self.grid[0]) or y >= len(self.grid):
            return "wall"
        return self.names[self.grid[y][x]]

    @property
    def stands(self):
        return self.jump is None and self.down == 0 and self.on_ground

    @property
    def on_ground(self):
        return self.name(self.x, self.y + 1) in SOLIDS

    @property
    def state(self):
        return self.x, self.y, self.across, self.down, self.jump, self.away if "gap" in self.physics else 0

    def enter(self, dx, dy):
        """Whether the neighbouring cell could be entered; what happens there happens."""
        name = self.name(self.x + dx, self.y + dy)
        if name in SOLIDS or (dx and self.away > self.physics.get("gap", self.away)):
            return False
        self.x, self.y = self.x + dx, self.y + dy
        self.away = 0 if self.on_ground else self.away + abs(dx)
        self.passed.append((self.x, self.y))
        if name in KILLERS or name == "abyss":
            self.over = "killed by " + name
        elif name == "exit":
            self.over = "finished"
        return True

    def fall(self):
        if self.on_ground:
            self.down = 0
        else:
            self.down = self.physics["fall_speed"] if self.down else 1

    def rise(self):
        """One step of a jump: three cells at most where four are left, else one; then it hangs."""
        rising, hanging = self.jump
        if rising:
            fast = max(n for n in range(1, 4) if n * n <= rising) * 2 - 1
            self.down, self.jump = -fast, (rising - fast, hanging)
        else:
            self.down, self.jump = 0, (0, hanging - 1)

    def run(self, side):
        if side:
            fastest = self.physics["run_speed"]
            self.across = max(-fastest, min(fastest, self.across + side))
        elif self.across:
            self.across -= 1 if self.across > 0 else -1

    def play(self, letter):
        holds = letter in "LRN"
        self.run({"l": -1, "r": 1, "n": 0}[letter.lower()])
        in_jump = self.jump is not None or (self.stands and holds)
        if self.jump is None and in_jump:
            self.jump = self.physics["jump_height"], self.physics["hang_time"]
            self.jumps += 1
        if in_jump and holds and self.jump != (0, 0):
            self.rise()
        elif in_jump:
            self.down, self.jump = 1, None
        for _ in range(abs(self.across)):
            if self.over is None and not self.enter(1 if self.across > 0 else -1, 0):
                self.across = 0
                break
        if self.over is None and not in_jump:
            self.fall()
        for _ in range(abs(self.down)):
            if self.over is None and not self.enter(0, 1 if self.down > 0 else -1):
                self.down, self.jump = 0, None
                break


def passed(item):
    """The cells that the certificate passes, and how it ends: "finished", what killed, or None."""
    runner = Runner(item)
    for letter in item["certificate"]["moves"]:
        if runner.over is not None:
            return runner.passed, "moves after the end"
        runner.play(letter)
    return runner.passed, runner.over


def jumps(item):
    """The jumps that the certificate begins."""
    runner = Runner(item)
    for letter in item["certificate"]["moves"]:
        if runner.over is None:
            runner.play(letter)
    return runner.jumps


def where(item, name):
    grid, legend = item["grid"], item["legend"]
    return [(x, y) for y, row in enumerate(grid) for x, tile in enumerate(row) if legend[tile] == name]


def rounded(share):
    """To the nearest integer, a half upwards."""
    return int(share + Fraction(1, 2))


def linearity(grid, solid):
    rows = len(grid)
    points = []
    for x in range(len(grid[0])):
        surfaces = [y for y in range(1, rows) if solid[y][x] and not solid[y - 1][x]]
        if surfaces:
            points.append((Fraction(x), Fraction(rows - surfaces[-1])))
    if len(points) < 2:
        return 100
    n = len(points)
    middle_x, middle_y = sum(x for x, _ in points) / n, sum(y for _, y in points) / n
    spread = sum((x - middle_x) ** 2 for x, _ in points)
    slope = sum((x - middle_x) * (y - middle_y) for x, y in points) / spread
    away = sum(abs(y - middle_y - slope * (x - middle_x)) for x, y in points) / n
    return max(100 - rounded(400 * away / rows), 0)


def measures(item, corpus):
    grid, legend = item["grid"], item["legend"]
    solid = [[legend[tile] in SOLIDS for tile in row] for row in grid]
    floors = "".join("_" if there else " " for there in solid[-1])
    gaps = len([run for run in floors.split("_") if run])
    enemies, spikes = len(where(item, "enemy")), len(where(item, "spike"))
    length = len(grid[0])
    air = next(tile for tile, name in legend.items() if name == "air")
    bare = ["".join(air if legend[tile] in ("player", "exit") else tile for tile in row) for row in grid]
    known = {window for level in corpus for window in windows(level)}
    mine = windows(bare)
    return {
        "length": length,
        "enemies": enemies,
        "coins": len(where(item, "coin")),
        "jumps": jumps(item),
        "gaps": gaps,
        "leniency": max(100 - rounded(Fraction(250 * (2 * gaps + enemies + spikes), length)), 0),
        "linearity": linearity(grid, solid),
        "novelty": rounded(Fraction(100 * sum(window not in known for window in mine), len(mine))),
    }


def windows(grid):
    """All runs of eight columns, as rows."""
    return [tuple(row[x : x + 8] for row in grid) for x in range(len(grid[0]) - 7)]


def faults(item, corpus=None):
    """Every reason why one JSON item of an answer breaks a rule, lies about a measure or hides a shortcoming."""
    grid, legend, certificate = item["grid"], item["legend"], item["certificate"]
    if len({len(row) for row in grid}) != 1:
        return ["rows of different lengths"]
    unknown = sorted(set("".join(grid)) - set(legend))
    if unknown:
        return [f"tile {tile} without a name" for tile in unknown]
    found = [f"a tile named {name}" for name in legend.values() if name not in SOLIDS | KILLERS | OTHERS]
    wrong = [f"{len(where(item, name))} of {name}" for name in ("player", "exit") if len(where(item, name)) != 1]
    if found or wrong:
        return found + wrong
    (start,), (goal,) = where(item, "player"), where(item, "exit")
    if (tuple(certificate["from"]), tuple(certificate["to"])) != (start, goal):
        return [*found, "the certificate does not go from player to exit"]
    if certificate["length"] != len(certificate["moves"]):
        found.append("the certificate has another length")
    if set(certificate["moves"]) - set("lrnLRN"):
        return [*found, "the certificate has other letters"]
    _, end = passed(item)
    if end != "finished":
        found.append(f"the certificate does not finish the level: {end}")
    return found + control_faults(item, measures(item, default_corpus() if corpus is None else corpus))


def default_corpus():
    """The levels that runners are learned from where nobody brings any: data, which novelty is told against."""
    from doublebill.games.runner.corpus import meadow

    return meadow()


def control_faults(item, measured):
    found = [] if set(item["controls"]) == set(measured) else ["not every control is measured"]
    for name in sorted(set(item["controls"]) & set(measured)):
        control, value = item["controls"][name], measured[name]
        asked = control["asked"]
        low, high = asked if isinstance(asked, list) else (asked, asked)
        met = asked is None or low <= value <= high
        if control["measured"] != value or control["met"] != met:
            found.append(f"{name} says {control}, measured again it is {value}")
    if item["fallback"] == all(control["met"] for control in item["controls"].values()):
        found.append("fallback and controls disagree")
    return found
