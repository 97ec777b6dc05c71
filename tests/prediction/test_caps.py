"""Which books may stand on a list, and in whose company."""

import numpy as np
import pytest

from bookrec.catalogue.titles import Series, normal, series_key
from bookrec.prediction.caps import Caps, capped
from bookrec.prediction.diversity import diversified
from bookrec.prediction.series_order import SeriesProgress


def volume(name, number):
    return Series(name, series_key(name), number)


TIDE = {n: [volume("The Tide", n)] for n in (0.5, 1.0, 2.0, 2.5, 3.0)}
ONE_READ = SeriesProgress.of([TIDE[1.0]])
NONE_READ = SeriesProgress.of([])


@pytest.mark.parametrize(
    ("mode", "read", "allowed"),
    [
        ("next", NONE_READ, {1.0}),
        ("next", ONE_READ, {2.0}),
        ("next", SeriesProgress.of([TIDE[1.0], TIDE[2.0], TIDE[2.5]]), {3.0}),
        ("next", SeriesProgress.of([TIDE[0.5]]), {1.0}),  # a novella does not begin a series
        ("next", SeriesProgress.of([[volume("The Tide", None)]]), {1.0}),
        ("first", NONE_READ, {1.0}),
        ("first", ONE_READ, set()),
        ("any", ONE_READ, set(TIDE)),
        ("none", NONE_READ, set()),
    ],
)
def test_series_modes(mode, read, allowed):
    assert {n for n, series in TIDE.items() if read.allows(series, mode)} == allowed


@pytest.mark.parametrize("mode", ["next", "first", "any", "none"])
def test_a_book_of_no_series_may_always_come(mode):
    assert ONE_READ.allows([], mode)


def test_two_names_of_one_series_are_one_and_two_series_are_two():
    read = SeriesProgress.of([[volume("Narnia", 1.0)]])
    assert read.allows([volume("Narnia (Publication Order)", 2.0)], "next")
    assert not read.allows([volume("Narnia (Publication Order)", 1.0)], "next")
    dune = SeriesProgress.of([[volume("Dune", 1.0)]])
    assert dune.allows([volume("Prelude to Dune", 1.0)], "next")


def caps(titles, authors, mode="any", most=2, series=(), read=NONE_READ):
    known = dict(series)
    return Caps(
        authors=np.array(authors),
        series_of=lambda book: known.get(book, []),
        title_of=lambda book: normal(titles[book]),
        volumes=read,
        mode=mode,
        max_per_author=most,
    )


def test_at_most_so_many_of_an_author():
    rules = caps("abcdef", [1, 1, 1, 2, -1, -1], most=2)
    assert capped(range(6), rules, 6) == [0, 1, 3, 4, 5]  # nobody knows who -1 is: no cap
    assert capped(range(6), caps("abcdef", [1, 1, 1, 2, 3, 3], most=1), 6) == [0, 3, 4]


def test_one_title_once():
    rules = caps(["Rust", "Kelp", "The Rust", "Gull Rock"], [1, 2, 3, 4])
    assert capped([0, 1, 2, 3], rules, 4) == [0, 1, 3]


def test_the_list_is_as_long_as_asked_and_in_order():
    assert capped([3, 1, 2, 0], caps("abcd", [1, 2, 3, 4]), 2) == [3, 1]


def test_the_volume_that_is_due_takes_the_place_of_a_later_one():
    series = {0: TIDE[3.0], 1: TIDE[2.0], 2: TIDE[2.5]}
    rules = caps("abcd", [1, 1, 1, 2], "next", 2, series, ONE_READ)
    assert capped(range(4), rules, 4) == [1, 3]


def test_a_book_that_was_refused_leaves_its_authors_place_free():
    series = {0: TIDE[3.0], 1: TIDE[1.0]}
    rules = caps("ab", [1, 1], "next", 1, series, NONE_READ)
    assert capped(range(2), rules, 2) == [1]


VECTORS = np.array([[1, 0], [0.99, 0.14], [0.98, 0.2], [0, 1]], dtype=np.float32)
SCORES = np.array([9.0, 8.9, 8.8, 2.0])


def test_diversity_nought_keeps_the_order_and_one_seeks_the_unlike():
    assert diversified([0, 1, 2, 3], SCORES, VECTORS, 0.0, 3) == [0, 1, 2]
    assert diversified([0, 1, 2, 3], SCORES, VECTORS, 1.0, 3) == [0, 3, 2]


def test_a_little_diversity_only_breaks_ties():
    assert diversified([0, 1, 2, 3], SCORES, VECTORS, 0.01, 3) == [0, 1, 2]


@pytest.mark.parametrize("diversity", [0.0, 0.3, 1.0])
def test_the_best_book_stays_first_and_none_comes_twice(diversity):
    chosen = diversified([0, 1, 2, 3], SCORES, VECTORS, diversity, 9)
    assert chosen[0] == 0
    assert sorted(chosen) == [0, 1, 2, 3]
    assert diversified([], SCORES, VECTORS, diversity, 9) == []


def test_equal_scores_do_not_divide_by_nothing():
    assert diversified([0, 1, 3], np.full(4, 2.0), VECTORS, 0.5, 2) == [0, 3]
