"""Forests: all derivations of some texts in a grammar, packed so that shared parts are stored once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from doublebill.games.step_budget import spend as count_steps
from doublebill.games.text.grammar.rules import DEPTH, Keep, Part, Rules, Slot

type Node = list[tuple[str, int, int, int]]
"""Alternatives: a symbol, the number of its rule (-1 for no rule), and the nodes of two parts."""

PARSING = 4
"""Steps of work that one step of parsing is."""

NOTHING, WORD = 0, 1
"""The nodes of what takes no expansion, and of what takes one and no choice."""

type Place = tuple[str, int]
"""Characters that stand before the rest of a text, and where that begins."""

type State = tuple[tuple[str, tuple[str, ...]], ...]
"""Name → its saved values, the newest last; facts that the text has shown have a name that begins with #."""

type Ends = dict[tuple[Place, State], int]
"""End of a part, and the state there → the node of the ways to reach them."""

type Texts = dict[tuple[str, State], int]
"""Text of a part, and the state after it → the node of the ways to write it."""


class TooMuch(Exception):
    """There are more ways than the limit."""


class NotUnderstood(Exception):
    """The grammar has something that parsing cannot undo; the arguments are the problem and its fix."""


@dataclass(slots=True)
class Forest:
    """The ways to make some texts."""

    rules: Rules
    facts: Mapping[str, bool]
    """Name of a fact → whether it is a number."""
    left: int
    """Steps that may still be taken."""
    nodes: list[Node] = field(default_factory=lambda: [[], []])
    """Each after those that it is made of."""
    depths: dict[str, int] = field(default_factory=dict)
    """Symbol → the greatest depth of its expansions, up to `DEPTH`."""

    def __post_init__(self) -> None:
        for _ in range(DEPTH):
            self.depths = {name: 1 + self._deepest(name) for name in self.rules}

    def _deepest(self, name: str) -> int:
        deep = (self.depths.get(part, 1) for rule in self.rules[name] for part in _symbols(rule.parts))
        return min(max(deep, default=0), DEPTH - 1)

    def node(self, alternatives: Node) -> int:
        """Adds a node with these alternatives and returns its number."""
        if len(alternatives) == 1:
            _, rule, first, second = alternatives[0]
            if rule < 0 and NOTHING in (first, second):
                return first or second
        self.spend(len(alternatives))
        self.nodes.append(alternatives)
        return len(self.nodes) - 1

    def joined[K](self, found: Mapping[K, Node]) -> dict[K, int]:
        """Adds a node for each key and returns their numbers."""
        return {key: self.node(alternatives) for key, alternatives in found.items()}

    def spend(self, steps: int = 1) -> None:
        """Counts steps.

        Raises:
            TooMuch: when none are left.
        """
        count_steps(PARSING * steps)
        self.left -= steps
        if self.left < 0:
            raise TooMuch


def _symbols(parts: Sequence[Part]) -> Iterator[str]:
    for part in parts:
        if isinstance(part, Slot):
            yield part.name
            yield from _symbols(part.keeps)
        elif isinstance(part, Keep):
            yield from _symbols(part.parts)


def kept(state: State, name: str) -> tuple[str, ...]:
    """Returns the values that are saved under a name."""
    return next((values for other, values in state if other == name), ())


def put(state: State, name: str, values: tuple[str, ...]) -> State:
    """Returns the state with these values under a name."""
    others = [pair for pair in state if pair[0] != name]
    return tuple(sorted([*others, (name, values)])) if values else tuple(others)
