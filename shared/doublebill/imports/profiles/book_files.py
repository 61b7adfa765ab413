"""Files of books: Goodreads, StoryGraph, LibraryThing, Book-Crossing."""

from doublebill.imports.profiles.file_profile import PERSON, FileProfile

BOOKS = (
    FileProfile(
        "Goodreads library",
        {
            "bookid": "item",
            "myrating": "rating",
            "exclusiveshelf": "status",
            "dateread": "time",
            "dateadded": "none",
            "bookshelves": "none",
            "averagerating": "none",
            "numberofpages": "none",
        },
        needs=frozenset({"bookid", "myrating", "exclusiveshelf"}),
        kind="view",
        words={"to-read": "", "read": "view", "*": "view"},
        person=PERSON,
        unrated=0,
        describes={
            "title": "title",
            "author": "attribute author",
            "originalpublicationyear": "year",  # before that of the edition
            "yearpublished": "year",
            "publisher": "attribute publisher",
        },
    ),
    FileProfile(
        "StoryGraph library",
        {
            "isbnuid": "item",
            "title": "item_else",
            "readstatus": "status",
            "starrating": "rating",
            "lastdateread": "time",
            "dateadded": "none",
        },
        needs=frozenset({"isbnuid", "readstatus", "starrating"}),
        words={"to-read": "", "*": "view"},
        person=PERSON,
        describes={"title": "title", "authors": "attribute author", "moods": "tags"},
    ),
    FileProfile(
        "LibraryThing books",  # dates stand in square brackets
        {
            "bookid": "item",
            "collections": "status",
            "rating": "rating",
            "dateread": "time",
            "date": "none",
            "entrydate": "none",
            "datestarted": "none",
        },
        needs=frozenset({"bookid", "collections", "primaryauthor"}),
        words={"to read": "", "your library, to read": "", "wishlist": "", "*": "view"},
        person=PERSON,
        describes={"title": "title", "primaryauthor": "attribute author", "tags": "tags"},
    ),
    FileProfile(
        "Book-Crossing ratings",
        {"userid": "user", "isbn": "item", "bookrating": "rating"},
        needs=frozenset({"userid", "isbn", "bookrating"}),
        kind="view",
        unrated=0,
        latin1=True,
    ),
    FileProfile(
        "Book-Crossing books",
        {"isbn": "item", "booktitle": "title", "yearofpublication": "year", "bookauthor": "attribute author"},
        needs=frozenset({"isbn", "booktitle"}),
        subject="items",
        latin1=True,
    ),
)
