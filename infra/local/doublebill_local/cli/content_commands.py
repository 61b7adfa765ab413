"""What the commands on game content do: the same use cases that the handlers call, on the stores of a home."""

import json
import secrets
import time
from argparse import Namespace
from pathlib import Path

from doublebill import schema
from doublebill.concurrency.deadline import Deadline
from doublebill.edge.clock import SYSTEM, now_ms
from doublebill.errors import InvalidInput, shown
from doublebill.games.seeds import SEED_LIMIT
from doublebill.games.text.kinds import TEXTS
from doublebill.service.content import corpora, generation
from doublebill.service.content.corpus_record import read_record
from doublebill.service.content.generator_cache import GeneratorCache
from doublebill.service.content.requests import ContentRequest
from doublebill_local.cli import show, show_content
from doublebill_local.cli.corpus_files import read_examples, read_legend
from doublebill_local.host.home import Home

POLL_SECONDS = 2.0

PATIENCE_SECONDS = 60.0
"""How long a command waits for the stores; a person can interrupt it."""

OWN = "own"
"""The name of a corpus that was given none."""


def generate(home: Home, told: Namespace) -> int | None:
    """Makes content and shows it."""
    wanted = {"spec": _json("--spec", told.spec), "count": told.count}
    if told.kind not in TEXTS:
        wanted |= {"format": "json" if told.json else told.format, "solution": True}
    for name in ("seed", "corpus", "model_version"):
        wanted |= {} if getattr(told, name) is None else {name: getattr(told, name)}
    request = schema.read(ContentRequest, wanted)
    generators = GeneratorCache(home.objects(), SYSTEM, refresh_seconds=0.0)
    deadline = Deadline(SYSTEM, SYSTEM() + PATIENCE_SECONDS)
    answer = generation.generate(
        told.kind,
        request,
        lambda: secrets.randbelow(SEED_LIMIT),
        lambda kind, corpus, model_version: generators.find(kind, corpus, model_version, deadline),
    )
    show_content.content(answer, as_json=told.json)
    return None


def import_corpus(home: Home, told: Namespace) -> int | None:
    """Keeps the examples of the files as a corpus."""
    kind, name = _named(told.corpus)
    if told.events or told.items:
        raise InvalidInput.one("--corpus", "given beside --events or --items", "import the corpus by itself")
    if not told.names:
        raise InvalidInput.one("FILE", "missing", "name files of examples")
    examples = read_examples(kind, [Path(file) for file in told.names])
    wanted: dict[str, object] = {"corpus": name, "examples": examples}
    wanted |= {"legend": read_legend(Path(told.legend))} if told.legend else {}
    wanted |= {"licence": told.licence} if told.licence else {}
    request = schema.read(corpora.CorpusRequest, wanted)
    kept = corpora.keep(home.objects(), kind, request, now_ms())
    show_content.corpus(kept.status(now_ms()), as_json=told.json)
    return None


def train_corpus(home: Home, told: Namespace) -> int | None:
    """Learns from a corpus here, or on the stack."""
    kind, name = _named(told.corpus)
    objects = home.objects()
    corpus = read_record(objects, kind, name)
    with show.working(f"learning from {kind}/{name}", quiet=told.json) as tell:
        if told.stack:
            corpora.start(objects, home.jobs(), corpus)
            while (corpus := read_record(objects, kind, name)).status(now_ms())["state"] == "training":
                tell("training")
                time.sleep(POLL_SECONDS)
        else:
            corpus = corpora.learn(objects, kind, name, corpus.sent, now_ms)
    show_content.corpus(corpus.status(now_ms()), as_json=told.json)
    return None if corpus.state == "ready" else 1


def _named(told: str) -> tuple[str, str]:
    """The kind and the corpus in KIND or KIND/NAME."""
    kind, _, name = told.partition("/")
    return kind, name or OWN


def _json(flag: str, told: str) -> object:
    try:
        return json.loads(told)
    except (ValueError, RecursionError) as wrong:
        raise InvalidInput.one(flag, f"{shown(told)} is not JSON", "use a JSON object") from wrong
