"""Which volume of a series may be recommended."""

import pytest

from bookrec.catalogue.titles import Series, series_key
from bookrec.prediction.series_order import SeriesProgress


def volume(name, number):
    return Series(name, series_key(name), number)


def progress(*books, author=7):
    return SeriesProgress.of((series, author) for series in books)


TIDE = {n: [volume("The Tide", n)] for n in (0.5, 1.0, 2.0, 2.5, 3.0)}
ONE_READ = progress(TIDE[1.0])


NONE_READ = progress()


@pytest.mark.parametrize(
    ("mode", "read", "allowed"),
    [
        ("next", NONE_READ, {1.0}),
        ("next", ONE_READ, {2.0}),
        ("next", progress(TIDE[1.0], TIDE[2.0], TIDE[2.5]), {3.0}),
        ("next", progress(TIDE[0.5]), {1.0}),  # a prelude does not start a series
        ("next", progress([volume("The Tide", None)]), {1.0}),
        ("first", NONE_READ, {1.0}),
        ("first", ONE_READ, set()),
        ("any", ONE_READ, set(TIDE)),
        ("none", NONE_READ, set()),
    ],
)
def test_each_mode_allows_its_volumes(mode, read, allowed):
    assert {n for n, series in TIDE.items() if read.allows(series, mode, 7)} == allowed


@pytest.mark.parametrize("mode", ["next", "first", "any", "none"])
def test_a_book_without_a_series_is_always_allowed(mode):
    assert ONE_READ.allows([], mode)


def test_two_names_of_one_series_count_as_one():
    read = progress([volume("Narnia", 1.0)])
    assert read.allows([volume("Narnia (Publication Order)", 2.0)], "next", 7)
    assert not read.allows([volume("Narnia (Publication Order)", 1.0)], "next", 7)
    dune = progress([volume("Dune", 1.0)])
    assert dune.allows([volume("Prelude to Dune", 1.0)], "next", 7)


def test_names_that_begin_alike_are_one_series_only_by_one_author():
    read = progress([volume("Beautiful", 1.0)], author=7)
    longer = [volume("Beautiful Creatures", 1.0)]
    assert read.allows(longer, "next", 8)
    assert not read.allows(longer, "next", 7)
    assert read.allows([volume("Beautiful", 2.0)], "next", 8)  # volumes by several hands
