"""Rule weights: learns how often each rule of a grammar applies, from texts that it should sound like.

Each text is parsed in every way that the grammar makes it. How likely each way is follows from the weights; how often
each rule was taken, from how likely each way is; and new weights from that, round after round (expectation
maximisation on the inside and outside probabilities, Lari and Young 1990, doi:10.1016/0885-2308(90)90022-X). All of it
is done in integers. Every rule counts as if it had stood in a text more, shared with the other rules of its symbol, so
that none is ever ruled out.
"""

from collections.abc import Mapping, Sequence

from doublebill.errors import InvalidInput, shown
from doublebill.games.step_budget import spend
from doublebill.games.text.grammar.forest import NOTHING, WORD, Forest, Node, NotUnderstood, TooMuch
from doublebill.games.text.grammar.parsing import Tape
from doublebill.games.text.grammar.rules import SIZE, Rules, inside

UNIT = 1 << 16
"""Sum of the weights of a symbol's rules, but for rounding."""

ONE = 1 << 40
"""A text, in the unit of counts."""

BITS = 64
"""Binary digits that are kept of a probability."""

ROUNDS, WAYS = 20, 300_000
"""Rounds at most, and ways looked at in all of them but the first; fewer where the weights stay as they are."""

STEPS = 300_000
"""Steps that parsing all texts may take: a second or two."""

type Likely = tuple[int, int]
"""A probability: an integer, and how many powers of two it is to be taken times."""


def learned(
    rules: Rules, facts: Mapping[str, bool], start: str, examples: Sequence[str], field: str
) -> dict[str, tuple[int, ...]]:
    """Returns symbol → the weights of its rules, in their order; `facts` says of each fact whether it is a number.

    Raises:
        InvalidInput: naming the text that the grammar does not make, or not within the steps that there are.
    """
    forest, roots = parsed(rules, facts, start, examples, field)
    order = _needed(forest.nodes, roots)
    weights = {name: (UNIT // len(own),) * len(own) for name, own in rules.items()}
    for _ in range(min(ROUNDS, 1 + WAYS // sum(len(forest.nodes[number]) for number in order))):
        before = weights
        weights = _maximised(rules, _counts(forest.nodes, order, roots, before))
        if weights == before:
            break
    return weights


def parsed(
    rules: Rules, facts: Mapping[str, bool], start: str, examples: Sequence[str], field: str
) -> tuple[Forest, list[int]]:
    """Returns the forest of the texts, and the node of each."""
    forest, roots = Forest(rules, facts, STEPS), []
    letters = set().union(
        *(part for own in rules.values() for rule in own for part in inside(rule.parts) if isinstance(part, str))
    )
    for n, text in enumerate(examples):
        heads = [head for head in sorted({*letters, *text, *text.lower()}) if head.upper() in text]
        try:
            root = Tape(forest, text, heads).whole(start)
        except TooMuch:
            raise InvalidInput.one(
                f"{field}[{n}]", f"the grammar makes {shown(text)} in too many ways", "use a simpler text or grammar"
            ) from None
        except NotUnderstood as wrong:
            raise InvalidInput.one(field, *wrong.args) from None
        if root is None or _least(forest.nodes, root) > SIZE:
            raise InvalidInput.one(f"{field}[{n}]", f"the grammar cannot make {shown(text)}", "remove it or add rules")
        roots.append(root)
    return forest, roots


def _needed(nodes: Sequence[Node], roots: Sequence[int]) -> list[int]:
    """The numbers of the nodes that the roots are made of, each after its parts."""
    needed, waiting = set(roots), list(roots)
    while waiting:
        for _, _, first, second in nodes[waiting.pop()]:
            for part in (first, second):
                if part not in needed:
                    needed.add(part)
                    waiting.append(part)
    return sorted(needed - {NOTHING, WORD})


def _least(nodes: Sequence[Node], root: int) -> int:
    """The number of expansions in the way that has the fewest."""
    least = {NOTHING: 0, WORD: 1}
    for number in _needed(nodes, [root]):
        least[number] = min((rule >= 0) + least[first] + least[second] for _, rule, first, second in nodes[number])
    return least[root]


def _counts(
    nodes: Sequence[Node], order: Sequence[int], roots: Sequence[int], weights: Mapping[str, Sequence[int]]
) -> dict[tuple[str, int], int]:
    """Symbol and number of a rule → how often it was taken in all texts, in units of 1 / `ONE`."""
    spend(3 * sum(len(nodes[number]) for number in order))
    inside: dict[int, Likely] = {NOTHING: (1, 0), WORD: (1, 0)}
    ways: dict[int, list[Likely]] = {}
    for number in order:
        ways[number] = [_way(way, inside, weights) for way in nodes[number]]
        inside[number] = _sum(ways[number])
    outside = dict.fromkeys([*order, NOTHING, WORD], 0)
    for root in roots:
        outside[root] += ONE
    counts: dict[tuple[str, int], int] = {}
    for number in reversed(order):
        for (name, rule, first, second), likely in zip(nodes[number], ways[number], strict=True):
            share = _share(outside[number], likely, inside[number])
            outside[first] += share
            outside[second] += share
            if rule >= 0:
                counts[name, rule] = counts.get((name, rule), 0) + share
    return counts


def _way(way: tuple[str, int, int, int], inside: Mapping[int, Likely], weights: Mapping[str, Sequence[int]]) -> Likely:
    name, rule, first, second = way
    found, power = inside[first][0] * inside[second][0], inside[first][1] + inside[second][1]
    if rule >= 0:
        found, power = found * weights[name][rule], power - UNIT.bit_length() + 1
    over = max(found.bit_length() - BITS, 0)
    return found >> over, power + over


def _sum(ways: Sequence[Likely]) -> Likely:
    """All of them together; the least of them may be lost."""
    if len(ways) == 1:
        return ways[0]
    highest = max(power for _, power in ways)
    found = sum(number << 2 * BITS >> min(highest - power, 3 * BITS) for number, power in ways)
    over = max(found.bit_length() - BITS, 0)
    return found >> over, highest + over - 2 * BITS


def _share(whole: int, way: Likely, ways: Likely) -> int:
    """The share of a way in `whole`, by its probability among all ways."""
    if way == ways:
        return whole
    power = way[1] - ways[1]
    if power < -2 * BITS:
        return 0
    return (whole * way[0] << max(power, 0)) // (ways[0] << max(-power, 0))


def _maximised(rules: Rules, counts: Mapping[tuple[str, int], int]) -> dict[str, tuple[int, ...]]:
    """The weights under which the rules would have been taken so often."""
    weights = {}
    for name, own in rules.items():
        taken = [counts.get((name, number), 0) + ONE // len(own) for number in range(len(own))]
        weights[name] = tuple(max(UNIT * count // sum(taken), 1) for count in taken)
    return weights
