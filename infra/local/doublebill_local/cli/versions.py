"""The commands on versions of a catalog: `models`, `promote` and `rollback`."""

import secrets
from typing import Annotated

from cyclopts import Parameter

from doublebill import schema
from doublebill.edge.clock import now_ms
from doublebill.errors import naming
from doublebill.model.catalog import check_catalog_name
from doublebill.service.registry import model_list
from doublebill.service.registry.champions import ChampionRequest
from doublebill.service.training import promotion
from doublebill.stores.job_record import new_id
from doublebill_local.cli.options import UNSET, CatalogName, StackOptions
from doublebill_local.display.versions import show_champion, show_models


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
) -> None:
    """Makes a version champion."""
    name = check_catalog_name(catalog)
    wanted = schema.read(ChampionRequest, {"version": version}).version
    stores, run = _stores(options)
    options.answer(promotion.promote(stores, name, wanted, now_ms(), run), show_champion)


def rollback(
    catalog: CatalogName,
    /,
    *,
    leaving: Annotated[
        str,
        UNSET,
        Parameter(metavar="VERSION", help="the champion to leave; needed to go back further after a rollback"),
    ] = "",
    options: StackOptions = StackOptions(),
) -> None:
    """Makes the previous champion champion again; where it had erased users, fits its config again."""
    name = check_catalog_name(catalog)
    if leaving:
        with naming("version", "--leaving"):
            schema.read(ChampionRequest, {"version": leaving})
    stores, run = _stores(options)
    options.answer(promotion.roll_back(stores, name, now_ms(), run, leaving), show_champion)


def _stores(options: StackOptions) -> tuple[promotion.PromotingStores, str]:
    """Returns the stores of a deployment, and an id for a training that may be started."""
    home = options.open_home()
    stores = promotion.PromotingStores(home.objects(), home.records(), home.jobs())
    return stores, new_id(now_ms(), secrets.token_hex(4))
