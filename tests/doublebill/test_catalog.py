"""Catalogs: ids by bisection, metadata as arrays."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doublebill.catalog import Catalog, Strings, check_catalog_name
from doublebill.errors import InvalidInput
from doublebill.items import Item

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


@given(st.lists(texts))
def test_strings_come_back_as_they_went_in(strings: list[str]) -> None:
    table = Strings.of(strings)
    assert [table[n] for n in range(len(table))] == strings


@given(st.sets(texts), texts)
def test_every_id_is_found_where_it_stands_and_no_other_is(ids: set[str], other: str) -> None:
    table = Strings.of(sorted(ids, key=str.encode))
    assert [table[table.find(one)] for one in ids] == list(ids)
    assert (table.find(other) >= 0) == (other in ids)


def test_a_catalog_keeps_titles_tags_and_years_by_item() -> None:
    items = {"b": Item("b", "Beta", ("x", "y"), 1999), "a": Item("a", tags=("y",))}
    catalog = Catalog.of(["c", "a"], items)
    assert [catalog.item_ids[n] for n in range(len(catalog))] == ["a", "b", "c"]
    assert [catalog.title(n) for n in range(3)] == ["", "Beta", ""]
    assert [catalog.tags(n) for n in range(3)] == [["y"], ["x", "y"], []]
    assert catalog.years.tolist() == [-32768, 1999, -32768]


def test_arrays_hold_everything() -> None:
    catalog = Catalog.of(["é", "😀"], {"é": Item("é", "Été", ("t",), 2001)})
    again = Catalog.from_arrays(catalog.to_arrays())
    assert (again.find("é"), again.title(0), again.tags(0), again.years.tolist()) == (0, "Été", ["t"], [2001, -32768])


@pytest.mark.parametrize("told", [{"title": "Beta"}, {"tags": ("x",)}, {"year": 1999}, {"year": 0}])
def test_metadata_of_one_item_makes_a_catalog_described(told: dict[str, Any]) -> None:
    assert Catalog.of(["a"], {"b": Item("b", **told)}).described


def test_ids_alone_describe_nothing() -> None:
    assert not Catalog.of([], {}).described
    assert not Catalog.of(["a", "b"], {"b": Item("b", available=False)}).described


@pytest.mark.parametrize("name", ["", "-a", "a-", "A", "a/b", "..", "a" * 65, "é", "a\n"])
def test_a_catalog_may_not_be_called_so(name: str) -> None:
    with pytest.raises(InvalidInput, match="catalog: found"):
        check_catalog_name(name)


@pytest.mark.parametrize("name", ["a", "music", "films-2", "a" * 64])
def test_a_catalog_may_be_called_so(name: str) -> None:
    assert check_catalog_name(name) == name
