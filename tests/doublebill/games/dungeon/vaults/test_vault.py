import pytest

from doublebill.games.dungeon.vaults.shipped_vaults import SHIPPED
from doublebill.games.dungeon.vaults.vault import Vault, closable, positions, vault_counts

HOOK = Vault("hook", ("####", "...#", "##.#", "##.#", "##.#"))


def test_a_vault_has_eight_positions_and_fewer_where_they_look_alike():
    assert len(positions(HOOK)) == 8
    assert [one.rows for one in positions(Vault("cross", ("#.#", "...", "#.#")))] == [("#.#", "...", "#.#")]
    assert len(positions(Vault("hook", HOOK.rows, turns=False))) == 1


def test_a_quarter_turn_is_clockwise():
    turned = next(one for one in positions(HOOK) if (one.turned, one.mirrored) == (90, False))
    assert turned.rows == ("###.#", "###.#", "....#", "#####")


def test_passages_to_open_ends_can_be_shut_and_rooms_cannot():
    assert closable(("#####.", "#...#.", "#.....", "#...##")) == {(5, 0), (5, 1), (5, 2), (4, 2)}


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_vaults_are_whole(name):
    vault = SHIPPED[name]
    assert len({len(row) for row in vault.rows}) == 1
    assert vault_counts(vault.rows).loops >= 0
    assert vault_counts(vault.rows).rooms >= 1
