import pytest

from doublebill.imports.meaning.titles import film_title


@pytest.mark.parametrize(
    ("written", "title", "year"),
    [
        ("Toy Story (1995)", "Toy Story", 1995),
        ("Net, The (1995) ", "The Net", 1995),
        ("American in Paris, An (1951)", "An American in Paris", 1951),
        ("City of Lost Children, The (Cité, La) (1995)", "The City of Lost Children (Cité, La)", 1995),
        ("Postino, Il (1994)", "Postino, Il", 1994),
        ("Seven (Se7en) (1995)", "Seven (Se7en)", 1995),
        ("Babylon 5", "Babylon 5", None),
        ("Friends (1994-2004)", "Friends (1994-2004)", None),
        ("", "", None),
    ],
)
def test_a_film_title_loses_its_year_and_gets_its_article_in_front(written, title, year):
    assert film_title(written) == (title, year)


def test_an_endless_title_stays_as_it_is():
    assert film_title("a, The ()x" * 100_000) == ("a, The ()x" * 100_000, None)
