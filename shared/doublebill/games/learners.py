"""Learners: the kinds of content that learn from a corpus, and the built-in corpora."""

from collections.abc import Mapping
from typing import Any

from doublebill.errors import InvalidInput, NotFound
from doublebill.games.content_kind import ContentKind
from doublebill.games.kinds import KINDS
from doublebill.games.learned.learned_kind import GridLearner
from doublebill.games.learning import Learner
from doublebill.games.levels.spec import GridSpec
from doublebill.games.runner.learn import RUNNER_LEARNER
from doublebill.games.text.kinds import SHIPPED, TEXT_LEARNERS

LEARNERS: Mapping[str, Learner[Any]] = {
    **{name: GridLearner(kind) for name, kind in KINDS.items() if issubclass(kind.spec, GridSpec)},
    "runner": RUNNER_LEARNER,
    **TEXT_LEARNERS,
}
"""Kind → its learner; every kind of level with a width and a height has one."""


def learner_of(kind: str) -> Learner[Any]:
    """Returns the learner of a kind.

    Raises:
        NotFound: when there is no such kind.
        InvalidInput: when it does not learn.
    """
    shipped(kind)
    if kind not in LEARNERS:
        raise InvalidInput.one("kind", f"{kind!r} does not learn from examples", "use one of " + ", ".join(LEARNERS))
    return LEARNERS[kind]


def shipped(kind: str) -> Mapping[str, ContentKind]:
    """Returns the built-in generators of a kind by the name of their corpus, the default one first.

    The name is "" where a generator learned from no corpus.

    Raises:
        NotFound: when there is no such kind.
    """
    if kind in KINDS:
        return {KINDS[kind].corpus: KINDS[kind]}
    if kind in SHIPPED:
        return {one.corpus: one for one in SHIPPED[kind]}
    raise NotFound(f"there is no kind {kind!r} of content; there are " + ", ".join([*KINDS, *SHIPPED]))
