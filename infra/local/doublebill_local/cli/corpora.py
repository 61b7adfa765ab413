"""Corpora on the command line: examples of game content, imported from files and learned from."""

from collections.abc import Sequence
from pathlib import Path

from doublebill import schema
from doublebill.edge.clock import now_ms
from doublebill.errors import InvalidInput
from doublebill.service.content import corpora
from doublebill.service.content.corpus_record import read_record
from doublebill_local.cli.corpus_files import read_examples, read_legend
from doublebill_local.cli.options import StackOptions
from doublebill_local.cli.waiting import poll
from doublebill_local.display.console import working
from doublebill_local.display.content import show_corpus

DEFAULT_NAME = "own"
"""Name of a corpus that is named by its kind only."""


def import_corpus(path: str, files: Sequence[str], legend: str, licence: str, options: StackOptions) -> None:
    """Keeps the examples of files as a corpus."""
    kind, name = _kind_and_name(path)
    if not files:
        raise InvalidInput.one("CATALOG | FILE", "missing", "name files of examples")
    with working(f"reading {path}", quiet=options.as_json) as tell:
        examples = read_examples(kind, [Path(file) for file in files], tell)
    fields: dict[str, object] = {"corpus": name, "examples": examples}
    fields |= {"legend": read_legend(Path(legend))} if legend else {}
    fields |= {"licence": licence} if licence else {}
    request = schema.read(corpora.CorpusRequest, fields)
    kept = corpora.keep(options.open_home().objects(), kind, request, now_ms())
    options.answer(kept.status(now_ms()), show_corpus)


def train_corpus(path: str, options: StackOptions) -> int:
    """Learns a content model from a corpus, here or on the stack, and returns the exit code."""
    kind, name = _kind_and_name(path)
    home = options.open_home()
    objects = home.objects()
    corpus = read_record(objects, kind, name)
    with working(f"learning from {kind}/{name}", quiet=options.as_json) as tell:
        if options.stack:
            corpora.start(objects, home.jobs(), corpus)
            corpus = poll(
                lambda: read_record(objects, kind, name), lambda record: record.status(now_ms())["state"], tell
            )
        else:
            corpus = corpora.learn(objects, kind, name, corpus.sent, now_ms)
    options.answer(corpus.status(now_ms()), show_corpus)
    return 0 if corpus.state == "ready" else 1


def _kind_and_name(path: str) -> tuple[str, str]:
    """Splits KIND/NAME, or KIND alone."""
    kind, _, name = path.partition("/")
    return kind, name or DEFAULT_NAME
