import base64
import json
import re
from dataclasses import replace

import numpy as np

from doublebill.model.catalog import NO_YEAR
from doublebill.model.items import Item
from doublebill_local.offline.offline_page import offline_page
from doublebill_local.offline.packed_model import packed
from tiny_servings import lettered

ITEMS = {"a": Item("a", "Alien", ("in space",), attributes={"director": "Scott"}), "b": Item("b", "Brazil")}


def numbers(packed_array: dict[str, str]) -> list[float]:
    """The numbers of a packed array."""
    return np.frombuffer(base64.b64decode(packed_array["data"]), packed_array["type"]).tolist()


def test_a_packed_model_has_the_edges_and_items_of_the_model_and_no_history() -> None:
    model = json.loads(json.dumps(packed("films", lettered("abc", {"ab": 3.0, "ac": -1.0}, ITEMS))))
    assert model.keys() == {"catalog", "version", "config", "items", "arrays"}
    assert model["items"]["ids"] == ["a", "b", "c"]
    assert model["items"]["texts"] == ["Scott"]
    arrays = {name: numbers(one) for name, one in model["arrays"].items()}
    assert (arrays["lengths"], arrays["targets"]) == ([2, 0, 0], [1, 2])
    similarities = np.array(arrays["values"]) * np.take(arrays["scales"], [1, 2])
    assert similarities.tolist() == [3.0, -1.0]
    assert model["arrays"]["targets"]["type"] == "uint16"


def test_what_was_taken_down_is_not_in_the_page() -> None:
    serving = lettered("abc", {"ab": 3.0}, ITEMS)
    page = offline_page("films", replace(serving, available=np.array([False, True, True])), 0)
    assert "Brazil" in page
    assert not [text for text in ("Alien", "in space", "Scott") if text in page]


def test_tags_and_texts_keep_their_items_where_others_went() -> None:
    items = {
        "a": Item("a", tags=("art", "space"), year=1979, attributes={"director": "Scott"}),
        "b": Item("b", tags=("war", "space"), year=1985, attributes={"director": "Gilliam"}),
    }
    serving = lettered("abc", {"ab": 3.0}, items)
    model = json.loads(json.dumps(packed("films", replace(serving, available=np.array([False, True, True])))))
    arrays = {name: numbers(one) for name, one in model["arrays"].items()}
    tags = [model["items"]["tag_names"][int(tag)] for tag in arrays["item_tags"]]
    assert (tags, arrays["tag_offsets"]) == (["war", "space"], [0, 0, 2, 2])
    assert (model["items"]["texts"], arrays["text_owners"], arrays["text_numbers"]) == (["Gilliam"], [1], [0])
    assert arrays["years"] == [NO_YEAR, 1985, NO_YEAR]


def test_a_page_is_one_file_that_names_no_address() -> None:
    page = offline_page("films", lettered("abc", {"ab": 3.0}, {"a": Item("a", "</script><img src=//evil.example>")}), 0)
    assert "<img" not in page
    rest = page.replace("\\u003cimg src=//evil.example\\u003e", "")
    assert re.findall(r"https:| src=|@import|\burl\(", rest) == []
    assert page.replace("http://www.w3.org/2000/svg", "").count("http:") == 0
