"""Words about kinds: every tile, letter and control that a kind has is explained."""

import pytest

from doublebill.errors import NotFound
from doublebill.games.kinds import KINDS
from doublebill.games.proofs.prove import EXAMINERS
from doublebill.games.text.kinds import TEXTS
from doublebill_local.display.games.kind_words import content_kind, controls_of, kind_lines, moves_of, tiles_of


@pytest.mark.parametrize("kind", KINDS)
def test_every_tile_letter_and_control_of_levels_is_explained(kind: str) -> None:
    assert {tile.symbol: tile.name for tile in tiles_of(kind)} == EXAMINERS[kind].legend
    assert all(tile.use for tile in tiles_of(kind))
    assert all(moves_of(kind).values())
    assert all(controls_of(kind).values())


@pytest.mark.parametrize("kind", TEXTS)
def test_every_control_of_texts_is_explained(kind: str) -> None:
    assert next(iter(kind_lines(kind))) == f"Controls of {kind} (--spec CONTROL=VALUE):"
    assert all(controls_of(kind).values())


def test_a_kind_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(NotFound, match="there is no kind 'castle' of content; there are maze, chamber"):
        content_kind("castle")
