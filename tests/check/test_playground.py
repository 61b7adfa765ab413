"""The playground in Chromium: every part and every state, with the keyboard, narrow and dark."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from doublebill.games.files import formats_of
from doublebill.games.kinds import KINDS
from doublebill_local.host.home import Home
from doublebill_local.host.process import running
from doublebill_local.locations import ROOT
from filled_homes import TITLES, fill

PYTHON = ROOT / ".tools" / "browser" / "bin" / "python"
VISIT_SECONDS = 600

type Steps = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def steps(tmp_path_factory: pytest.TempPathFactory) -> Steps:
    """What a visit of a service with a small trained catalog found, by step."""
    subprocess.run([sys.executable, str(ROOT / "infra" / "debian_package.py"), "chromium"], check=True)
    subprocess.run([sys.executable, str(ROOT / "infra" / "bootstrap.py"), "browser"], check=True)
    folder = tmp_path_factory.mktemp("playground")
    home = Home(folder / "state")
    fill(folder, home)
    with running(home) as url:
        visit = Path(__file__).with_name("playground_visit.py")
        words = [
            "--catalog",
            "films",
            "--query",
            "evne film 4",
            "--user",
            "user-00",
            "--versions",
            "item-00,item-02",
            "--erase",
            "user-01",
        ]
        command = [PYTHON, visit, url, *words]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=VISIT_SECONDS, check=False)
    assert ended.returncode == 0, ended.stdout[-2000:] + ended.stderr[-4000:]
    found: Steps = {}
    for line in ended.stdout.splitlines():
        step = json.loads(line)
        found.setdefault(step["step"], []).append(step)
    return found


def test_nothing_fails_nothing_comes_from_elsewhere_and_nothing_is_in_the_way(steps: Steps) -> None:
    assert [one["window"] for one in steps["end"]] == ["light", "dark"]
    for window in steps["end"]:
        assert window["errors"] == []
        assert window["foreign"] == []
        assert window["axe"] == []
        assert window["wide"] == []


def test_without_picks_the_answer_says_that_it_is_for_everybody(steps: Steps) -> None:
    for step in steps["cold"]:
        assert any("most people" in text for text in step["notes"])
        assert step["titles"]


def test_a_mistyped_search_and_two_keys_change_the_answer_and_explain_it(steps: Steps) -> None:
    for step in steps["picked"]:
        assert step["found"] == TITLES["item-04"]
        assert step["titles"]
        assert all("Even" in title for title in step["titles"][:3])
        assert TITLES["item-04"] in step["bars"]


def test_an_item_has_three_lists_of_others_each_a_way_on(steps: Steps) -> None:
    for step in steps["more like"]:
        assert step["lists"] == ["Most alike", "What leads to it", "What it leads to"]
        assert step["led"] > 3


def test_the_map_is_walked_by_keys_and_picked_from_by_key_and_mouse(steps: Steps) -> None:
    for step in steps["map"]:
        assert step["dots"] == len(TITLES)
        assert len(set(step["names"])) > 1
        assert [text.split("\n")[0] for text in step["by_key"]] == [step["names"][-1].partition(":")[0]]
        assert step["picks"] == 2


def test_groups_and_promotions_are_sent_as_the_api_takes_them(steps: Steps) -> None:
    for step in steps["limited"]:
        assert step["sent"] == {"year": 1}
    for step in steps["promoted"]:
        assert step["sent"] == {"filter": {"tags": {"any": ["Drama"]}}, "share": 0.3}


def test_rules_that_leave_nothing_say_so(steps: Steps) -> None:
    assert all(step["titles"] == [] for step in steps["nothing left"])


def test_a_pick_is_seen_on_its_button_and_taken_out_with_it(steps: Steps) -> None:
    for step in steps["pressed twice"]:
        (picked, name, chips), (text, again, left) = step["texts"]
        assert (picked, chips > 0) == ("Picked", True)
        assert name.startswith("Picked: ")
        assert (text, left) == ("Pick", 0)
        assert again.startswith("Pick ")


def test_a_link_after_the_picks_names_the_first_recommendation_and_goes_there(steps: Steps) -> None:
    for step in steps["pressed twice"]:
        assert step["first"].partition(" ")[2] in step["said"]
        assert step["seen"]
        assert step["at"] == "Recommendations"
        assert {"What you like", "Your picks, the latest last", "Rules", "Recommendations"} <= set(step["headings"])


def test_a_tag_that_no_item_has_is_named_by_its_field_with_the_nearest(steps: Steps) -> None:
    for step in steps["refused rules"]:
        assert step["tag"] == "No item has the tag “drama”; there is “Drama” (capitals count)."
        assert "No item is left" in step["left"]
        assert step["seen"]
        assert set(step["offered"]) == {"Comedy", "Drama"}


def test_a_number_of_items_that_is_none_changes_nothing_and_has_the_limits_beside_it(steps: Steps) -> None:
    for step in steps["refused rules"]:
        *refused, (said, shown) = step["numbers"]
        assert all("from 1 to 100" in words for [[words], _] in refused)
        assert len({count for _, count in refused}) == 1
        assert (said, shown) == ([], 3)


def test_what_counts_against_an_item_has_a_minus_and_says_so(steps: Steps) -> None:
    for step in steps["against"]:
        assert "−1 %, against it" in step["texts"]
        assert "99 %" in step["texts"]
        assert "and against it" in step["label"]


def test_escape_closes_the_page_of_an_item_and_gives_the_focus_back(steps: Steps) -> None:
    for step in steps["closed panel"]:
        assert step["left"] == 0
        assert step["at"] == step["opener"]


def test_a_user_of_whom_nothing_is_stored_is_said_to_be_unknown(steps: Steps) -> None:
    for step in steps["unknown user"]:
        assert any("Nothing is stored of the user “nobody-at-all”" in text for text in step["notes"])


def test_an_address_of_no_catalog_says_so_and_an_empty_service_how_to_begin(steps: Steps) -> None:
    for step in steps["no catalog"]:
        for notes, links in step["notes"]:
            assert notes == ["There is no catalog “nope” here."]
            assert links == ["films"]
        assert "doublebill try" in step["commands"]
        assert "#play" in step["links"]


def test_the_map_is_zoomed_and_its_labels_do_not_overlap(steps: Steps) -> None:
    for step in steps["zoomed"]:
        whole, *closer, again = step["sizes"]
        assert whole == again > closer[0] > closer[1] > closer[2]
        assert 0 < step["labels"][0] <= 15
        assert set(step["overlaps"]) == {0}


def test_an_event_moves_the_next_answer(steps: Steps) -> None:
    [step] = steps["event"]
    assert step["status"] == 202
    sent = step["before"][0].partition(" ")[2]
    assert any(f"Stored: an event “like” of user user-00 with {sent}." in text for text in step["notes"])
    assert all(not title.endswith(sent) for title in step["after"])


def test_a_user_has_rows_each_because_of_one_item(steps: Steps) -> None:
    [step] = steps["rows"]
    assert all(source.startswith("Because of ") for source in step["sources"])
    assert step["items"] > 0


def test_an_edited_history_gives_what_the_stored_one_gave(steps: Steps) -> None:
    [step] = steps["edited history"]
    assert step["picks"] == step["address"].count("/") - 1 > 0
    assert step["after"] == step["before"]
    assert steps["started over"][0]["titles"]


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ("degraded", "not as good as it could be"),
        ("refused", "may not read it"),
        ("unknown caller", "does not know who is asking"),
        ("busy", "Try again in 60 seconds"),
        ("away", "does not answer"),
    ],
)
def test_every_state_is_said_in_words(steps: Steps, step: str, words: str) -> None:
    [found] = steps[step]
    assert any(words in text for text in found["notes"])


def test_the_proof_of_every_kind_ends_by_the_rules_of_the_page(steps: Steps) -> None:
    kinds = {step["kind"]: step["said"] for step in steps["proof"]}
    assert kinds.keys() == KINDS.keys()
    assert all(said.startswith("Done in") for said in kinds.values())


def test_the_keys_that_the_page_names_play_levels_with_jumps_to_their_end(steps: Steps) -> None:
    assert [step["kind"] for step in steps["keys"]] == ["platform", "runner"]
    for step in steps["keys"]:
        assert step["said"] == f"Done in {step['moves']} moves."
        hidden, scrolled, height = step["sizes"]
        assert height > 150
        assert (scrolled > 0) == (hidden > 0) == (step["kind"] == "runner")


def test_files_request_and_link_are_of_the_level_on_the_screen(steps: Steps) -> None:
    [step] = steps["changed files"]
    assert step["proofs"][0] == "none yet: the level was changed"
    assert step["proofs"][1].startswith("39 moves: ")
    assert step["rows"][3].split(",")[8] == step["kept"][3].split(",")[8] == "E"
    assert step["table"] == "chamber-7-changed.csv"
    assert step["packed"] == "chamber-7-changed-tmx.zip chamber-7-changed.tmx stone-16.png"
    assert "/proofs" in step["again"]
    assert step["seed"] == "7"
    assert step["same"]


def test_a_level_that_cannot_be_finished_has_no_file_and_changes_are_taken_back(steps: Steps) -> None:
    [step] = steps["unfinished"]
    assert any("cannot be finished" in text for text in step["notes"])
    assert step["proof"] == "none: it cannot be finished"
    assert "moves" in step["back"]
    assert step["after"] == []
    assert step["editing"]


def test_the_address_is_that_of_the_level_on_the_screen(steps: Steps) -> None:
    [step] = steps["addresses"]
    assert step["made"] == step["again"]
    assert step["made"][0] != "maze, seed 7"
    assert any("no kind “nokind”" in text for text in step["none"])
    assert step["long"]


def test_a_mistake_is_marked_beside_its_field_and_leaves_the_level(steps: Steps) -> None:
    [step] = steps["mistakes"]
    assert (step["marked"], step["levels"], step["notes"]) == (1, 1, [])
    assert "3 to 64" in step["beside"][0]


def test_each_kind_offers_what_the_service_has(steps: Steps) -> None:
    [step] = steps["offers"]
    assert step["formats"] == {kind: list(formats_of(kind)) for kind in ("dungeon", "sokoban")}
    assert step["names"] == ["dungeon-7-tmx.zip dungeon-7.tmx stone-16.png", "dungeon-7.csv", "dungeon-7.uvtt"]
    assert step["corpora"] == ["people", "places"]
    assert step["quests"] == 5


def test_a_narrow_screen_shows_the_level_first_and_has_buttons_to_play(steps: Steps) -> None:
    [step] = steps["narrow"]
    assert step["top"] < 700
    assert step["said"] == ["1 move; the proof has 39 moves", "One step back: 0 moves"]


def test_a_player_of_a_crypt_dies_of_what_the_rules_say(steps: Steps) -> None:
    without, with_potion = steps["ogres"][0]["ends"]
    assert "health is used up" in without
    assert with_potion == "Done in 5 moves."


def test_pits_have_no_floor_crates_on_goals_stand_out_and_mazes_have_ends(steps: Steps) -> None:
    [looks] = steps["looks"]
    assert (looks["pit"], looks["crate"]) == (True, True)
    assert looks["maze"] == [["exit", "player", "wall"]]


def test_a_changed_level_is_refused_with_the_reason(steps: Steps) -> None:
    [step] = steps["no player"]
    assert any("cannot be finished" in text for text in step["notes"])


def test_a_locked_cell_stays_and_a_part_is_made_again_alone(steps: Steps) -> None:
    [step] = steps["kept"]
    [locked] = step["locked"]
    assert step["grid"][locked["y"]][locked["x"]] == locked["tile"]
    assert step["part"] == {"x": 0, "y": 0, "width": 3, "height": 3}
    assert step["status"] == 200


def test_a_level_has_a_name_a_quest_and_what_its_treasures_hold(steps: Steps) -> None:
    maze, step = steps["story"]
    assert (maze["seed"], maze["drops"]) == ("maze 7", 0)
    assert (step["seed"], step["drops"]) == ("dungeon 7", 1)
    place, quest, treasures = step["facts"]
    assert place
    assert "key" in quest
    assert "worth" in treasures
    mission = steps["mission"][0]
    assert "opens" in mission["picture"]
    assert mission["hidden"] == 0


def test_vaults_are_ticked_drawn_and_taken_from_a_level(steps: Steps) -> None:
    [step] = steps["vaults"]
    assert step["drawn"] == ["#######", "#.....#", "#..$...", "#.....#", "###.###"]
    assert step["sent"] == {"vaults": ["chapel", {"name": "smithy", "rows": step["drawn"]}]}
    assert sorted(step["there"]) == ["chapel", "smithy"]
    assert any("Mark a part first" in text for text in step["unmarked"])
    assert step["taken"] == step["corner"]


def test_a_link_makes_the_level_again_with_its_spec(steps: Steps) -> None:
    assert steps["vaults"][0]["same"]
    assert any("copy the whole link" in text for text in steps["broken link"][0]["notes"])


def test_the_way_over_stairs_is_drawn_by_the_service(steps: Steps) -> None:
    assert steps["picture"][0]["notes"] == []


def test_texts_and_the_range_are_shown(steps: Steps) -> None:
    assert len(steps["texts"][0]["texts"]) == 5
    [step] = steps["range"]
    assert len(step["counts"]) == step["cells"] > 1
    assert sum(map(int, step["counts"])) == 40
    assert len(step["bounds"]) == 5


def test_a_part_that_loads_late_does_not_take_the_place_of_another(steps: Steps) -> None:
    [step] = steps["turns"]
    assert step["held"]
    assert step["levels"] == 1


def test_a_part_that_there_is_not_opens_the_first(steps: Steps) -> None:
    assert steps["no part"][0]["current"] == "Recommend"


def test_a_training_is_started_and_followed_to_its_end(steps: Steps) -> None:
    assert steps["operate"][0]["versions"] == 2
    assert set(steps["trained"][0]["states"]) == {"succeeded"}


def test_a_version_has_its_privacy_card(steps: Steps) -> None:
    [step] = steps["card"]
    assert "Not covered" in step["text"]
    assert "an edge needs 3 users" in step["text"]


def test_a_roll_back_says_what_it_changes_and_is_done(steps: Steps) -> None:
    [step] = steps["rolled back"]
    assert step["status"] == 200
    figures, data = step["changes"][:2]
    assert "ndcg@100" in figures
    assert "this version − the champion now" in figures
    assert "Trained on events" in data
    [verdict] = step["verdict"]
    assert "erdict: " in verdict


def test_two_versions_stand_beside_each_other_for_one_history(steps: Steps) -> None:
    [step] = steps["beside"]
    assert all(step["lists"])


def test_two_versions_are_compared_without_a_promotion(steps: Steps) -> None:
    [step] = steps["compared"]
    assert " and " in step["heading"]
    assert "(champion)" in step["heading"]
    assert "Figures" in step["tables"]
    assert all(step["lists"])
    assert step["promotes"] == 0


def test_a_promotion_is_confirmed_where_the_eyes_are(steps: Steps) -> None:
    [step] = steps["confirmed"]
    assert "is the champion now" in step["note"]
    assert step["seen"]
    assert step["focused"]


def test_an_erased_user_has_a_sealed_receipt(steps: Steps) -> None:
    receipt = steps["erased"][0]["receipt"]
    assert receipt["catalog"] == "films"
    assert receipt["events"] > 0
    assert receipt["versions"]
    assert receipt["seal"]
