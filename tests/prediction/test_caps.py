"""Caps: which books a list leaves out because of the others."""

import numpy as np

from bookrec.catalogue.titles import Series, normal, series_key
from bookrec.prediction.caps import Caps, capped
from bookrec.prediction.series_order import SeriesProgress


def volume(number):
    return [Series("The Tide", series_key("The Tide"), number)]


TIDE = {n: volume(n) for n in (1.0, 2.0, 2.5, 3.0)}
ONE_READ = SeriesProgress.of([(TIDE[1.0], 1)])
NONE_READ = SeriesProgress.of([])


def caps(titles, authors, mode="any", most=2, series=(), read=NONE_READ, contents=()):
    known, related = dict(series), dict(contents)
    return Caps(
        authors=np.array(authors),
        series_of=lambda book: known.get(book, []),
        title_of=lambda book: normal(titles[book]),
        contents_of=lambda book: related.get(book, set()),
        volumes=read,
        mode=mode,
        max_per_author=most,
    )


def test_an_author_has_at_most_as_many_books_as_allowed():
    rules = caps("abcdef", [1, 1, 1, 2, -1, -1], most=2)
    assert capped(range(6), rules, 6) == [0, 1, 3, 4, 5]  # -1 is an unknown author: no cap
    assert capped(range(6), caps("abcdef", [1, 1, 1, 2, 3, 3], most=1), 6) == [0, 3, 4]


def test_a_title_comes_once():
    rules = caps(["Rust", "Kelp", "The Rust", "Gull Rock"], [1, 2, 3, 4])
    assert capped([0, 1, 2, 3], rules, 4) == [0, 1, 3]


def test_the_list_is_as_long_as_asked_and_in_order():
    assert capped([3, 1, 2, 0], caps("abcd", [1, 2, 3, 4]), 2) == [3, 1]


def test_the_next_volume_takes_the_place_of_a_later_one():
    series = {0: TIDE[3.0], 1: TIDE[2.0], 2: TIDE[2.5]}
    rules = caps("abcd", [1, 1, 1, 2], "next", 2, series, ONE_READ)
    assert capped(range(4), rules, 4) == [1, 3]


def test_a_rejected_book_does_not_count_against_its_author():
    series = {0: TIDE[3.0], 1: TIDE[1.0]}
    rules = caps("ab", [1, 1], "next", 1, series, NONE_READ)
    assert capped(range(2), rules, 2) == [1]


def test_a_set_and_its_parts_are_not_on_one_list():
    contents = {0: {1, 2}, 1: {0}, 2: {0}}
    authors = [1, 1, 1, 2]
    assert capped([0, 1, 2, 3], caps("abcd", authors, most=3, contents=contents), 4) == [0, 3]
    assert capped([1, 0, 2, 3], caps("abcd", authors, most=3, contents=contents), 4) == [1, 2, 3]
