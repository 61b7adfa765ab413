"""The commands that fit models: `train`, `evaluate` and `verify`."""

import secrets
from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any, Literal

from cyclopts import Parameter

from doublebill import schema
from doublebill.edge.clock import now_ms
from doublebill.errors import InvalidInput
from doublebill.model.catalog import check_catalog_name
from doublebill.service.registry import runs
from doublebill.service.registry.champions import ChampionRequest
from doublebill.service.training import start
from doublebill.stores.job_record import new_id
from doublebill_local.cli.corpora import train_corpus
from doublebill_local.cli.options import UNSET, CatalogName, CorpusPath, Flag, Integer, StackOptions
from doublebill_local.cli.own_trainings import train_here
from doublebill_local.cli.science.exchange_options import ExchangeOptions
from doublebill_local.cli.science.search_options import SearchOptions
from doublebill_local.cli.science.short_versions import whole_version
from doublebill_local.cli.waiting import poll
from doublebill_local.display.console import Tell, working
from doublebill_local.display.trainings import show_evaluation, show_training, show_verification
from doublebill_local.host.home import Home


def train(
    catalog: Annotated[str | None, Parameter(help="name of the catalog; or use --corpus")] = None,
    /,
    *,
    corpus: CorpusPath = None,
    force: Annotated[Flag, Parameter(help="promote the version even if it is no improvement")] = False,
    skip_damaged: Annotated[Flag, Parameter(help="train without stored objects that are damaged")] = False,
    search: SearchOptions = SearchOptions(),
    options: StackOptions = StackOptions(),
) -> int:
    """Trains a catalog and promotes the version, or learns a content model from a corpus."""
    if (catalog is None) == (corpus is None):
        problem = "missing" if catalog is None else "given beside --corpus"
        raise InvalidInput.one("CATALOG", problem, "name a catalog, or use --corpus KIND/NAME")
    if corpus is not None:
        search.refuse_with_corpus()
        return train_corpus(corpus, options)
    name = check_catalog_name(catalog or "")
    request = search.request(force, skip_damaged)
    home = options.open_home()
    with working(f"training {name}", quiet=options.as_json) as tell:
        train_catalog = _train_on_stack if options.stack else _train_here
        record = train_catalog(home, name, request, tell)
    options.answer(record, show_training)
    return 0 if record["state"] == "succeeded" else 1


def _train_here(home: Home, catalog: str, request: start.TrainingRequest, tell: Tell) -> Mapping[str, Any]:
    return train_here(home, start.payload_of(request, catalog, _new_run()), tell)


def _train_on_stack(home: Home, catalog: str, request: start.TrainingRequest, tell: Tell) -> Mapping[str, Any]:
    run = str(start.queue(home.objects(), home.jobs(), catalog, _new_run(), now_ms(), request)["run"])
    return poll(lambda: runs.read(home.objects(), catalog, run, now_ms()), lambda record: str(record["state"]), tell)


def _new_run() -> str:
    return new_id(now_ms(), secrets.token_hex(4))


def evaluate(
    catalog: CatalogName,
    /,
    *,
    version: Annotated[
        str, UNSET, Parameter(metavar="VERSION", help="evaluate this version instead of the champion")
    ] = "",
    split: Annotated[
        Literal["random", "newest", "liked", "calendar", "met", "last"] | None,
        Parameter(
            help="hide a random or the newest fifth of users' items, look for liked ones only, ask by the calendar, "
            "hide items of met users, or everybody's last item (default: the one that decides in a training)"
        ),
    ] = None,
    seed: Annotated[
        Integer | None,
        Parameter(
            metavar="INTEGER",
            help="picks the test users (default: those of a training, which chose and fitted the version without them)",
        ),
    ] = None,
    exchange: ExchangeOptions = ExchangeOptions(),
    options: StackOptions = StackOptions(),
) -> int:
    """Fits a version's config again without test users and measures it on them."""
    from doublebill.fit.selection.study import SEED
    from doublebill.service.training.evaluate_version import measure

    name, home = check_catalog_name(catalog), options.open_home()
    version = whole_version(home.objects(), name, version) if version else ""
    wanted = (split or "", _seed(seed, SEED))
    if exchange.used:
        exchange.run(name, version, wanted, options)
        return 0
    with working(f"evaluating {name}", quiet=options.as_json) as tell:
        answer: Mapping[str, Any] = measure(home.objects(), name, version, *wanted, tell, home.kept_since_ms())
    options.answer(answer, show_evaluation)
    return 0 if answer["report"]["evaluated"] else 1


def _seed(seed: int | None, default: int) -> int:
    """Returns the seed that is asked for.

    Raises:
        InvalidInput: when it is negative.
    """
    if seed is not None and seed < 0:
        raise InvalidInput.one("--seed", f"{seed} is negative", "use an integer from 0")
    return default if seed is None else seed


def verify(
    version: Annotated[str, Parameter(help="version to train again")],
    /,
    *,
    catalog: Annotated[
        str | None, Parameter(metavar="NAME", help="its catalog (default: found by the version)")
    ] = None,
    options: StackOptions = StackOptions(),
) -> int:
    """Trains a version again from the data of its run and compares the bytes."""
    from doublebill.service.training import verify as verifying

    wanted = schema.read(ChampionRequest, {"version": version}).version
    objects = options.open_home().objects()
    name = check_catalog_name(catalog) if catalog else verifying.catalog_of(objects, wanted)
    with working(f"training {wanted} again", quiet=options.as_json) as tell:
        verified = verifying.verify(objects, name, wanted, tell)
    options.answer(asdict(verified), show_verification)
    return 0 if verified.outcome == "same" else 1
