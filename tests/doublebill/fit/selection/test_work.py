"""Work is estimated from counts of the data alone, and grows with what makes a fit long."""

from dataclasses import replace

import pytest

from doublebill.fit.clean import clean
from doublebill.fit.selection.work import PartSize, ending_seconds, fit_seconds, kernel_seconds, measuring_seconds
from doublebill.model.config import Config, Edlae, Factors, Knn, Popularity
from worlds import checkerboard

LASTFM = PartSize(users=1_518, items=17_632, active=6_400, entries=74_000, pairs=3_700_000.0, described=False)
PRUNED = Config(Edlae(47.0, 0.6, 0.5, "pruned"))
INVERSE = Config(Edlae(24.0, 0.6, 0.5, "inverse"))


def test_a_part_is_counted_once_for_everything() -> None:
    world = clean(checkerboard(20, 12), {})
    size = PartSize.of(world.catalog, world.interactions)
    assert (size.users, size.items, size.active, size.entries) == (20, 12, 12, 100)
    assert (size.pairs, size.described) == (20 * 5.0**2, world.catalog.described)


@pytest.mark.parametrize(
    ("config", "low", "high"),
    [
        (PRUNED, 1.0, 4.0),
        (INVERSE, 2.0, 8.0),
        (Config(Knn("cosine")), 0.2, 1.6),
        (Config(Factors(epochs=10)), 2.0, 9.0),
    ],
)
def test_estimates_of_lastfm_are_near_the_time_that_was_measured(config: Config, low: float, high: float) -> None:
    assert low < fit_seconds(config, LASTFM) < high


def test_popularity_costs_next_to_nothing() -> None:
    assert kernel_seconds(Config(Popularity()), LASTFM) < 0.1


@pytest.mark.parametrize("field", ["active", "pairs"])
def test_more_data_are_more_work(field: str) -> None:
    larger = replace(LASTFM, **{field: 2 * getattr(LASTFM, field)})
    for config in (PRUNED, INVERSE, Config(Knn("cosine"))):
        assert kernel_seconds(config, larger) > kernel_seconds(config, LASTFM)


def test_metadata_count_only_where_they_are_used() -> None:
    described = replace(LASTFM, described=True)
    assert fit_seconds(replace(PRUNED, cold_users=0), described) == fit_seconds(replace(PRUNED, cold_users=0), LASTFM)
    assert fit_seconds(replace(PRUNED, cold_users=5), described) > fit_seconds(replace(PRUNED, cold_users=5), LASTFM)


def test_every_split_of_the_headline_is_counted() -> None:
    once = ending_seconds([PRUNED], LASTFM, 187, 1)
    assert once == fit_seconds(PRUNED, LASTFM) + measuring_seconds(187, LASTFM)
    assert ending_seconds([PRUNED], LASTFM, 187, 3) == 3 * once
