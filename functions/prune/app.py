"""Prune: deletes what nobody needs or may keep, whenever the schedule says so."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from doublebill.edge.clock import now_ms
from doublebill.edge.line_metrics import Measures
from doublebill.edge.settings import PruneSettings, read_settings
from doublebill.service.registry.pruning.prune import PruneTerms
from doublebill.service.removing.sweep import sweep
from doublebill.stores.objects import expires_by_rules, open_objects

settings = read_settings(PruneSettings)
logger = Logger(service="prune")
measures = Measures.of("prune", settings)
objects = open_objects(settings.objects)
terms = PruneTerms(retention_days=settings.retention_days, with_keys=not expires_by_rules(settings.objects))


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001  # Lambda hands both
    swept = sweep(objects, now_ms(), terms)
    for one in swept.catalogs:
        counts = one.counts()
        total = {"Pruned": sum(counts.values())}
        measures.write(logger, "pruned", total, one.catalog, retired=len(one.retired), **counts)
    measures.write(logger, "swept", {"Pruned": len(swept.packs)}, packs=len(swept.packs), failed=swept.failed)
    swept.check()  # so that Lambda tries again; what is gone is gone
    return {"pruned": [one.catalog for one in swept.catalogs], "packs": len(swept.packs)}
