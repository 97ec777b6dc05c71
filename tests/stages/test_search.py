"""`search`: what is searched, how the filters narrow it, and what is said when nothing is left."""

import pytest

from bookrec.config import Filters
from bookrec.errors import MissingError, TitleError, UsageError
from bookrec.stages.search import Wanted, listing, run


@pytest.fixture
def search(small):
    """The result for words, author and series, and the filters by their names."""

    def ask(*words, any=False, author="", series="", limit=20, **filters):
        return run(small, Wanted(words, any, author, series), Filters(**filters), limit)

    return ask


def titles(result):
    return [found.book.title for found in result.books]


def test_an_author_alone_comes_by_readers_and_a_series_alone_in_order(search):
    by_marlow = search(author="marlow")
    assert titles(by_marlow) == ["The Harbour", "Spring Tide", "Low Tide", "Harbour Tales Box Set"]
    in_order = search(series="harbour tales", author="marlow")
    assert titles(in_order) == ["The Harbour", "Low Tide", "Spring Tide", "Harbour Tales Box Set"]


def test_a_book_is_a_volume_of_the_series_that_was_searched_for(search):
    (coast,) = search(series="coast").books
    assert (coast.as_dict()["series"], coast.as_dict()["volume"]) == ("Coast", 7.0)
    (tales,) = search("harbour", author="marlow", limit=1).books
    assert (tales.book.series, tales.book.volume) == ("Harbour Tales", 1.0)


@pytest.mark.parametrize(
    "words",
    [
        ("9780441013593",),
        ("0441013597",),
        ("978", "0", "441", "01359", "3"),
        ("102",),  # the Goodreads id of its second edition
        ("https://www.goodreads.com/book/show/102.The_Harbour",),
    ],
)
def test_a_number_finds_the_book_of_that_edition(search, words):
    result = search(*words)
    assert titles(result) == ["The Harbour"]
    assert "is The Harbour" in result.notes[0]


def test_a_number_and_words_have_to_fit(search):
    assert titles(search("9780441013593", "marlow", "102")) == ["The Harbour"]
    with pytest.raises(TitleError):
        search("9780441013593", "engine")


def test_all_works_are_searched_and_no_title_that_only_ratings_name(search):
    ropes = search("ropes").books[0]
    assert (ropes.book.described, ropes.kind) == (False, "book")
    box = search("box set").books[0]
    assert box.kind == "set"
    with pytest.raises(TitleError):
        search("wxyzq")
    assert "Harbour Wxyzq" not in titles(search("harbour"))


def test_filters_narrow_what_the_words_find(search):
    assert titles(search("harbour", years=(1990, None))) == ["Harbour"]
    assert titles(search(genres=("sci-fi",))) == ["The Sleeping Engine"]
    assert titles(search(years=(1961, 1961))) == ["The Sleeping Engine", "Ropes"]
    assert titles(search("tide", exclude_authors=("Holt",))) == ["Low Tide"]


def test_the_number_left_out_as_unknown_is_said(search):
    narrow = search("harbour", years=(1950, 1960))
    assert titles(narrow) == ["The Harbour", "Low Tide", "Spring Tide"]
    assert any("3 books with no known value; --unknown" in note for note in narrow.notes)
    wide = search("harbour", years=(1950, 1960), unknown=True)
    assert len(wide.books) == 6
    assert not any("--unknown" in note for note in wide.notes)


def test_the_total_is_that_of_all_that_is_found(search):
    result = search("harbour", limit=2)
    assert (len(result.books), result.total) == (2, 7)


def test_a_misspelt_word_is_replaced_and_that_is_said(search):
    result = search("harbuor", "tales")
    assert titles(result)[0] == "The Harbour"
    assert "'harbuor' is taken as harbour." in result.notes
    known_word = search("arbour", "spring")  # "Arbour" is a title, but has no spring
    assert titles(known_word) == ["Spring Tide"]
    assert "'arbour' is taken as harbour." in known_word.notes


def test_if_no_book_has_all_words_those_with_most_are_listed_and_that_is_said(search):
    result = search("low", "tide", "engine")
    assert titles(result) == ["Low Tide"]
    assert any("No book has all the words" in note for note in result.notes)
    every = search("low", "tide", "engine", any=True)
    assert len(every.books) == 3


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"words": ("qqqqqq",)}, "Nothing found for 'qqqqqq'"),
        ({"words": ("9780306406157",)}, "Nothing found"),
        ({"author": "Qqqqqq"}, "no author 'Qqqqqq'"),
        ({"series": "Qqqqqq"}, "no series 'Qqqqqq'"),
        ({"words": ("harbour",), "author": "Tanaka"}, "7 books found, but none is by 'Tanaka'"),
        ({"words": ("harbour",), "years": (1800, 1810)}, "none passes the filters"),
    ],
)
def test_nothing_found_says_what_was_missing_and_what_to_do(search, asked, message):
    with pytest.raises(TitleError) as error:
        search(*asked.pop("words", ()), **asked)
    assert message in error.value.message
    assert error.value.hint


@pytest.mark.parametrize("words", [(), ("",), (" ", "\t")])
def test_there_has_to_be_something_to_search_for(search, words):
    for unknown in (False, True):
        with pytest.raises(UsageError):
            search(*words, unknown=unknown)


def test_genres_and_languages_are_listed_with_their_books(small, merged):
    assert listing(merged, "genres")[0] == ("Fiction", 36)
    assert listing(merged, "genres", ["robot"]) == [("Robots", 18)]
    assert dict(listing(small, "languages"))["Russian"] == 1
    with pytest.raises(TitleError):
        listing(merged, "genres", ["qqqqqq"])


def test_without_a_catalogue_it_says_so(workspace):
    with pytest.raises(MissingError):
        run(workspace, Wanted(("harbour",)), Filters(), 20)
