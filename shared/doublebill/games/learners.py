"""Learners: which kinds of content learn from a corpus, and the corpora that ship."""

from collections.abc import Mapping
from typing import Any

from doublebill.errors import InvalidInput, NotFound
from doublebill.games.content_kind import ContentKind
from doublebill.games.kinds import KINDS
from doublebill.games.learned.grids import GRID_LEARNERS
from doublebill.games.learning import Learner
from doublebill.games.runner.learn import RUNNER_LEARNER
from doublebill.games.text.kinds import SHIPPED, TEXT_LEARNERS

LEARNERS: Mapping[str, Learner[Any]] = {**GRID_LEARNERS, "runner": RUNNER_LEARNER, **TEXT_LEARNERS}
"""Kind → how it learns."""


def learner_of(kind: str) -> Learner[Any]:
    """How that kind of content learns.

    Raises:
        NotFound: when there is no such kind.
        InvalidInput: when it does not learn.
    """
    shipped(kind)
    if kind not in LEARNERS:
        raise InvalidInput.one("kind", kind, "a kind that learns: " + ", ".join(LEARNERS))
    return LEARNERS[kind]


def shipped(kind: str) -> Mapping[str, ContentKind]:
    """The generators of that kind that ship, by the name of their corpus; the first is the usual one.

    One that learned from nothing goes by no name.

    Raises:
        NotFound: when there is no such kind.
    """
    if kind in KINDS:
        return {KINDS[kind].corpus: KINDS[kind]}
    if kind in SHIPPED:
        return {one.corpus: one for one in SHIPPED[kind]}
    raise NotFound(f"there is no kind {kind!r} of content; there are " + ", ".join([*KINDS, *SHIPPED]))
