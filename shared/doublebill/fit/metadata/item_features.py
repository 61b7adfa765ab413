"""Content: how alike items are by what is known of them, without anybody's interactions.

An item is a vector of three parts: its tags and the words of its title, each weighted by rarity (tf-idf; Spärck Jones
1972, doi:10.1108/eb026526), and its year, spread over the two decades it lies between, so that years count as closer
the nearer they are. Each part has length 1 times its weight, the whole has length 1; items are as alike as the cosine.
"""

import re
import unicodedata

import numpy as np
import scipy.sparse as sp

from doublebill.arrays import Ints
from doublebill.model.catalog import NO_YEAR, Catalog

TAGS_COUNT, WORDS_COUNT, YEARS_COUNT = 1.0, 0.25, 1.0
"""Weights of the parts, chosen on validation users of MovieLens-100K whose films were hidden from training."""

COMMON_SHARE = 0.05
"""Words in a larger share of the titles say nothing (`the`, `and`), whatever the language."""

COMMON_COUNT = 10
"""In a small catalog a word is not common below this many titles."""

YEARS_APART = 10
"""From this many years on, years have nothing in common."""

DECIMALS = 9
"""Cosines are compared after rounding, so that sums in another order break ties alike."""


def content_of(catalog: Catalog) -> sp.csr_array:
    """[n_items, features] rows of length 1; empty rows where nothing is known that another item shares."""
    # copied, since what takes entries out of a matrix does so in place
    tags = (np.ones(len(catalog.item_tags)), catalog.item_tags, catalog.tag_offsets)
    parts = [
        _rare(sp.csr_array(tags, shape=(len(catalog), len(catalog.tag_names)), copy=True)) * TAGS_COUNT,
        _rare(_words(catalog)) * WORDS_COUNT,
        _years(catalog) * YEARS_COUNT,
    ]
    return _unit_rows(sp.hstack(parts, format="csr"))


def words_of(title: str) -> list[str]:
    """The words of a title, each once, sorted: runs of letters and digits of any script, without case."""
    return sorted(set(re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", title).casefold())))


def most_alike(content: sp.csr_array, items: Ints, others: Ints, most: int) -> sp.csr_array:
    """[items, n_items] for each of `items` its cosine with the `most` of `others` most like it, never with itself.

    Ties go to what comes first in `others`. It holds [items, others] at once: the caller takes items in blocks.
    """
    cosines = np.round((content[items] @ content[others].T).toarray(), DECIMALS)
    cosines[items[:, np.newaxis] == others] = 0
    alike = cosines > 0
    if most < len(others):
        alike &= cosines >= np.partition(cosines, len(others) - most, axis=1)[:, len(others) - most, np.newaxis]
    rows, places = np.nonzero(alike)
    shape = (len(items), len(others))
    kept = strongest(sp.csr_array((cosines[rows, places], (rows, places)), shape=shape), most).tocoo()
    return sp.csr_array((kept.data, (kept.row, others[kept.col])), shape=(len(items), content.shape[0]))


def strongest(matrix: sp.csr_array, most: int) -> sp.csr_array:
    """The `most` entries of largest absolute value in each row, none that is 0; ties go to the lower column."""
    sizes = np.abs(np.round(matrix.data, DECIMALS))
    counts = np.diff(matrix.indptr)
    least = np.zeros(matrix.shape[0])
    for row in np.flatnonzero(counts > most):  # sorting whole rows would take ten times as long
        of_row = sizes[matrix.indptr[row] : matrix.indptr[row + 1]]
        least[row] = np.partition(of_row, len(of_row) - most)[len(of_row) - most]
    rows = np.repeat(np.arange(matrix.shape[0]), counts)
    able = np.flatnonzero((sizes >= least[rows]) & (sizes > 0))
    order = able[np.lexsort((matrix.indices[able], -sizes[able], rows[able]))]
    starts = np.searchsorted(rows[order], rows[order])
    kept = order[np.arange(len(order)) - starts < most]
    return sp.csr_array((matrix.data[kept], (rows[kept], matrix.indices[kept])), shape=matrix.shape)


def _words(catalog: Catalog) -> sp.csr_array:
    """[n_items, words] 1 where a title has a word that is not common."""
    numbers: dict[str, int] = {}
    words = [[numbers.setdefault(word, len(numbers)) for word in words_of(title)] for title in _titles(catalog)]
    indptr = np.concatenate([np.zeros(1, np.int64), np.cumsum([len(one) for one in words], dtype=np.int64)])
    columns = np.array([number for one in words for number in one], np.int64)
    counts = np.bincount(columns, minlength=len(numbers))
    telling = counts <= max(COMMON_COUNT, COMMON_SHARE * len(catalog))
    shape = (len(catalog), len(numbers))
    return sp.csr_array((telling[columns].astype(np.float64), columns, indptr), shape=shape)


def _titles(catalog: Catalog) -> list[str]:
    return [catalog.title(item) for item in range(len(catalog))]


def _rare(present: sp.csr_array) -> sp.csr_array:
    """Each column times log(1 + n_items / items that have it), 0 where only one has it; rows of length 1."""
    counts = np.bincount(present.indices[present.data > 0], minlength=present.shape[1])
    rarity = np.where(counts > 1, np.log1p(present.shape[0] / np.maximum(counts, 1)), 0.0)
    return _unit_rows(
        sp.csr_array((present.data * rarity[present.indices], present.indices, present.indptr), present.shape)
    )


def _years(catalog: Catalog) -> sp.csr_array:
    """[n_items, decades] how near the year is to the beginning of each of the two decades around it."""
    known = np.flatnonzero(catalog.years != NO_YEAR)
    decades = catalog.years[known].astype(np.float64) / YEARS_APART
    before = np.floor(decades).astype(np.int64)
    first = int(before.min()) if len(known) else 0
    columns = np.concatenate([before, before + 1]) - first
    nearness = np.concatenate([before + 1 - decades, decades - before])
    shape = (len(catalog), int(columns.max()) + 1 if len(known) else 0)
    return _unit_rows(sp.csr_array((nearness, (np.concatenate([known, known]), columns)), shape=shape))


def _unit_rows(matrix: sp.csr_array) -> sp.csr_array:
    matrix.eliminate_zeros()
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    lengths = np.sqrt(np.bincount(rows, weights=matrix.data**2, minlength=matrix.shape[0]))
    return sp.csr_array((matrix.data / lengths[rows], matrix.indices, matrix.indptr), shape=matrix.shape)
