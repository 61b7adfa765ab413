"""Catalogs: ids looked up, metadata as arrays."""

import zlib
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from doublebill.errors import InvalidInput
from doublebill.model.catalog import Catalog, check_catalog_name
from doublebill.model.items import Item
from doublebill.model.string_table import Ids, Strings

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


@given(st.lists(texts))
def test_strings_come_back_as_they_went_in(strings: list[str]) -> None:
    table = Strings.of(strings)
    assert [table[n] for n in range(len(table))] == strings
    assert table.take(np.arange(len(table))[::-1]) == strings[::-1]


@given(st.sets(texts), texts)
def test_every_id_is_found_where_it_stands_and_no_other_is(ids: set[str], other: str) -> None:
    table = Strings.of(sorted(ids, key=str.encode))
    assert [table[table.find(one)] for one in ids] == list(ids)
    assert (table.find(other) >= 0) == (other in ids)


@given(st.sets(texts), st.lists(texts), st.integers(0, 3))
def test_ids_are_looked_up_many_at_a_time_whatever_their_hashes(ids: set[str], others: list[str], bits: int) -> None:
    ordered = sorted(ids, key=str.encode)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("doublebill.model.string_table.crc32", lambda string: len(string) % 2**bits)  # almost all collide
        table = Ids.of(ordered)
        found = table.find_all([*ordered, *others])
    assert found.tolist() == [ordered.index(one) if one in ids else -1 for one in [*ordered, *others]]


def test_strings_with_the_same_hash_are_distinguished() -> None:
    assert zlib.crc32(b"plumless") == zlib.crc32(b"buckeroo")
    both = Catalog.of(["plumless", "buckeroo"], {})
    assert both.find_all(["plumless", "buckeroo", "plumless"]).tolist() == [1, 0, 1]
    one = Catalog.of(["plumless"], {})
    assert one.find_all(["buckeroo", "plumless"]).tolist() == [-1, 0]


def test_ids_that_all_share_one_hash_are_found_by_few_comparisons(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = []
    monkeypatch.setattr("doublebill.model.string_table.crc32", lambda string: 7)
    table = Ids.of(f"{n:04}" for n in range(4096))
    raw = Ids.raw
    monkeypatch.setattr(Ids, "raw", lambda table, n: compared.append(n) or raw(table, n))
    assert table.find_all(["2222", "none"]).tolist() == [2222, -1]
    assert len(compared) < 40


def test_ids_come_back_from_arrays_with_their_hashes() -> None:
    arrays = Catalog.of(["b", "a", "ü"], {}).to_arrays()
    assert Catalog.from_arrays(arrays).find_all(["ü", "a", "c"]).tolist() == [2, 0, -1]
    arrays["item_ids_hashes"] = arrays["item_ids_hashes"] * 0
    assert Catalog.from_arrays(arrays).find_all(["ü", "a"]).tolist() == [-1, -1], "the hashes of the arrays are used"


def test_a_catalog_keeps_titles_tags_and_years_by_item() -> None:
    items = {"b": Item("b", "Beta", ("x", "y"), 1999), "a": Item("a", tags=("y",))}
    catalog = Catalog.of(["c", "a"], items)
    assert [catalog.item_ids[n] for n in range(len(catalog))] == ["a", "b", "c"]
    assert [catalog.titles[n] for n in range(3)] == ["", "Beta", ""]
    assert [catalog.tags(n) for n in range(3)] == [["y"], ["x", "y"], []]
    assert catalog.years.tolist() == [-32768, 1999, -32768]


def test_arrays_hold_everything() -> None:
    catalog = Catalog.of(["é", "😀"], {"é": Item("é", "Été", ("t",), 2001)})
    again = Catalog.from_arrays(catalog.to_arrays())
    assert (again.find("é"), again.titles[0], again.tags(0), again.years.tolist()) == (0, "Été", ["t"], [2001, -32768])


MIXED = {
    "a": Item("a", attributes={"price": 3, "label": "Verve"}),
    "b": Item("b", attributes={"price": True, "label": "Ä"}),
    "d": Item("d", attributes={"price": 2.5, "label": "Verve", "live": False}),
}


@pytest.mark.parametrize("again", [False, True], ids=["made", "from arrays"])
def test_attributes_stand_in_columns_by_name_and_kind(again: bool) -> None:
    catalog = Catalog.of(["c"], MIXED)
    attributes = Catalog.from_arrays(catalog.to_arrays()).attributes if again else catalog.attributes

    def column(name: str, kind: type) -> dict[int, float]:
        items, values = attributes.column(name, kind)
        return dict(zip(items.tolist(), values.tolist(), strict=True))

    assert column("price", float) == {0: 3.0, 3: 2.5}
    assert column("price", bool) == {1: 1.0}
    assert column("price", str) == column("nothing", float) == {}
    assert column("live", bool) == {3: 0.0}
    assert {item: attributes.texts[int(n)] for item, n in column("label", str).items()} == {
        0: "Verve",
        1: "Ä",
        3: "Verve",
    }
    assert ["price" in attributes, "pric" in attributes] == [True, False]


def test_attributes_add_a_fixed_set_of_arrays_and_none_where_no_item_has_any() -> None:
    plain = Catalog.of(["a"], {}).to_arrays().keys()
    assert Catalog.of([], MIXED).to_arrays().keys() - plain == {
        "attribute_names_blob",
        "attribute_names_offsets",
        "attribute_texts_blob",
        "attribute_texts_offsets",
        "attribute_offsets",
        "attribute_items",
        "attribute_values",
    }
    assert not any(name.startswith("attribute") for name in plain)
    assert not len(Catalog.from_arrays(Catalog.of(["a"], {}).to_arrays()).attributes.names)


@pytest.mark.parametrize("told", [{"title": "Beta"}, {"tags": ("x",)}, {"year": 1999}, {"year": 0}])
def test_metadata_of_one_item_makes_a_catalog_described(told: dict[str, Any]) -> None:
    assert Catalog.of(["a"], {"b": Item("b", **told)}).described


def test_ids_alone_describe_nothing() -> None:
    assert not Catalog.of([], {}).described
    assert not Catalog.of(["a", "b"], {"b": Item("b", available=False)}).described


@pytest.mark.parametrize("name", ["", "-a", "a-", "A", "a/b", "..", "a" * 65, "é", "a\n"])
def test_a_catalog_may_not_be_called_so(name: str) -> None:
    with pytest.raises(InvalidInput, match=r"catalog: .* is not valid"):
        check_catalog_name(name)


@pytest.mark.parametrize("name", ["a", "music", "films-2", "a" * 64])
def test_a_catalog_may_be_called_so(name: str) -> None:
    assert check_catalog_name(name) == name
