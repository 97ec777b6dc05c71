"""Rows of books in other languages."""

import numpy as np
import pytest
from tiny import edition

from bookrec.catalogue.database import Catalogue
from bookrec.catalogue.grouping import build_works
from bookrec.catalogue.ratings import Ratings
from bookrec.catalogue.writing import write_catalogue
from bookrec.histories.row_matching import RowMatcher, match_history
from bookrec.histories.rows import read_history

HEAD = "Book Id,Title,Author,My Rating,Average Rating,Original Publication Year,Exclusive Shelf\n"
BOOKS = [
    edition("The Drowned Coast", "Ann Marlow", year=1977, mean_rating=4.23),
    edition("Nine Fathoms", "Ann Marlow", year=1978, mean_rating=4.35),
    edition("Gull Rock", "Ann Marlow", year=1979, mean_rating=3.95),
    edition("The Harbour Master", "Ann Marlow", year=1979, mean_rating=4.0),
    edition("Red Queen", "Ida Brandt", series="Red Queen #1", year=2015, mean_rating=4.04),
    edition("The Red Tide", "Ida Brandt", year=2016, mean_rating=4.04),
    edition("Kelp and Salt", "Per Holt", year=2016, mean_rating=3.04),
    edition("Salt Water", "Per Holt", year=2017, mean_rating=3.04),
]


@pytest.fixture(scope="module")
def matcher(tmp_path_factory):
    path = tmp_path_factory.mktemp("translations") / "catalogue.sqlite"
    nobody = np.zeros(0, dtype=np.int64)
    ratings = Ratings(nobody, nobody, np.zeros(0), nobody)
    write_catalogue(path, build_works(BOOKS), [], ratings, {})
    with Catalogue(path) as catalogue:
        yield RowMatcher(catalogue)


def found(matcher, *row):
    file = read_history((HEAD + ",".join(("7", *map(str, row), "read")) + "\n").encode(), "file")
    reading = match_history(matcher, file.rows)
    assert reading.translated == len(reading.items)
    assert ("as translations" in reading.report) == bool(reading.items)
    return [item.book.title for item in reading.items]


def test_author_year_and_mean_rating_tell_the_work(matcher):
    assert found(matcher, "La costa", "Ann Marlow", 5, 4.28, 1977) == ["The Drowned Coast"]
    assert found(matcher, "La costa", "Ann Marlow", 5, 4.28, 1976) == []  # another year
    assert found(matcher, "La costa", "Ann Marlow", 5, 4.4, 1977) == []  # another mean
    assert found(matcher, "La costa", "Per Holt", 5, 4.28, 1977) == []  # another author
    assert found(matcher, "La gaviota", "Ann Marlow", 5, 3.97, 1979) == []  # two books fit
    assert found(matcher, "La costa", "Ann Marlow", 5, "", 1977) == []


def test_a_volume_must_be_that_volume(matcher):
    assert found(matcher, '"La reina (Reina, #1)"', "Ida Brandt", 4, 4.0, 2015) == ["Red Queen"]
    assert found(matcher, '"La reina (Reina, #2)"', "Ida Brandt", 4, 4.0, 2015) == []


def test_an_english_title_is_no_translation_unless_it_shares_a_word(matcher):
    assert found(matcher, "A Song of Salt", "Ida Brandt", 4, 4.0, 2016) == []  # "of"
    assert found(matcher, "Salt", "Ida Brandt", 4, 4.0, 2016) == []  # in two titles
    assert found(matcher, "Sal", "Ida Brandt", 4, 4.0, 2016) == ["The Red Tide"]
    assert found(matcher, "A Tide of Salt", "Ida Brandt", 4, 4.0, 2016) == ["The Red Tide"]
