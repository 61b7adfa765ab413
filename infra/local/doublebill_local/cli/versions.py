"""The commands on versions of a catalog: `models`, `promote` and `rollback`."""

import secrets
from collections.abc import Callable
from typing import Annotated

from cyclopts import Parameter

from doublebill.edge.clock import now_ms
from doublebill.model.catalog import check_catalog_name
from doublebill.service.registry import champions, model_list
from doublebill.service.training import promotion
from doublebill.stores.job_record import new_id
from doublebill_local.cli.options import UNSET, CatalogName, StackOptions
from doublebill_local.cli.own_trainings import own_trainings
from doublebill_local.cli.science.short_versions import whole_version
from doublebill_local.display.console import err
from doublebill_local.display.versions import show_champion, show_models
from doublebill_local.host.home import Home

type Move = Callable[[promotion.PromotingStores, str], promotion.ChampionResponse]
"""Moves the champion with these stores; the text is the id of a training that may be started."""


def models(catalog: CatalogName, /, *, options: StackOptions = StackOptions()) -> None:
    """Lists the versions of a catalog."""
    name = check_catalog_name(catalog)
    objects = options.open_home().objects()
    whole = listed = model_list.models(objects, name)
    while cursor := listed.get("next_cursor"):
        listed = model_list.models(objects, name, page=model_list.ModelListOptions(cursor=cursor))
        whole["models"] += listed["models"]
        whole["skipped"] = [*whole.get("skipped", ()), *listed.get("skipped", ())]
    whole.pop("next_cursor", None)
    options.answer(whole, show_models)


def promote(
    catalog: CatalogName,
    version: Annotated[str, Parameter(help="version to promote, as `doublebill models` lists it")],
    /,
    *,
    options: StackOptions = StackOptions(),
) -> int:
    """Makes a version champion; where it had erased users, fits its config again."""
    name, home = check_catalog_name(catalog), options.open_home()
    wanted = whole_version(home.objects(), name, version)
    return _moved(name, home, options, lambda stores, run: promotion.promote(stores, name, wanted, now_ms(), run))


def rollback(
    catalog: CatalogName,
    /,
    *,
    leaving: Annotated[
        str,
        UNSET,
        Parameter(
            metavar="VERSION", help="go back only while this version is champion, so that a script may try again"
        ),
    ] = "",
    options: StackOptions = StackOptions(),
) -> int:
    """Makes the champion before this one champion again; where it had erased users, fits its config again."""
    name, home = check_catalog_name(catalog), options.open_home()
    named = whole_version(home.objects(), name, leaving, "--leaving") if leaving else ""
    left = named or champions.version_of(home.objects(), name)  # so that each call goes back by one
    return _moved(name, home, options, lambda stores, run: promotion.roll_back(stores, name, now_ms(), run, left))


def _moved(catalog: str, home: Home, options: StackOptions, move: Move) -> int:
    """Moves the champion, does the training that this may need, and returns the exit code."""
    with own_trainings(home, options.as_json) as trainings:
        stores = promotion.PromotingStores(home.objects(), home.records(), trainings.jobs)
        moved = move(stores, new_id(now_ms(), secrets.token_hex(4)))
        record = trainings.do()
        if record is not None and record["promoted"]:
            now = promotion.champion_of(stores.objects, catalog, moved["version"])
            moved = {**now, "training_id": moved["training_id"]}
    options.answer(moved, show_champion)
    if record is None or record["promoted"]:
        return 0
    err.print(f"it was not promoted: {record['why']}", markup=False)
    return 1
