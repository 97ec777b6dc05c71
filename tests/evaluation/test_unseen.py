"""Ratings of readers who are not in the catalogue."""

import pytest

from bookrec.catalogue.database import Catalogue
from bookrec.evaluation.unseen import read_unseen


@pytest.fixture
def catalogue(merged):
    with Catalogue(merged.path("catalogue.sqlite")) as catalogue:
        yield catalogue


def read(catalogue, tmp_path, *rows):
    path = tmp_path / "new.csv"
    path.write_text("\n".join(["ID,Name,Rating", *rows, ""]))
    found = read_unseen(catalogue, path)
    titles = [b.title for b in catalogue.books(found.books)]
    return found, list(zip(found.readers.tolist(), titles, found.stars.tolist(), strict=True))


def test_titles_find_their_books_and_repeated_ratings_are_averaged(catalogue, tmp_path):
    found, rows = read(
        catalogue,
        tmp_path,
        "501,Rust,it was ok",
        "500,Kelp,it was amazing",
        "500,A Book of Another World Altogether,liked it",
        "500,Kelp (Penguin Classics),liked it",
        "500,Rust,did not like it",
    )
    assert sorted(rows) == [(500, "Kelp", 4.0), (500, "Rust", 1.0), (501, "Rust", 2.0)]
    order = list(zip(found.readers.tolist(), found.books.tolist(), strict=True))
    assert order == sorted(order)
    assert len(found.keys) == 3


def test_without_a_known_title_there_are_no_ratings(catalogue, tmp_path):
    for rows in ([], ["500,A Book of Another World Altogether,liked it"]):
        found, none = read(catalogue, tmp_path, *rows)
        assert none == []
        assert (found.readers.dtype, found.books.dtype) == ("int64", "int64")
