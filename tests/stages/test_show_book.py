"""`show`: what the catalogue knows of a book, gathered in one place."""

import pytest

from bookrec.errors import TitleError
from bookrec.stages.show_book import run


@pytest.fixture
def show(small):
    return lambda *asked: run(small, *asked)


def test_everything_known_is_shown(show):
    book = show("The Harbour", "Marlow").as_dict()
    assert (book["title"], book["author"], book["kind"]) == ("The Harbour", "Ann Marlow", "book")
    assert (book["year"], book["pages"], book["language"]) == (1950, 210, "English")
    assert book["genres"] == ["Sea Stories", "Mystery"]
    assert (book["mean_rating"], book["ratings_count"]) == (4.2, 9000)
    assert (book["mean_rating_here"], book["ratings_here"]) == (4.0, 3)
    assert book["goodreads"] == "https://www.goodreads.com/book/show/101"
    assert book["open_library"] == "https://openlibrary.org/isbn/9780441013593"
    assert [e["goodreads_id"] for e in book["editions"]] == ["101", "102"]
    assert [e["isbn"] for e in book["editions"]] == [None, "9780441013593"]
    assert book["description"].startswith("A tale of salt")


def test_each_series_lists_its_volumes_in_order_with_this_one_marked(show):
    tales, coast = show("Low Tide").as_dict()["all_series"], show("The Harbour", "Marlow").series
    (tales,) = tales
    assert (tales["name"], tales["volume"]) == ("Harbour Tales", 2.0)
    volumes = [(v["volume"], v["title"], v["this"]) for v in tales["volumes"]]
    assert volumes == [
        (1.0, "The Harbour", False),  # neither the box nor the namesake by Rosa Vidal
        (2.0, "Low Tide", True),
        (3.0, "Spring Tide", False),
    ]
    assert [(s.name, s.volume) for s, _ in coast] == [("Harbour Tales", 1.0), ("Coast", 7.0)]


def test_a_set_names_its_parts_and_a_part_its_sets(show):
    box = show("Harbour Tales Box Set")
    assert box.kind == "set"
    assert [b["title"] for b in box.as_dict()["contains"]] == [
        "The Harbour",
        "Low Tide",
        "Spring Tide",
    ]
    assert [b["title"] for b in show("Low Tide").as_dict()["also_in"]] == ["Harbour Tales Box Set"]


def test_what_is_unknown_is_null(show):
    ropes = show("Ropes").as_dict()
    for name in ("mean_rating", "mean_rating_here", "isbn", "goodreads", "open_library", "pages"):
        assert ropes[name] is None, name
    assert (ropes["described"], ropes["ratings_here"], ropes["all_series"]) == (False, 0, [])


def test_it_is_found_as_recommend_finds_it(show):
    assert show("9780441013593").book.title == "The Harbour"
    assert "Low Tide" in show("Low Tid").notes[0]
    with pytest.raises(TitleError):
        show("Qqqqqq")
