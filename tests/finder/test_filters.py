"""Filters: unknown values, contradictions, genres and languages by any of their names."""

import sqlite3

import pytest

from bookrec.catalogue.database import Catalogue
from bookrec.config import Filters
from bookrec.errors import UsageError
from bookrec.finder.filters import allowed, genre_counts, language_counts
from bookrec.workspace.folder import Workspace


@pytest.fixture
def world(merged, tmp_path):
    """The tiny world, with one book of which little is known and one Dutch book."""
    workspace = Workspace(tmp_path)
    workspace.path("catalogue.sqlite").write_bytes(merged.path("catalogue.sqlite").read_bytes())
    with sqlite3.connect(workspace.path("catalogue.sqlite")) as db:
        db.execute("UPDATE books SET genres = '[]', pages = NULL, year = NULL WHERE title = 'Kelp'")
        db.execute("UPDATE books SET language = 'Dutch', pages = NULL WHERE title = 'Rust'")
    with Catalogue(workspace.path("catalogue.sqlite")) as catalogue:
        yield catalogue


def titles(catalogue, **filters):
    found = allowed(catalogue, Filters(**filters))
    return {b.title for b in catalogue.books(found.keep.nonzero()[0])}, found.notes


def test_books_of_which_the_thing_is_unknown_are_left_out_and_counted(world):
    found, notes = titles(world, pages=(1, 9999))
    assert {"Kelp", "Rust"} & found == set()
    assert notes == ("--pages left out 2 books with no known value; --unknown lets them in.",)
    found, notes = titles(world, pages=(1, 9999), unknown=True)
    assert {"Kelp", "Rust"} <= found
    assert notes == ("--pages let in 2 books with no known value.",)


def test_a_book_that_another_filter_leaves_out_anyway_is_not_counted(world):
    _, notes = titles(world, pages=(1, 9999), languages=("Dutch",))
    assert notes == ("--pages left out 1 book with no known value; --unknown lets them in.",)


def test_an_unwanted_genre_leaves_in_books_without_genres(world):
    found, notes = titles(world, not_genres=("robots", "sea stories"))
    assert found == {"Kelp"}
    assert notes == ("--not-genre let in 1 book with no known value.",)


@pytest.mark.parametrize("typed", ["dutch", "NL", "Nederlands", "flemish"])
def test_a_language_goes_by_any_of_its_names(world, typed):
    assert titles(world, languages=(typed,))[0] == {"Rust"}


def test_a_language_of_translations_only_is_there(world):
    with sqlite3.connect(world.path) as db:
        db.execute("UPDATE books SET kind = 'translation' WHERE title = 'Rust'")
    assert titles(world, languages=("Dutch",))[0] == {"Rust"}
    assert ("Dutch", 1) in language_counts(world)


@pytest.mark.parametrize("typed", ["Klingon", "german", "x1"])
def test_a_language_of_no_book_is_refused_with_the_languages_there_are(world, typed):
    with pytest.raises(UsageError) as refused:
        titles(world, languages=(typed,))
    assert refused.value.hint == "Languages of the catalogue: English, Dutch."


def test_a_genre_of_no_book_is_refused_with_similar_ones(world):
    with pytest.raises(UsageError, match="'robos'") as refused:
        titles(world, genres=("robos",))
    assert "Similar genres: Robots." in refused.value.hint


@pytest.mark.parametrize("unwanted", [("Humour",), ("robots", "Humour")])
def test_a_genre_both_wanted_and_unwanted_is_refused_under_any_of_its_names(world, unwanted):
    with pytest.raises(UsageError, match=f"--genre humor and --not-genre {', '.join(unwanted)}"):
        titles(world, genres=("Fiction", "humor"), not_genres=unwanted)
    assert titles(world, genres=("fiction",), not_genres=("robots",))[0]


def test_an_excluded_author_whom_nobody_knows_is_named(world):
    found, notes = titles(world, exclude_authors=("Holt", "Nobody Atall"))
    assert notes == ("--exclude-author Nobody Atall: there is no such author in the catalogue.",)
    assert "Soundings" not in found


def test_genres_and_languages_are_counted_over_books_that_can_be_recommended(world):
    assert dict(language_counts(world)) == {"English": 35, "Dutch": 1}
    counts = dict(genre_counts(world))
    assert genre_counts(world)[0] == ("Fiction", 35)
    assert (counts["Robots"], counts["Sea Stories"]) == (18, 17)
