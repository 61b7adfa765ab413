"""Similar items by metadata: shares of cosines with the most similar ones."""

import numpy as np
import pytest

from doublebill.fit.metadata import similar_items as module
from doublebill.fit.metadata.item_features import item_features
from doublebill.fit.metadata.similar_items import similar_items
from doublebill.model.catalog import Catalog
from doublebill.model.items import Item

TAGS = ("drama", "comedy", "war", "noir")


def shelf(items: int = 30) -> Catalog:
    random = np.random.default_rng(1)
    described = {
        f"{n:02}": Item(f"{n:02}", tags=tuple(tag for tag in TAGS if random.random() < 0.4), year=1950 + n)
        for n in range(items - 1)
    }
    return Catalog.of([f"{items - 1:02}"], described)


def test_each_item_shares_its_cosines_among_the_most_similar_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SOURCES", 5)
    monkeypatch.setattr(module, "BLOCK", 7)
    catalog = shelf()
    found = similar_items(catalog).toarray()
    features = item_features(catalog)
    cosines = (features @ features.T).toarray()
    np.fill_diagonal(cosines, 0)
    for target in range(29):
        sources = np.flatnonzero(found[:, target])
        assert len(sources) == 5
        assert cosines[sources, target].min() >= np.sort(cosines[:, target])[-5] - 1e-6
        np.testing.assert_allclose(
            found[sources, target], cosines[sources, target] / cosines[sources, target].sum(), 1e-5
        )
    assert not found[:, 29].any()
    assert not found[29].any()


def test_without_metadata_nothing_is_similar() -> None:
    assert similar_items(Catalog.of(["a", "b"], {})).nnz == 0
