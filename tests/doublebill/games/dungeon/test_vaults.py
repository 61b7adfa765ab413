import pytest

from checkers.dungeon import faults, vault_faults
from doublebill.errors import Unsatisfiable
from doublebill.games.content_kind import GenerationRequest
from doublebill.games.dungeon.kind import DUNGEON
from doublebill.games.dungeon.vaults.shipped_vaults import SHIPPED

SMITHY = {"name": "smithy", "rows": ["#######", "#.....#", "#..$...", "#.....#", "###.###"]}
DRAWN = {name: vault.rows for name, vault in SHIPPED.items()} | {"smithy": SMITHY["rows"]}


def made(spec, seed):
    return DUNGEON.generate(GenerationRequest({"width": 64, "height": 48, **spec}, seed)).items[0]


@pytest.mark.parametrize(
    "spec",
    [
        {"vaults": 4, "locks": 4},
        {"vaults": [SMITHY, "cloister", "guard post"], "floors": 2, "boss": True},
        {"vaults": [SMITHY], "treasures": 1, "loops": 2, "dead_ends": 3},
    ],
    ids=["shipped", "sent", "controls"],
)
@pytest.mark.parametrize("seed", range(3))
def test_vaults_stand_in_the_dungeon_as_they_were_drawn(spec, seed):
    item = made(spec, seed)
    assert faults(item) + vault_faults(item, DRAWN) == []
    assert not item["fallback"]


@pytest.mark.parametrize("control", ["treasures", "loops", "foes"])
def test_a_control_that_leaves_no_room_for_a_vault_is_named(control):
    vaults = [SMITHY, "cloister", "guard post"]
    with pytest.raises(Unsatisfiable) as refused:
        made({"vaults": vaults, control: 0}, 1)
    assert {one.field for one in refused.value.complaints} == {f"spec.{control}", "spec.vaults"}
