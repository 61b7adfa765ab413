"""Levels as a kind of content: a request becomes a spec and constraints, then proved levels, then the answer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self, cast

from doublebill.errors import Complaint, InvalidInput, NotReached
from doublebill.games.content_kind import (
    ANSWER_BYTES,
    GeneratedBatch,
    GenerationRequest,
    Json,
    LevelOptions,
    Measure,
    not_reached,
)
from doublebill.games.dice import Dice
from doublebill.games.files import LevelJson, as_file, as_json, as_text, check_bytes, check_pixels, shown_within
from doublebill.games.grids.constraints import FREE, Base, Constraints, read_constraints
from doublebill.games.grids.steps import Place
from doublebill.games.levels.batch import LevelBatch, varied
from doublebill.games.levels.generate import generate
from doublebill.games.levels.level import Level
from doublebill.games.levels.pooled.pooled_batch import farthest
from doublebill.games.levels.recipe import LevelRecipe
from doublebill.games.levels.spec import LevelSpec
from doublebill.games.plans.level_plan import LevelPlan
from doublebill.games.seeds import Seed
from doublebill.games.spec_list import SpecList, read_specs
from doublebill.games.step_budget import StepBudget, StepsSpent, counted
from doublebill.games.variety.pool_measures import MEASURES
from doublebill.schema import read

PAINTED = 3
"""One step in this many of a request is for painting own tiles of a corpus."""


@dataclass(frozen=True, slots=True)
class LevelKind[S: LevelSpec](LevelRecipe[S]):
    """One kind of level, as requests name it; implements `content_kind.ContentKind`."""

    structure: Callable[[Level], Mapping[str, Any]] | None = None
    """Returns the fields of an answer that only this kind has; None if it has none."""
    fixable: bool = True
    """Whether levels can be made that keep fixed tiles or a base."""
    earlier: "LevelKind[S] | None" = None
    """The version before, which requests may still name."""

    @property
    def rewrite_draft(self) -> None:
        """None: levels have no text to reword."""

    def vocabulary(self) -> Mapping[str, Mapping[str, str]]:
        """Returns the names of tiles and of moves."""
        return {"legend": dict(self.legend), "moves": dict(self.rules.moves)}

    def generate(self, request: GenerationRequest) -> GeneratedBatch:
        """Generates proved levels and shows each in the requested format."""
        options = request.options
        kept, specs = self._read(request)
        constraints = self.look.acting_constraints(kept) if self.look else kept
        painting = request.steps // PAINTED if self.look else 0
        with counted(StepBudget(request.steps - painting)):
            specs.check(self.generator.check)
            batch = self._batch(specs, request.seed, constraints, options.unlike)
        if self.look:
            with counted(StepBudget(painting)):
                batch = replace(batch, levels=self._all_painted(batch.levels, kept))
        levels = (self._shown(level, options) for level in (() if request.files else batch.levels))
        items, limit = shown_within(levels, request.answer_bytes, request.showing_steps)
        reached = len(batch.levels if request.files else items)
        if options.strict:
            check_strict(batch.levels[:reached], request.count)
        variety: dict[str, object] = {"asked": len(batch.levels), "alike": batch.alike}
        if options.unlike is not None:
            variety |= {"unlike": options.unlike, "nearest": batch.nearest}
        summary = {"variety": variety} | not_reached(request, reached, limit=limit)
        return GeneratedBatch(items, summary, lambda: [self._planned(level, options) for level in batch.levels])

    def check_request(self, request: GenerationRequest) -> None:
        """Checks a request before its levels are made: its options, and the spec of each."""
        _, specs = self._read(request)
        with counted(StepBudget(request.steps)):
            specs.check(self.generator.check)

    def _read(self, request: GenerationRequest) -> tuple[Constraints, SpecList[S]]:
        """Reads the constraints and the specs of a request, and checks that its answer has room for each level."""
        options = request.options
        if not self.fixable:
            check_unfixed(self.name, options)
        kept = read_constraints(options.fixed, options.must_have, options.base, self.legend)
        specs = read_specs(self.spec, request, lambda spec: self._sized_spec(spec, options.base))
        cells = [spec.area for spec in specs.specs]
        check_pixels(options.format, options.style, cells if request.one_answer else [max(cells)], request.counted_by)
        if not request.files:
            check_bytes(options.format, max(cells), min(request.answer_bytes, ANSWER_BYTES))
        return kept, specs

    def sample(self, seed: Seed) -> Json:
        """Generates one level with the default spec: its grid, moves and attempts."""
        level = self._painted(generate(self, read(self.spec, {}, "spec"), seed))
        return [level.grid, level.certificate.moves, level.attempts]

    def learned_from(self, corpus: str, model_version: str, licence: str) -> Self:
        """Returns the kind with the names of the corpus and model that it learned from."""
        return replace(self, corpus=corpus, model_version=model_version, licence=licence)

    def item(self, level: Level) -> LevelJson:
        """Returns the level as an item of a JSON answer, with the fields that only this kind has."""
        structure = self.structure(level) if self.structure else {}
        own = {"own_tiles": self.look.properties} if self.look else {}
        return cast(LevelJson, {**as_json(level, self.legend), **own, **structure})

    def _all_painted(self, levels: Sequence[Level], kept: Constraints) -> list[Level]:
        """Returns the levels with own tiles of the corpus, as far as the steps go."""
        painted: list[Level] = []
        try:
            for level in levels:
                painted.append(self._painted(level, kept))  # noqa: PERF401  # those before stay where the steps end
        except StepsSpent:
            if not painted:
                raise
        return painted

    def _painted(self, level: Level, kept: Constraints = FREE) -> Level:
        """Returns a level with own tiles of the corpus, where it has some."""
        if self.look is None:
            return level
        dice = Dice(self.version, f"{self.name} in own tiles", level.seed)
        return replace(level, grid=self.look.painted(level.grid, dice, kept))

    def _batch(self, specs: SpecList[S], seed: Seed, constraints: Constraints, unlike: Measure | None) -> LevelBatch:
        if unlike is None:
            return varied(self, specs, seed, constraints)
        return farthest(self, specs, seed, MEASURES[unlike], constraints)

    def _sized_spec(self, spec: Mapping[str, object], base: Base | None) -> Mapping[str, object]:
        """Returns a requested spec, with the size of the base where it names none."""
        if base is None:
            return spec
        size = {"width": len(base.grid[0]), "length": len(base.grid[0]), "height": len(base.grid)}
        return {side: cells for side, cells in size.items() if hasattr(self.spec, side)} | dict(spec)

    def _path(self, level: Level, options: LevelOptions) -> Sequence[Place]:
        """Returns the cells that the certificate passes, where they are to be shown."""
        if not options.solution:
            return ()
        return self.rules.path(self.look.acting(level.grid) if self.look else level.grid, level.certificate)

    def _planned(self, level: Level, options: LevelOptions) -> LevelPlan:
        """Returns the plan of a level, with its path where that is to be shown."""
        return self.plan(level, self._path(level, options))

    def _shown(self, level: Level, options: LevelOptions) -> LevelJson:
        """Returns the level in the requested format."""
        match options.format:
            case "json":
                return self.item(level)
            case "text":
                return as_text(level, self._path(level, options))
            case form:
                return as_file(level, self._planned(level, options), form, options.style)


def check_unfixed(name: str, options: LevelOptions) -> None:
    """Checks that no option names tiles that stay.

    Raises:
        InvalidInput: naming each that does.
    """
    fixing = [option for option in ("fixed", "must_have", "base") if getattr(options, option)]
    if fixing:
        raise InvalidInput(
            Complaint(option, f"a {name} keeps no fixed tiles", "remove it, or use another kind") for option in fixing
        )


def check_strict(levels: Sequence[Level], count: int) -> None:
    """Checks that there are as many levels as were requested, and that each meets every control.

    Raises:
        NotReached: naming the missed controls of the first level that has some, or the number of levels that are there.
    """
    for index, level in enumerate(levels):
        missed = [
            f"{name} is {control.measured} instead of {control.target}"
            for name, control in level.controls.items()
            if not control.met
        ]
        if missed:
            raise NotReached(f"item {index} (seed {level.seed!r}) came near only: " + ", ".join(missed))
    if len(levels) < count:
        made = f"only {len(levels)} of {count} items are the work, or fit the answer, of one request"
        raise NotReached(f"{made}; use fewer, or a batch (POST …/batches), which a job makes")
