"""Item features: similarity of items by metadata, without interactions.

An item is a vector of three parts: its tags and the words of its title, each weighted by rarity (tf-idf; Spärck Jones
1972, doi:10.1108/eb026526), and its year, spread over the two decades around it, so that near years are similar. Each
part is scaled to its weight and the whole to length 1; the similarity of two items is the cosine.
"""

import re
import unicodedata

import numpy as np
import scipy.sparse as sp

from doublebill.arrays import Ints
from doublebill.fit.top_k import DECIMALS, strongest_entries
from doublebill.model.catalog import NO_YEAR, Catalog

TAGS_COUNT, WORDS_COUNT, YEARS_COUNT = 1.0, 0.25, 1.0
"""Weights of the parts, chosen on validation users of MovieLens-100K whose films were hidden from training."""

COMMON_SHARE = 0.05
"""Words in a larger share of the titles are ignored: `the`, `and` and their like in any language."""

COMMON_COUNT = 10
"""Words in at most so many titles are never ignored."""

YEARS_APART = 10
"""Difference from which years have no similarity."""


def item_features(catalog: Catalog) -> sp.csr_array:
    """Returns [n_items, features] rows of length 1; empty for items that share no feature with another."""
    # copied, since entries are removed in place
    tags = (np.ones(len(catalog.item_tags)), catalog.item_tags, catalog.tag_offsets)
    parts = [
        _rare(sp.csr_array(tags, shape=(len(catalog), len(catalog.tag_names)), copy=True)) * TAGS_COUNT,
        _rare(_words(catalog)) * WORDS_COUNT,
        _years(catalog) * YEARS_COUNT,
    ]
    return _unit_rows(sp.hstack(parts, format="csr"))


def title_words(title: str) -> list[str]:
    """Returns the distinct words of a title, sorted: runs of letters and digits of any script, without case."""
    return sorted(set(re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", title).casefold())))


def most_similar(features: sp.csr_array, items: Ints, others: Ints, most: int) -> sp.csr_array:
    """Returns [items, n_items] the cosines of each of `items` with the `most` most similar of `others`, never itself.

    Ties go to the first in `others`. Computes [items, others] at once: call it with blocks of items.
    """
    cosines = np.round((features[items] @ features[others].T).toarray(), DECIMALS)
    cosines[items[:, np.newaxis] == others] = 0
    found = cosines > 0
    if most < len(others):
        found &= cosines >= np.partition(cosines, len(others) - most, axis=1)[:, len(others) - most, np.newaxis]
    rows, places = np.nonzero(found)
    shape = (len(items), len(others))
    kept = strongest_entries(sp.csr_array((cosines[rows, places], (rows, places)), shape=shape), most).tocoo()
    return sp.csr_array((kept.data, (kept.row, others[kept.col])), shape=(len(items), features.shape[0]))


def _words(catalog: Catalog) -> sp.csr_array:
    """Returns [n_items, words] 1 where a title has a word that is not common."""
    numbers: dict[str, int] = {}
    words = [[numbers.setdefault(word, len(numbers)) for word in title_words(title)] for title in _titles(catalog)]
    indptr = np.concatenate([np.zeros(1, np.int64), np.cumsum([len(one) for one in words], dtype=np.int64)])
    columns = np.array([number for one in words for number in one], np.int64)
    counts = np.bincount(columns, minlength=len(numbers))
    rare = counts <= max(COMMON_COUNT, COMMON_SHARE * len(catalog))
    shape = (len(catalog), len(numbers))
    return sp.csr_array((rare[columns].astype(np.float64), columns, indptr), shape=shape)


def _titles(catalog: Catalog) -> list[str]:
    return [catalog.titles[item] for item in range(len(catalog))]


def _rare(present: sp.csr_array) -> sp.csr_array:
    """Returns columns times log(1 + n_items / items with the feature), 0 for features of one item; rows of length 1."""
    counts = np.bincount(present.indices[present.data > 0], minlength=present.shape[1])
    rarity = np.where(counts > 1, np.log1p(present.shape[0] / np.maximum(counts, 1)), 0.0)
    return _unit_rows(
        sp.csr_array((present.data * rarity[present.indices], present.indices, present.indptr), present.shape)
    )


def _years(catalog: Catalog) -> sp.csr_array:
    """Returns [n_items, decades] the nearness of the year to the start of each of the two decades around it."""
    dated = np.flatnonzero(catalog.years != NO_YEAR)
    decades = catalog.years[dated].astype(np.float64) / YEARS_APART
    before = np.floor(decades).astype(np.int64)
    first = int(before.min()) if len(dated) else 0
    columns = np.concatenate([before, before + 1]) - first
    nearness = np.concatenate([before + 1 - decades, decades - before])
    shape = (len(catalog), int(columns.max()) + 1 if len(dated) else 0)
    return _unit_rows(sp.csr_array((nearness, (np.concatenate([dated, dated]), columns)), shape=shape))


def _unit_rows(matrix: sp.csr_array) -> sp.csr_array:
    matrix.eliminate_zeros()
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    lengths = np.sqrt(np.bincount(rows, weights=matrix.data**2, minlength=matrix.shape[0]))
    return sp.csr_array((matrix.data / lengths[rows], matrix.indices, matrix.indptr), shape=matrix.shape)
