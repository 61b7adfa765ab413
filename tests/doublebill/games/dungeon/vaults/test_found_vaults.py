from doublebill.games.dungeon.vaults.found_vaults import found_vaults
from doublebill.games.dungeon.vaults.vault import Vault

HOOK = Vault("hook", ("####", "...#", "#$.#", "##.#"))
ROWS = ("######", "#####.", "..#...", "#.##.#", "##.##.")


def test_a_turned_vault_is_found_where_it_stands():
    (place,) = found_vaults(("#####", "#####", "#..$#", "##.##"), [Vault("x", ("#$#", "#..", "#.#"))])
    assert (place["x"], place["y"], place["turned"], place["mirrored"]) == (1, 1, 90, False)


def test_a_vault_with_another_tile_is_not_there():
    assert found_vaults(ROWS, [HOOK]) == []


def test_a_passage_that_leads_nowhere_may_be_shut():
    vault = Vault("room", ("######", "#...##", "#.....", "#...##", "######"))
    shut = (*vault.rows[:2], "#...##", *vault.rows[3:])
    assert [place["name"] for place in found_vaults(shut, [vault])] == ["room"]
