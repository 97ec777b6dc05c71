"""Genres, as both raw formats write them."""

import pytest

from bookrec.catalogue.genres import parse_genres


@pytest.mark.parametrize(
    "cell",
    [
        "['Science Fiction', 'to-read', 'Fantasy > High Fantasy', 'Sci-Fi', 'My Shelf', '2012']",
        "[\"{'Science Fiction (Sci-Fi) ': 359\", \" 'to-read': 9}\", \" 'High Fantasy': 12}\"]",
    ],
)
def test_shelves_that_are_not_genres_are_left_out_in_both_notations(cell):
    assert parse_genres(cell) == ("Science Fiction", "High Fantasy")


def test_a_cell_that_is_not_a_list_is_read_as_far_as_it_can_be_and_never_evaluated():
    assert parse_genres("") == parse_genres("[]") == ()
    assert parse_genres("['Fantasy', 'Rom") == ("Fantasy", "Rom")
    assert parse_genres("__import__('os')") != ("os",)
