import pytest

from doublebill.games.text.names.capitals import Capitals


@pytest.mark.parametrize(
    ("names", "new", "shown"),
    [
        (["Ada", "Bea"], "deb", "Deb"),
        (["ada", "bea", "Deb"], "deb", "deb"),
        (["Ada Bea", "Deb Eda"], "eda deb", "Eda Deb"),
        (["Isle of Mists", "Isle of Rooks"], "isle of reeds", "Isle of Reeds"),
        (["O'Rourke", "D'Arcy"], "o'arcy", "O'Arcy"),
        (["Drizz't", "Sha'ra"], "sha't", "Sha't"),
        (["Jean-Luc", "Marie-Eve"], "jean-eve", "Jean-Eve"),
        (["Örjan", "Éowen"], "éjan", "Éjan"),
        (["أحمد", "محمود"], "أحمود", "أحمود"),
    ],
)
def test_new_names_have_the_capitals_of_the_list(names, new, shown):
    assert Capitals.of(names).shown(new) == shown


def test_capitals_are_the_same_after_being_kept():
    capitals = Capitals.of(["Isle of Mists", "Isle of Sha'ra"])
    assert Capitals.from_config(capitals.as_config()) == capitals
    assert Capitals.from_config({"capitals": True}) == Capitals(first=True)
