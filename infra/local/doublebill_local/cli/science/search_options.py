"""Options of `train` that limit its search: a budget of time, one config, a grid of configs."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, cast

from cyclopts import Parameter

from doublebill import schema
from doublebill.errors import InvalidInput
from doublebill.service.registry.written_configs import grid, read_config
from doublebill.service.training.start import TrainingRequest
from doublebill_local.cli.options import existing_file

MOST_BYTES = 1_000_000
"""Of a file of configs."""


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class SearchOptions:
    """Options that limit the search of a training."""

    budget: Annotated[
        float | None,
        Parameter(
            metavar="SECONDS",
            help="seconds of work for the search, counted by the size of the data and not by the clock; one config is "
            "always tried (default: no limit, on a stack half of the time of the function)",
        ),
    ] = None
    config: Annotated[
        str | None, Parameter(metavar="FILE", help="train this one config, a JSON object, and try no other")
    ] = None
    try_: Annotated[
        str | None,
        Parameter(
            name="--try",
            metavar="FILE",
            help="try these configs alone: a JSON list of configs, or a config with lists of values",
        ),
    ] = None

    epsilon: Annotated[
        float | None,
        Parameter(
            metavar="NUMBER",
            help="train with differential privacy of users: 1 is strong, 8 weak (default: as the settings say)",
        ),
    ] = None
    delta: Annotated[
        float | None,
        Parameter(metavar="NUMBER", help="delta of --epsilon, such as 1e-6 (default: as the settings say)"),
    ] = None

    def request(self, force: bool, skip_damaged: bool) -> TrainingRequest:
        """Returns the request of a training with these options.

        Raises:
            InvalidInput: when an option or a config in a file is wrong.
        """
        if self.budget is not None and not 0 <= self.budget < math.inf:
            raise InvalidInput.one("--budget", f"{self.budget} is not a number of seconds", "use a number from 0")
        wanted = {
            "force": force,
            "skip_damaged": skip_damaged,
            "budget_seconds": self.budget,
            "configs": [dict(one) for one in self._configs()],
        }
        private = {"epsilon": self.epsilon, "delta": self.delta}
        return schema.read(
            TrainingRequest, {**wanted, **{name: one for name, one in private.items() if one is not None}}
        )

    def refuse_with_corpus(self) -> None:
        """Refuses options that a corpus does not have.

        Raises:
            InvalidInput: when there is one.
        """
        if self.config is not None or self.try_ is not None:
            option = "--config" if self.config is not None else "--try"
            raise InvalidInput.one(option, "given beside --corpus", "a corpus has no configs; leave it out")
        if self.epsilon is not None or self.delta is not None:
            raise InvalidInput.one("--epsilon", "given beside --corpus", "a corpus is of no users; leave it out")

    def _configs(self) -> Sequence[Mapping[str, object]]:
        if self.config is not None and self.try_ is not None:
            raise InvalidInput.one("--try", "given beside --config", "use one of them")
        if self.config is not None:
            written = _read("--config", self.config)
            read_config(written, "--config")
            return [cast(Mapping[str, object], written)]
        return [] if self.try_ is None else grid(_read("--try", self.try_), "--try")


def _read(option: str, name: str) -> object:
    """Returns the JSON in a file.

    Raises:
        InvalidInput: when there is none, with the line where it stops being JSON.
    """
    with existing_file(option, name, read_once=True).open("rb") as file:
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise InvalidInput.one(option, f"{name} is larger than {MOST_BYTES:,} bytes", "name a file of configs")
    try:
        return json.loads(content)
    except json.JSONDecodeError as wrong:
        problem = f"{name}, line {wrong.lineno}, column {wrong.colno}: {wrong.msg[:1].lower()}{wrong.msg[1:]}"
        raise InvalidInput.one(option, problem, "write JSON") from wrong
    except (ValueError, RecursionError) as wrong:
        raise InvalidInput.one(option, f"{name} is not JSON in UTF-8", "write JSON") from wrong
