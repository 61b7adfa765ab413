"""The command `generate`: makes game content and proves levels."""

import secrets
from dataclasses import dataclass
from typing import Annotated, Literal

from cyclopts import Parameter

from doublebill import schema
from doublebill.edge.clock import SYSTEM
from doublebill.games.kinds import KINDS
from doublebill.games.seeds import SEED_LIMIT
from doublebill.games.text.kinds import TEXTS
from doublebill.service.content import generation
from doublebill.service.content.generator_cache import GeneratorCache
from doublebill.service.content.requests import ContentRequest
from doublebill_local.cli.options import Integer, StackOptions, json_value
from doublebill_local.cli.waiting import patience
from doublebill_local.display.content import show_content

ALL_KINDS = ", ".join([*KINDS, *TEXTS])


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class GeneratorOptions:
    """Options that name the content model and the seed."""

    corpus: Annotated[
        str | None, Parameter(metavar="NAME", help="corpus that the model learned from (default: built in)")
    ] = None
    model_version: Annotated[
        str | None, Parameter(metavar="VERSION", help="version of that model (default: the newest)")
    ] = None
    seed: Annotated[
        str | None, Parameter(metavar="SEED", help="an integer below 2**53 or a text (default: a new one)")
    ] = None

    def fields(self) -> dict[str, object]:
        """Returns the fields of the request that are set."""
        fields = {"corpus": self.corpus, "model_version": self.model_version, "seed": self.seed}
        return {name: value for name, value in fields.items() if value is not None}


def generate(
    kind: Annotated[str, Parameter(help=f"kind of content: {ALL_KINDS}")],
    /,
    *,
    generator: GeneratorOptions = GeneratorOptions(),
    count: Annotated[Integer, Parameter(metavar="N", help="number of levels or texts")] = 1,
    spec: Annotated[
        str, Parameter(metavar="JSON", help='JSON controls, such as \'{"width": 20, "enemies": [3, 5]}\'')
    ] = "{}",
    output_format: Annotated[
        Literal["text", "json"], Parameter(name="--format", help="levels as text or JSON")
    ] = "text",
    options: StackOptions = StackOptions(),
) -> None:
    """Generates levels with proofs, or texts."""
    fields = {"spec": json_value("--spec", spec), "count": count, **generator.fields()}
    if kind not in TEXTS:
        fields |= {"format": "json" if options.as_json else output_format, "solution": True}
    request = schema.read(ContentRequest, fields)
    generators = GeneratorCache(options.open_home().objects(), SYSTEM, refresh_seconds=0.0)
    deadline = patience()
    answer = generation.generate(
        kind,
        request,
        lambda: secrets.randbelow(SEED_LIMIT),
        lambda kind, corpus, model_version: generators.find(kind, corpus, model_version, deadline),
    )
    options.answer(answer, show_content)
