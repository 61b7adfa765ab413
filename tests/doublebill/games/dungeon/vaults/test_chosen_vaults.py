import pytest

from doublebill.errors import InvalidInput, Unsatisfiable
from doublebill.games.dice import Dice
from doublebill.games.dungeon.vaults.chosen_vaults import check_vaults, drawn_vaults
from doublebill.games.dungeon.vaults.vault import Vault

ROOM = ("#####", "#...#", "#....", "#...#", "#####")


@pytest.mark.parametrize(
    ("vaults", "field"),
    [
        (["crypt of doom"], "spec.vaults[0]"),
        (["chapel", "chapel"], "spec.vaults[1].name"),
        ([Vault("\n", ROOM)], "spec.vaults[0].name"),
        ([Vault("x", ("#..", "#X.", "###"))], "spec.vaults[0].rows[1]"),
        ([Vault("x", ("#..", "#..", "####"))], "spec.vaults[0].rows[2]"),
        ([Vault("x", ("###", "#.#", "###"))], "spec.vaults[0]"),
        ([Vault("x", ("#.#", "###", "#.#"))], "spec.vaults[0]"),
        ([Vault("x", ("#.#", "#.#", "###"))], "spec.vaults[0]"),
        (["chapel", Vault("x", ("." * 60, "." * 60, "." * 60), turns=False)], "spec.vaults[1]"),
    ],
)
def test_a_vault_that_cannot_be_is_named(vaults, field):
    with pytest.raises(InvalidInput) as refused:
        check_vaults(vaults, (40, 80), 1)
    assert [one.field for one in refused.value.complaints] == [field]


def test_more_vaults_than_fit_are_refused():
    with pytest.raises(Unsatisfiable, match="they take 192 of 256 cells"):
        check_vaults([Vault(name, ROOM) for name in ("a", "b", "c")], (16, 16), 1)
    with pytest.raises(Unsatisfiable, match="0 shipped vaults fit there"):
        check_vaults(1, (12, 9), 1)


def test_a_vault_is_turned_so_that_it_fits():
    wide = Vault("wide", (".." * 10,) * 3)
    sizes = {one.size for seed in range(9) for one in drawn_vaults([wide], (12, 40), Dice(0, "vaults", seed))}
    assert sizes == {(3, 20)}


def test_no_shipped_vault_is_drawn_twice():
    names = [one.name for one in drawn_vaults(8, (60, 60), Dice(0, "vaults", 1))]
    assert len(set(names)) == 8
