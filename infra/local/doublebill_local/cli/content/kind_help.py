"""Help about kinds: what `doublebill generate KIND --help` and `doublebill prove --help` show below their options."""

from collections.abc import Iterator, Sequence

from doublebill_local.display.console import out

HELP = frozenset({"--help", "-h"})


def show_kind_help(words: Sequence[str]) -> None:
    """Prints the tiles, letters and controls of the kind that the words of a command in need of help name."""
    if HELP.isdisjoint(words) or words[0] not in ("generate", "prove"):
        return
    from doublebill.games.kinds import KINDS
    from doublebill.games.text.kinds import TEXTS
    from doublebill_local.display.games.kind_words import kind_lines, level_lines

    kind = next((word for word in words[1:] if word in {**KINDS, **TEXTS}), "")
    if words[0] == "prove":
        lines = level_lines(kind) if kind in KINDS else _every_kind()
    elif kind:
        lines = kind_lines(kind)
    else:
        lines = iter(
            ["doublebill generate KIND --help shows the tiles, the letters of certificates and the controls of a kind."]
        )
    out.print()
    for line in lines:
        out.print(line, markup=False, highlight=False, soft_wrap=True)


def _every_kind() -> Iterator[str]:
    """Yields the tiles of every kind of level on one line each."""
    from doublebill.games.proofs.prove import EXAMINERS

    yield "Tiles, which a legend may replace (doublebill prove --help --kind KIND shows their uses):"
    for kind, examiner in EXAMINERS.items():
        tiles = ", ".join(f"{symbol} {name}" for symbol, name in examiner.legend.items())
        yield f"  {kind}: {tiles}"
