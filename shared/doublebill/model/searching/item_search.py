"""Item search: the items of a catalog whose titles, tags, texts or ids are like a query."""

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from doublebill.arrays import Floats, Ints32, Mask
from doublebill.model.attributes import KINDS
from doublebill.model.ranking import Ranking, top
from doublebill.model.searching.trigrams import Trigrams

if TYPE_CHECKING:
    from doublebill.model.catalog import Catalog

ENOUGH = 0.4
"""The share of a query's trigrams that a text must have: two letters that are swapped in a word of five leave that."""

OF_TITLE = 0.25
"""What a title that is nothing but the query counts beside one that has it in it."""

OF_LABELS = 0.6
"""What the same words count in a tag or another text, beside a title."""

OF_POPULARITY = 0.1
"""What the most popular item gains over the least popular, among those that are equally like the query."""


class ItemSearch:
    """The texts of a catalog, made ready when they are first searched."""

    def __init__(self, catalog: "Catalog") -> None:
        self._catalog = catalog

    def search(self, query: str, ranks: Ints32, allowed: Mask, n: int) -> Ranking:
        """Returns the `n` allowed items that are most like a query, best first; fewer where few are like it.

        `ranks` [n_items] are the places of items by popularity, 0 for the most popular, and `allowed` [n_items] says
        which may be found. An item whose id is the query comes first.
        """
        scores = self._scores(query)
        found = np.flatnonzero((scores > 0) & allowed).astype(np.int32)
        popular = 1 - ranks[found] / max(len(ranks), 1)
        best = top(found, scores[found] + OF_POPULARITY * popular, n)
        return Ranking(found[best], scores[found[best]])

    def nearest_tag(self, tag: str) -> str | None:
        """Returns the tag that is most like another one, None where none is like it."""
        scores = _enough(*self._tags.likeness(tag))
        return self._catalog.tag_names[int(np.argmax(scores))] if scores.any() else None

    def _scores(self, query: str) -> Floats:
        """Returns [n_items] how much each item is like the query; 0 where it is not."""
        scores = _enough(*self._titles.likeness(query))
        tags = OF_LABELS * _enough(*self._tags.likeness(query))
        if tags.any():
            tagged = np.repeat(np.arange(len(scores)), np.diff(self._catalog.tag_offsets))
            np.maximum.at(scores, tagged, tags[self._catalog.item_tags])
        owners, texts = self.text_owners
        labels = OF_LABELS * _enough(*self._texts.likeness(query))
        np.maximum.at(scores, owners, labels[texts])
        named = self._catalog.find(query)
        if named >= 0:
            scores[named] = 1 + OF_TITLE + OF_POPULARITY
        return scores

    @cached_property
    def _titles(self) -> Trigrams:
        """The trigrams of titles, of ids where an item has no title."""
        everyone = np.arange(len(self._catalog))
        titles, ids = self._catalog.titles.take(everyone), self._catalog.item_ids.take(everyone)
        return Trigrams.of(title or item_id for title, item_id in zip(titles, ids, strict=True))

    @cached_property
    def _tags(self) -> Trigrams:
        return Trigrams.of(self._catalog.tag_names[n] for n in range(len(self._catalog.tag_names)))

    @cached_property
    def _texts(self) -> Trigrams:
        texts = self._catalog.attributes.texts
        return Trigrams.of(texts[n] for n in range(len(texts)))

    @cached_property
    def text_owners(self) -> tuple[Ints32, Ints32]:
        """Returns the items that have a text in an attribute, and the numbers of the texts."""
        attributes = self._catalog.attributes
        names = [attributes.names[n] for n in range(len(attributes.names))]
        columns = [attributes.column(name, KINDS[2]) for name in names]
        owners = np.concatenate([np.zeros(0, np.int32), *(items for items, _ in columns)])
        texts = np.concatenate([np.zeros(0), *(values for _, values in columns)])
        return owners.astype(np.int32), texts.astype(np.int32)


def _enough(of_query: Floats, of_text: Floats) -> Floats:
    """Returns how much each text is like a query; 0 where it lacks too much of it."""
    return np.where(of_query >= ENOUGH, of_query + OF_TITLE * of_text, 0.0)
