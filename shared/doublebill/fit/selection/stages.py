"""Stages: the aspects of a config that a search looks at after the kernel, one after the other.

A stage compares variants of the best config so far on the validation users of one question; the best of them goes on
to the next stage. The search is greedy: an aspect that was decided is not looked at again. A new aspect is a field of
`Config` and one more stage here.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from doublebill.fit.evaluation.baselines import HALF_LIVES_DAYS
from doublebill.fit.linear.grams.shared_grams import FEWEST_USERS
from doublebill.fit.selection.candidates import MOST_DENSE_ITEMS as MOST_INVERTED
from doublebill.fit.selection.study import Study
from doublebill.model.config import Config, Edlae, Prior, Support
from doublebill.model.counting.strength import Strength
from doublebill.model.interactions import Interactions

HALF_LIVES = (0.0, 20.0, 12.0, 8.0, 5.0, 3.0, 2.0, 1.0)
"""Half-lives to compare, in items of a history with times; 0 for no decay. The longest come first."""

PATIENCE = 2
"""Half-lives in a row, each shorter than the one before, after which no shorter ones are tried if none was better."""

TRANSITIONS = (0.05, 0.1, 0.3, 1.0)
"""Weights of transitions to compare with none."""

NEW_FROM = 0.3
"""Weight from which transitions may be new edges."""

WITH_TRANSITIONS = 4.0
"""Half-life that is tried again with such transitions: they call for more of the order than edges alone do."""

ORDER = 0.75
"""Share of the order of histories in what edges explain, to compare with none."""

POPULARITY_POWERS = (-0.2, -0.1, -0.05, 0.05, 0.1, 0.2)
"""Powers of its popularity by which the score of an item is multiplied, to compare with 0."""

DENSE = 50.0
"""Mean number of users of an item from which more edges an item are tried, and below which a least-squares scale may be
noise: without it NDCG@100 on validation users of Gowalla, 20 users an item, was 2 % higher."""

MORE_EDGES = 200
"""Edges kept per item on average, to compare with fewer."""

LESS_DROPOUT = 0.4
"""Dropout that is tried with more edges."""

MOST_DENSE_ITEMS = 20_000
"""Items up to which more edges an item are tried."""

TEXT_WEIGHTS = (1.0, 2.0)
"""Weights of metadata in the kernel, times the mean number of users of an item, to compare with none. Chosen, with a
length power of 0, on validation users of thin data of MovieLens-100K; there a weight of 5 lost."""

THIN_USERS = 1000
"""With fewer users in training, data are so few that metadata may say more and least-squares scales may be noise."""

STRENGTHS: tuple[Strength, ...] = ("bm25", "log")
"""Strengths to compare with every item counting once.

Whoever stores weights expects them to count: 500 plays of one item and 1 of another are another history than 1 and 500.
So the best of them is taken unless every item counting once is better than it by more than noise (`favoured`).
"""

LIKED_EDGES = (1 / 3, 0.6, 1.0)
"""Shares of edges of what users liked to compare with none."""

OTHERS = (1.0, 0.6, 0.3, 0.1)
"""How much an item counts that was rated and not liked; the shares above are compared with the second of these."""

RECENT_WEIGHTS = (3.0, 10.0, 30.0, 100.0, 300.0)
"""Weights of a prior to compare; the middle one comes with every half-life."""

RECENT_POWERS = (0.0, 0.5, 1.0)
"""Powers of a prior to compare. Chosen, as the other numbers of a prior, on validation parts of MovieTweetings and
MovieLens-100K. A power of 1.5, with half-lives compared again after it, lost on later moments within the oldest 70 % of
MovieLens-100K; grams in which older histories count less, validation on two moments, and variants taken only beyond one
standard error were not better there beyond noise."""


@dataclass(frozen=True)
class Stage:
    """One aspect of a config."""

    name: str
    questions: tuple[str, ...]
    """The first of these that the study has decides; the stage is left out where it has none."""
    variants: Callable[[Config, Study], Iterator[Config]]
    """Returns the configs to compare with the best one so far."""
    guard: str = ""
    """A question on which a variant may lose no more than `refine.TOLERATED`; none where empty or not in the study."""
    favoured: bool = False
    """Whether a variant is taken even where it loses up to `refine.TOLERATED`: it does what people expect of it."""
    patience: int = 0
    """Number of variants in a row that are not taken after which no more are tried; 0 for no end."""

    def question(self, study: Study) -> str:
        """Returns the question that decides in this study; empty where it has none of them."""
        return next((name for name in self.questions if name in study.questions), "")


def half_lives(best: Config, _: Study) -> Iterator[Config]:
    """Yields the config with other half-lives, which change no recommendation for a history without times."""
    return (replace(best, half_life=half_life) for half_life in HALF_LIVES)


def transitions(best: Config, _: Study) -> Iterator[Config]:
    """Yields the config with transitions."""
    for weight in TRANSITIONS:
        new = weight >= NEW_FROM
        ordered = replace(best, transitions=weight, new_transitions=new)
        yield ordered
        if new and best.half_life != WITH_TRANSITIONS:
            yield replace(ordered, half_life=WITH_TRANSITIONS)


def order(best: Config, _: Study) -> Iterator[Config]:
    """Yields the config with edges that explain what follows more than what came before: one fit more."""
    if isinstance(best.family, Edlae) and best.family.refit and best.strength == "none":
        yield replace(best, family=replace(best.family, order=ORDER))


def popularity_powers(best: Config, _: Study) -> Iterator[Config]:
    """Yields the config with scores multiplied by powers of popularity, which need no fit."""
    return (replace(best, damping=-power) for power in POPULARITY_POWERS)


def edge_counts(best: Config, study: Study) -> Iterator[Config]:
    """Yields the config with more edges an item, which take more bytes and time, where items have many users.

    They are those of the dense solution where that is tried at all, or else the pairs most alike. With so many edges
    less dropout is tried too: on validation users of MovieLens-1M views NDCG@100 was .0012 higher by it. Pruning found
    no better edges on those of MovieLens-100K, in four times the time.
    """
    items, mean = _active(study)
    dense = best.k < items <= MOST_DENSE_ITEMS and mean >= DENSE
    if isinstance(best.family, Edlae) and dense and best.k < MORE_EDGES:
        support: Support = "inverse" if items <= MOST_INVERTED else "cosine"
        more = replace(best, k=MORE_EDGES, family=replace(best.family, support=support, refit=True))
        yield more
        if best.family.dropout > LESS_DROPOUT:
            yield replace(more, family=replace(best.family, support=support, refit=True, dropout=LESS_DROPOUT))


def texts(best: Config, study: Study) -> Iterator[Config]:
    """Yields the config with edges drawn towards metadata, where users are few and items described.

    Long histories count in full there: of few users they say the most.
    """
    if not isinstance(best.family, Edlae) or not best.family.refit:
        return
    if study.catalog.described and _training_part(study).n_users < THIN_USERS:
        _, mean = _active(study)
        for weight in TEXT_WEIGHTS:
            text = float(f"{weight * mean:.2g}")
            yield replace(best, family=replace(best.family, text=text, length_power=0.0))


def scales(best: Config, study: Study) -> Iterator[Config]:
    """Yields the config without least-squares scales, where users are few or items have few of them.

    Edges that are drawn towards metadata keep them where transitions may be added: these find more beside such edges.
    """
    if isinstance(best.family, Edlae) and best.family.text and "newest" in study.questions:
        return
    noisy = _training_part(study).n_users < THIN_USERS or _active(study)[1] < DENSE
    if isinstance(best.family, Edlae) and best.family.refit and best.family.scaled and noisy:
        yield replace(best, family=replace(best.family, scaled=False))


def weights(best: Config, study: Study) -> Iterator[Config]:
    """Yields the config with histories whose items count by strength, where their weights differ."""
    family = best.family
    plain = not isinstance(family, Edlae) or family.order or not family.refit
    if not plain and len(np.unique(_training_part(study).weights)) > 1:
        yield from (replace(best, strength=how) for how in STRENGTHS)


def liked_edges(best: Config, study: Study) -> Iterator[Config]:
    """Yields the config with edges of what users liked, and histories in which other items count less."""
    liked_from = study.liked_from
    return (replace(best, liked_from=liked_from, liked_edges=share, others=OTHERS[1]) for share in LIKED_EDGES)


def others(best: Config, study: Study) -> Iterator[Config]:
    """Yields the config with other weights of what was rated and not liked; no edge changes."""
    judged = (replace(best, liked_from=study.liked_from, others=weight) for weight in OTHERS)
    return (replace(one, liked_from=None) if (one.liked_edges, one.others) == (0.0, 1.0) else one for one in judged)


def _active(study: Study) -> tuple[int, float]:
    """Returns the number of items that may have edges, and the mean number of their users; at least 1."""
    counts = _training_part(study).popularity()
    active = counts[counts >= FEWEST_USERS]
    return len(active), float(active.mean()) if len(active) else 1.0


def _training_part(study: Study) -> Interactions:
    assert study.deciding is not None  # noqa: S101  # stages without a question are left out
    return study.deciding.validation.reference


USUAL = ("calendar", "liked", "random")
"""Questions of aspects that matter with and without times; where people rate, what they liked decides."""

TIMED = ("calendar", "newest")
"""Questions of aspects that matter with times only."""


def recency(best: Config, study: Study) -> Iterator[Config]:
    """Yields the config with a prior of each half-life, where the calendar decides: other questions hide old items."""
    if study.decides != "calendar":
        return iter(())
    middle = RECENT_WEIGHTS[len(RECENT_WEIGHTS) // 2]
    return (replace(best, prior=Prior(middle, 0.0, days)) for days in HALF_LIVES_DAYS)


def recency_powers(best: Config, _: Study) -> Iterator[Config]:
    """Yields the config with its prior of other powers."""
    return (replace(best, prior=replace(best.prior, power=power)) for power in RECENT_POWERS if best.prior)


def recency_weights(best: Config, _: Study) -> Iterator[Config]:
    """Yields the config with its prior of other weights."""
    return (replace(best, prior=replace(best.prior, weight=weight)) for weight in RECENT_WEIGHTS if best.prior)


STAGES = (
    Stage("text", USUAL, texts),
    Stage("scale", USUAL, scales),
    Stage("weights", USUAL, weights, favoured=True),
    Stage("ratings", ("liked",), liked_edges),
    Stage("verdicts", ("liked",), others),
    Stage("half-life", TIMED, half_lives, patience=PATIENCE),
    Stage("transitions", TIMED, transitions, guard="random"),
    Stage("order", TIMED, order, guard="random"),
    Stage("edges", USUAL, edge_counts),
    Stage("popularity", USUAL, popularity_powers),
    Stage("recency", ("calendar",), recency),
    Stage("recency power", ("calendar",), recency_powers),
    Stage("recency weight", ("calendar",), recency_weights),
)
"""In order."""
