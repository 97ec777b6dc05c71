"""A title as typed finds one book, or raises an error that lists candidates."""

import numpy as np
import pytest
from tiny import edition

from bookrec.catalogue.database import Catalogue
from bookrec.catalogue.grouping import build_works
from bookrec.catalogue.ratings import Ratings
from bookrec.catalogue.titles import parse_title
from bookrec.catalogue.writing import write_catalogue
from bookrec.errors import TitleError
from bookrec.finder.lookup import find

EDITIONS = (
    edition("Dune", "Frank Herbert", series="Dune #1", ratings=90_000),
    edition("Dune", "Ann Marlow", ratings=10),
    edition("Animal Farm", "George Orwell", ratings=9000),
    edition("The Harbour Master's Daughter", "Per Holt", ratings=7000),
    edition("Adrift", "Ann Marlow", ratings=30),
    edition("Adrift: The Science of Currents", "Per Holt", ratings=8000),
    edition("Sailors", "Ida Brandt", ratings=40, goodreads_id="77", isbn="9780441013593"),
    edition("Rust", "Kei Tanaka", ratings=3000, year=1961),
    edition("Rust", "Rosa Vidal", ratings=2000, year=1990),
    edition("Rust", "Ida Brandt", ratings=9000, description=""),
    edition("Mindset: The New Psychology", "Carol S. Dweck", ratings=700),
    edition("The Tide", "Ann Marlow", series="The Tide #1", ratings=600),
    edition("The Tide", "Ann Marlow", series="The Tide #2", ratings=500),
    edition("Stand by Me", "Per Holt", ratings=300),
    edition("Leaving Lagos", "J. R. R. Okoro", "Bo Holt", ratings=200),
    edition("Sorcerer's Stone", "Jo Holt", series="Wizards #1", ratings=150),
    edition("Philosopher's Stone", "Jo Holt", series="Wizards #1", ratings=140),
    edition("Chamber of Salt", "Jo Holt", series="Wizards #2", ratings=130),
    edition("Wizards Box Set", "Jo Holt", series="Wizards #1-2", ratings=900),
    edition("Signal and Steel", "Rosa Vidal", ratings=500_000),
    edition("Rosa Vidal", "Kei Tanaka", ratings=80),
    edition("Rosa Vidal", "Bo Sand", ratings=70),
)


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory):
    path = tmp_path_factory.mktemp("lookup") / "catalogue.sqlite"
    none = np.zeros(0, dtype=np.int64)
    works = sorted(build_works(EDITIONS), key=lambda w: not w.described)
    outside = [parse_title("Dune Buggies")]
    write_catalogue(path, works, outside, Ratings(none, none, np.zeros(0)), {})
    with Catalogue(path) as catalogue:
        yield catalogue


@pytest.mark.parametrize(
    ("typed", "author", "title", "writer"),
    [
        ("animal farm", "", "Animal Farm", "George Orwell"),
        ("Dune", "", "Dune", "Frank Herbert"),  # 9,000 times the ratings of the other
        ("Dune", "Marlow", "Dune", "Ann Marlow"),
        ("Dune (Dune, #1)", "", "Dune", "Frank Herbert"),
        ("Rust", "R. Vidal", "Rust", "Rosa Vidal"),
        ("Rust", "brandt", "Rust", "Ida Brandt"),
        ("Leaving Lagos", "JRR Okoro", "Leaving Lagos", "J. R. R. Okoro"),
        ("Leaving Lagos", "Bo Holt", "Leaving Lagos", "J. R. R. Okoro"),
        ("Animal Farm", "Orwel", "Animal Farm", "George Orwell"),
        ("Animal Frm", "", "Animal Farm", "George Orwell"),
        ("Harbor Masters Daughter", "", "The Harbour Master's Daughter", "Per Holt"),
        ("Mindset", "", "Mindset: The New Psychology", "Carol S. Dweck"),
        (
            "Adrift",
            "",
            "Adrift: The Science of Currents",
            "Per Holt",
        ),  # its namesake is little read
        ("Adrift", "Holt", "Adrift: The Science of Currents", "Per Holt"),
        ("Adrift", "Marlow", "Adrift", "Ann Marlow"),
        ("Rust (1990)", "", "Rust", "Rosa Vidal"),
        ("Rust by Kei Tanaka (1961)", "", "Rust", "Kei Tanaka"),
        ("Dune (Dune, #1) by Frank Herbert", "", "Dune", "Frank Herbert"),
        ("978-0-441-01359-3", "", "Sailors", "Ida Brandt"),
        ("0441013597", "", "Sailors", "Ida Brandt"),
        ("https://www.goodreads.com/en/book/show/77-sailors", "", "Sailors", "Ida Brandt"),
        ("Philosopher's Stone", "", "Sorcerer's Stone", "Jo Holt"),  # its other edition
        ("Rust by Kei Tanaka", "", "Rust", "Kei Tanaka"),
        ("Stand by Me", "", "Stand by Me", "Per Holt"),
        ("Stand by Me by Holt", "", "Stand by Me", "Per Holt"),
        ("Animal Farm", "Оруэлл", "Animal Farm", "George Orwell"),
        ("Animal Farm", "Джордж Оруэлл", "Animal Farm", "George Orwell"),
    ],
)
def test_a_title_is_found_despite_case_spelling_and_author_forms(
    catalogue, typed, author, title, writer
):
    book = find(catalogue, typed, author).book
    assert (book.title, book.authors[0]) == (title, writer)


def test_a_volume_decides_between_books_of_one_title(catalogue):
    assert find(catalogue, "The Tide (The Tide, #1)").book.volume == 1.0
    assert find(catalogue, "The Tide (The Tide, #2)").book.volume == 2.0


@pytest.mark.parametrize("typed", ["Sorcerer's Stone (Wizards, #2)", "The Tide (The Tide, #3)"])
def test_a_volume_that_is_not_there_is_not_found(catalogue, typed):
    with pytest.raises(TitleError, match=r"^No "):
        find(catalogue, typed)


def test_an_assumption_is_reported(catalogue):
    assert find(catalogue, "Animal Farm").note == ""
    assert "Animal Farm by George Orwell" in find(catalogue, "Anmal Farm").note
    assert "Frank Herbert" in find(catalogue, "Dune").note
    assert find(catalogue, "Dune", "Herbert").note == ""


def test_an_ambiguous_title_lists_candidates_best_first(catalogue):
    with pytest.raises(TitleError, match="could be one of") as caught:
        find(catalogue, "Rust")
    lines = caught.value.candidates
    assert lines[:2] == ("Rust by Kei Tanaka (1961)", "Rust by Rosa Vidal (1990)")
    assert "Ida Brandt" in lines[2]  # most rated, but without a description


def test_candidates_of_one_title_differ_in_what_is_listed(catalogue):
    with pytest.raises(TitleError) as caught:
        find(catalogue, "The Tide")
    assert [line for line in caught.value.candidates if "#2" in line]
    assert len(set(caught.value.candidates)) == 2


def test_a_wrong_author_lists_the_right_one(catalogue):
    for author in ("Tanaka", "Толстой"):
        with pytest.raises(TitleError) as caught:
            find(catalogue, "Animal Farm", author)
        assert caught.value.candidates == ("Animal Farm by George Orwell",)
        assert author in caught.value.message


def test_a_right_author_does_not_excuse_a_wrong_title(catalogue):
    with pytest.raises(TitleError, match=r"^No 'Homage'"):
        find(catalogue, "Homage", "Orwell")


def test_an_unknown_title_suggests_the_nearest(catalogue):
    with pytest.raises(TitleError) as caught:
        find(catalogue, "Animal Firmament")
    assert caught.value.candidates == ("Animal Farm by George Orwell",)


def test_titles_that_only_ratings_know_are_never_found(catalogue):
    with pytest.raises(TitleError):
        find(catalogue, "Dune Buggies")


def test_titles_from_files_are_not_corrected(catalogue):
    with pytest.raises(TitleError):
        find(catalogue, "Animal Frm", spelling=False)


@pytest.mark.parametrize("typed", ["", "!", "''", '"', "%", "*", "a OR b", "x" * 5000, "\0"])
def test_odd_input_is_not_found(catalogue, typed):
    with pytest.raises(TitleError, match=r"^No "):
        find(catalogue, typed)


def test_a_series_is_its_first_volume_and_says_so(catalogue):
    found = find(catalogue, "wizards")
    assert found.book.title == "Sorcerer's Stone"
    assert "is a series; taken as its first volume, Sorcerer's Stone" in found.note
    assert find(catalogue, "Wizards Box Set").book.title == "Wizards Box Set"


@pytest.mark.parametrize("typed", ["Wizards 2", "wizards #2", "Wizards, Book Two", "wizards, 2"])
def test_a_series_and_a_number_is_that_volume(catalogue, typed):
    found = find(catalogue, typed)
    assert found.book.title == "Chamber of Salt"
    assert "volume 2 of Wizards" in found.note


def test_a_volume_of_a_series_that_is_not_there_lists_the_others(catalogue):
    with pytest.raises(TitleError, match="No volume 7 of Wizards") as caught:
        find(catalogue, "Wizards #7")
    assert [line.split(" (")[0] for line in caught.value.candidates] == [
        "Sorcerer's Stone",
        "Chamber of Salt",
    ]


def test_a_candidate_is_a_title_that_can_be_typed(catalogue):
    with pytest.raises(TitleError) as caught:
        find(catalogue, "The Tide")
    found = [find(catalogue, line).book.volume for line in caught.value.candidates]
    assert sorted(found) == [1, 2]
    assert caught.value.typed == "The Tide"


def test_an_author_alone_lists_their_books_most_read_first(catalogue):
    with pytest.raises(TitleError, match="is an author") as caught:
        find(catalogue, "Jo Holt")
    assert caught.value.candidates[0].startswith("Sorcerer's Stone")
    assert len(caught.value.candidates) == 2


def test_an_author_goes_before_books_about_them(catalogue):
    with pytest.raises(TitleError, match="is an author") as caught:
        find(catalogue, "rosa vidal")
    assert caught.value.candidates[0] == "Signal and Steel by Rosa Vidal"


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("Animal Farm: The Musical", "Animal Farm"),  # perhaps another work
        ("Rust and Stardust", "Rust"),
        ("Animal Sailors", "Animal Farm"),  # "sailors" is a word, not a typo of "farm"
    ],
)
def test_what_may_be_another_book_is_not_taken_as_one_here(catalogue, typed, title):
    with pytest.raises(TitleError, match=r"^No "):
        find(catalogue, typed)


def test_a_part_of_a_title_means_a_well_known_book_only(catalogue):
    assert "Signal and Steel" in find(catalogue, "signal").note
    with pytest.raises(TitleError) as caught:
        find(catalogue, "harbour master's")
    assert caught.value.candidates == ("The Harbour Master's Daughter by Per Holt",)


@pytest.mark.parametrize("typed", ["Wizards", "Wizards 2", "Jo Holt", "Rust Tanaka", "signal"])
def test_rows_of_files_are_titles_only(catalogue, typed):
    with pytest.raises(TitleError):
        find(catalogue, typed, spelling=False)


def test_a_row_of_a_file_takes_two_queries(catalogue, monkeypatch):
    asked = []
    rows = Catalogue.rows

    def counted(self, sql, parameters=()):
        asked.append(sql)
        return rows(self, sql, parameters)

    monkeypatch.setattr(Catalogue, "rows", counted)
    find(catalogue, "Animal Farm", "George Orwell", spelling=False)
    assert len(asked) == 1  # and one for the book itself
    with pytest.raises(TitleError):
        find(catalogue, "Homage to Catalonia", "George Orwell", spelling=False)
    assert len(asked) == 2
