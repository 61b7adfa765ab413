import numpy as np
import pytest

from doublebill.games.text.names.chains import kept, remade
from doublebill.games.text.names.mixture import Mixture
from doublebill.games.text.names.word_symbols import LETTERS, base_of

WORDS = ["anna", "hannah", "nathan", "tan", "ann", "t"]
LOOKS = ("parts", "children", "followers", "symbols", "counts", "spreads")


def sizes(mixture):
    return LETTERS + 1, len(mixture.letters) + 1, base_of(mixture.letters)


@pytest.mark.parametrize("name", ["runs", "placed"])
def test_a_chain_made_again_has_the_tables_that_were_counted(name):
    mixture = Mixture.of(WORDS)
    chain = getattr(mixture, name)
    again = remade(kept(chain, "x"), "x", *sizes(mixture))
    for one, other in zip([*chain.plain, *chain.spread], [*again.plain, *again.spread], strict=True):
        for part in ("contexts", "starts", "pairs", "counts", "totals", "left", "shares"):
            assert np.array_equal(getattr(one, part), getattr(other, part)), part
    assert again.symbols == chain.symbols


def test_the_spread_of_a_level_counts_the_contexts_of_the_next():
    chain = Mixture.of(WORDS).runs
    for level, spread in enumerate(chain.spread):
        longer, base = chain.plain[level + 1], spread.base
        for pair, count in zip(spread.pairs.tolist(), spread.counts.tolist(), strict=True):
            context, symbol = divmod(pair, base)
            seen = [other for other in longer.pairs.tolist() if divmod(other // base // base, 1)[0] == context]
            assert count == sum(other % base == symbol for other in seen)


@pytest.mark.parametrize("part", LOOKS)
def test_arrays_that_are_no_chain_are_refused(part):
    mixture = Mixture.of(WORDS)
    arrays = kept(mixture.runs, "x")
    for broken in (
        arrays[f"x_{part}"][:-1],
        np.append(arrays[f"x_{part}"], 1),
        np.zeros_like(arrays[f"x_{part}"]),
        np.full_like(arrays[f"x_{part}"], 60_000 if part != "counts" else 0),
    ):
        with pytest.raises(ValueError, match="found"):
            remade({**arrays, f"x_{part}": broken.astype(arrays[f"x_{part}"].dtype)}, "x", *sizes(mixture))
    with pytest.raises(KeyError):
        remade({name: array for name, array in arrays.items() if name != f"x_{part}"}, "x", *sizes(mixture))
