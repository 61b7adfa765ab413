"""Study: the data, questions, time and progress that all trials of one selection share.

A question is one way to hide items and look for them again, as a split of the same data: see `questions`.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from doublebill.fit.evaluation.baselines import item_knn
from doublebill.fit.evaluation.block_lists import KeptSums
from doublebill.fit.evaluation.evaluate import evaluate_headline
from doublebill.fit.linear.grams.shared_grams import SharedGrams
from doublebill.fit.linear.sums.summing import HERE, Summing
from doublebill.fit.selection.questions import number_of_tests, questions_of, tests_of
from doublebill.fit.selection.time_budget import BUDGET_SPENT, ENDLESS, TIME_UP, TimeBudget
from doublebill.fit.selection.work import ending_seconds, fit_seconds, measuring_seconds
from doublebill.fit.selection.workbench import Workbench
from doublebill.fit.splits.calendar import Timeline
from doublebill.fit.splits.holdout import Holdout, Split
from doublebill.fit.splits.user_splits import repeat_holdout
from doublebill.model.catalog import Catalog
from doublebill.model.config import Config
from doublebill.model.interactions import Interactions
from doublebill.model.recommender import Recommender

SEED = 20260901
"""Seed of the splits; a run records it."""

DECIDES = "ndcg@100"
"""Metric by which configs are compared."""

Tell = Callable[[str], None]


@dataclass(eq=False)
class WorkDone:
    """The work of a study so far, in estimated seconds."""

    seconds: float = 0.0


@dataclass(frozen=True, eq=False)
class Study:
    """A catalog with its questions, a budget and a listener to progress."""

    catalog: Catalog
    questions: Mapping[str, Split]
    """By name; empty with too few users."""
    decides: str = "random"
    """The question by which kernels are compared, models reported and versions promoted."""
    tell: Tell = lambda _: None
    """Receives one line of progress at a time."""
    budget: TimeBudget = ENDLESS
    data: Timeline | None = None
    """What the questions were made of; None where only these are known."""
    seed: int = SEED
    """Picks the users of the questions."""
    _benches: dict[int, Workbench] = field(default_factory=dict)
    """By the identity of the training part, which the workbench keeps alive."""
    _shared: SharedGrams = field(default_factory=SharedGrams)
    _repeated: dict[str, Holdout] = field(default_factory=dict)
    _measured: dict[tuple[Config, str], Mapping[str, float]] = field(default_factory=dict)
    _sums: KeptSums = field(default_factory=KeptSums)
    _done: WorkDone = field(default_factory=WorkDone)

    @classmethod
    def of(
        cls,
        catalog: Catalog,
        data: Timeline | Interactions,
        seed: int = SEED,
        tell: Tell = lambda _: None,
        budget: TimeBudget = ENDLESS,
        decides: str = "",
        summing: Summing = HERE,
    ) -> "Study":
        """Returns the study of these data, split by `seed`; `decides` repeats an earlier one in which it decided."""
        timeline = data if isinstance(data, Timeline) else Timeline.of(data)
        questions, deciding = questions_of(timeline, seed, decides)
        return cls(catalog, questions, deciding, tell, budget, timeline, seed, _shared=SharedGrams(summing))

    def tests(self) -> Iterator[Holdout]:
        """Yields the test of the deciding question, then more of the same sort where it has few users."""
        first = self.questions[self.decides].test
        if self.data is None:
            yield first
        else:
            yield from tests_of(self.data, self.decides, first, self.seed)

    @property
    def liked_from(self) -> float | None:
        """Returns the rating from which an item is liked; None where no user rated anything below it."""
        parts = self.questions.get("liked")
        return parts.train.stars.liked_from if parts and parts.train.stars else None

    @property
    def deciding(self) -> Split | None:
        """Returns the deciding split; None with too few users."""
        return self.questions.get(self.decides)

    def validation(self, question: str) -> Holdout:
        """Returns the validation users of a question, repeated where they are few."""
        if question not in self._repeated:
            self._repeated[question] = repeat_holdout(self.questions[question].validation, SEED)
        return self._repeated[question]

    def fitted(self, config: Config, holdout: Holdout, notes: dict[str, object] | None = None) -> Recommender:
        """Returns the recommender of a config, fitted on the training part of a holdout.

        Raises:
            numpy.linalg.LinAlgError, ArithmeticError: when the config cannot be fitted to this data.
        """
        bench = self._bench(holdout)
        self._done.seconds += bench.missing_seconds(config)
        return bench.recommender(config, notes)

    def _bench(self, holdout: Holdout) -> Workbench:
        train = holdout.reference
        return self._benches.setdefault(id(train), Workbench(self.catalog, train, self._shared))

    def unaffordable(
        self, configs: Sequence[Config], question: str, ending: Sequence[Config | None], slowest: float, next_one: float
    ) -> str:
        """Returns the reason for which these configs are not tried on a question, empty where the budget allows it.

        `ending` are the configs to be measured on test users after the search, the first of which is published.
        `slowest` and `next_one` are seconds of the clock, as of `TimeBudget.allows`.
        """
        if not self.budget.allows(slowest, next_one):
            return TIME_UP
        if self.budget.work_seconds == math.inf:
            return ""
        trials = sum(self._trial_seconds(config, question) for config in configs)
        needed = self._done.seconds + trials + self._ending_seconds([config for config in ending if config])
        return BUDGET_SPENT if needed > self.budget.work_seconds else ""

    def _trial_seconds(self, config: Config, question: str) -> float:
        """Returns the estimated seconds to measure a config on the validation users of a question."""
        if (config, question) in self._measured:
            return 0.0
        holdout = self.validation(question)
        bench = self._bench(holdout)
        return bench.missing_seconds(config) + measuring_seconds(holdout.fold_in.n_users, bench.size)

    def _ending_seconds(self, configs: Sequence[Config]) -> float:
        """Returns the estimated seconds of measuring these configs and baselines on test users, and of the last fit."""
        test = self.questions[self.decides].test
        size, histories = self._bench(self.validation(self.decides)).size, test.fold_in.n_users
        compared = [*configs, item_knn(configs[0])]
        tests = number_of_tests(self.decides, test)
        return ending_seconds(compared, size, histories, tests) + fit_seconds(configs[0], size)

    def repeat(self, before: Config, config: Config, question: str) -> None:
        """Takes what was fitted and measured of a config for another one that is known to have the same edges."""
        bench = self._benches[id(self.validation(question).reference)]
        bench.repeat(before, config)
        self._measured[config, question] = self._measured[before, question]

    def retain(self, *configs: Config | None) -> None:
        """Forgets all fits but those of these configs."""
        for bench in self._benches.values():
            bench.retain([config for config in configs if config])

    def release_shared(self) -> None:
        """Forgets what only the fits of a search have in common, so that tests have the memory."""
        self._shared.clear()
        self._sums.clear()

    def release(self, holdout: Holdout) -> None:
        """Forgets all fits on the training part of a holdout."""
        self._benches.pop(id(holdout.reference), None)

    def reached(self, config: Config, question: str) -> float:
        """Returns `DECIDES` of a config on the validation users of a question.

        Raises:
            numpy.linalg.LinAlgError, ArithmeticError: when the config cannot be fitted to this data.
        """
        return self.headline(config, question)[DECIDES]

    def headline(self, config: Config, question: str, notes: dict[str, object] | None = None) -> Mapping[str, float]:
        """Returns the headline metrics of a config on the validation users of a question, each measured once.

        `notes` receives the facts of a new fit.

        Raises:
            numpy.linalg.LinAlgError, ArithmeticError: when the config cannot be fitted to this data.
        """
        if (config, question) not in self._measured:
            holdout = self.validation(question)
            fitted = self.fitted(config, holdout, notes)
            self._done.seconds += measuring_seconds(holdout.fold_in.n_users, self._bench(holdout).size)
            evaluation = evaluate_headline(fitted, holdout, self._sums)
            self._measured[config, question] = evaluation.means()
        return self._measured[config, question]
