import pytest

from doublebill.errors import InvalidInput
from doublebill.games.missions.mission import Mission, check_graph
from doublebill.schema import read
from drawn_missions import LOCKED


@pytest.mark.parametrize(
    ("written", "field"),
    [
        ({"nodes": LOCKED["nodes"][:-1], "edges": []}, "spec.mission.nodes"),
        ({"nodes": [*LOCKED["nodes"], LOCKED["nodes"][1]], "edges": []}, "spec.mission.nodes[5].id"),
        ({**LOCKED, "edges": [{"from": "key", "to": "gate", "kind": "opens"}]}, "spec.mission.edges[0].to"),
        ({**LOCKED, "edges": [{"from": "lamp", "to": "door", "kind": "opens"}]}, "spec.mission.edges[0].from"),
    ],
)
def test_a_mission_that_is_wrong_is_refused_naming_the_place(written, field):
    with pytest.raises(InvalidInput) as refused:
        check_graph(read(Mission, written))
    assert [one.field for one in refused.value.complaints] == [field]
