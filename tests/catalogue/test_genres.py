"""Genres, as both raw formats write them."""

from collections import Counter

import pytest

from bookrec.catalogue.genres import common_spellings, parse_genres


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


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("['Graphic novels', 'Comic Book', 'FICTION']", ("Graphic Novels", "Comics", "Fiction")),
        ("['Business &amp', ' Economics']", ("Business", "Economics")),
        ("['Bone (Fictitious character)', 'Thrillers and Suspense']", ("Thriller",)),
        ("['Humour', 'Sci Fi Romance']", ("Humor", "Science Fiction Romance")),
        ("['Body', 'Mind & Spirit', 'Children S Books']", ("Spirituality", "Childrens")),
    ],
)
def test_other_names_and_spellings_become_the_name_in_use(cell, names):
    assert parse_genres(cell) == names


def test_a_genre_gets_its_most_frequent_spelling():
    counts = Counter({"Fairy Tales": 9, "Fairy tale": 2, "Witches": 1, "Fairies": 1})
    assert common_spellings(counts) == {
        "Fairy Tales": "Fairy Tales",
        "Fairy tale": "Fairy Tales",
        "Witches": "Witches",
        "Fairies": "Fairies",
    }
