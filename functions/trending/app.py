"""Trending: counts what was met of late, whenever the schedule says so."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from doublebill.edge.clock import now_ms
from doublebill.edge.line_metrics import Measures
from doublebill.edge.settings import TrendingSettings, read_settings
from doublebill.service.catalog import trending
from doublebill.service.registry import champions, prior_refresh
from doublebill.stores.objects import open_objects
from doublebill.times.retention import kept_since_ms

settings = read_settings(TrendingSettings)
logger = Logger(service="trending")
measures = Measures.of("trending", settings)
objects = open_objects(settings.objects)


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001  # Lambda hands both
    refreshed = trending.refresh_all(
        objects,
        lambda objects, catalog, events: prior_refresh.refresh(objects, catalog, events, now_ms()),
        kept_since_ms(now_ms(), settings.retention_days),
    )
    logger.info("refreshed", catalogs=refreshed)
    counted = [*refreshed["refreshed"], *refreshed["kept"]]
    for catalog, hours in champions.ages_hours(objects, counted, now_ms()).items():
        measures.write(logger, "champion", {"ChampionAgeHours": hours}, catalog)
    return {"refreshed": refreshed}
