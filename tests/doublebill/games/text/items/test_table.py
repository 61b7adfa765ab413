import pytest

from doublebill.errors import InvalidInput
from doublebill.games.text.items.table import read_table


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ('\nname,rarity,weight,value\n"Blade, of Ash",common,3,10\n',
         [{"name": "Blade, of Ash", "rarity": "common", "weight": 3, "value": 10}]),
        ("Name;Price;Type\r\nBlade;1,5;weapon\r\n", [{"name": "Blade", "value": 1.5, "type": "weapon"}]),
        ("ITEM\tTier\tWt\nOld  Ring\tVery_Rare\t0.5\n", [{"name": "Old Ring", "rarity": "very rare", "weight": 0.5}]),
        ("name | effect\nRing | you see\n\nHat |\n", [{"name": "Ring", "effect": "you see"}, {"name": "Hat"}]),
        ('name,effect\nRing,"you\nsee"\n', [{"name": "Ring", "effect": "you see"}]),
    ],
)  # fmt: skip
def test_a_table_is_read_whatever_its_separator_and_headers(text, items):
    assert read_table(text, "a.csv").items == items


def test_columns_are_said_and_those_that_mean_nothing_too():
    table = read_table("Item,Notes,Cost\nRing,old,3\n", "a.csv")
    assert str(table) == "name ← Item, value ← Cost; not read: Notes"
    assert str(read_table("name\nRing\n", "a.csv")) == "name ← name"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "a.csv: no column is the name"),
        ("Price,Notes\n3,x\n", "a.csv: no column is the name: found 'Price, Notes'; name one of them name"),
        ("name,price,value\nRing,1,2\n", "a.csv: the columns 'price' and 'value' both mean value"),
        ("name,value\nRing,10 gp\n", "a.csv, line 2, value: '10 gp' is not valid; use a number from 0, without a unit"),
        ("name,value\nHat,1\nRing,-1\n", "a.csv, line 3, value: '-1'"),
        ('name,value\nRing,"1,200"\n', "line 2, value: 1,200 may be thousands or a decimal; write 1200 or 1,2000"),
        ("name\n" + "x" * 140_000, "a.csv, line 2: it cannot be read as a table: field larger"),
        ("name,value\nRing,1,2\n", "a.csv, line 2: found 3 cells under 2 headers"),
    ],
)
def test_what_a_table_cannot_say_is_refused_naming_the_line(text, message):
    with pytest.raises(InvalidInput, match=message):
        read_table(text, "a.csv")
