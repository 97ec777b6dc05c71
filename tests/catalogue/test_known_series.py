"""The table of well-known series is consistent, and says a few things everybody knows."""

from collections import Counter
from itertools import pairwise

import pytest

from bookrec.catalogue.known_series import forms, known_series, rows
from bookrec.catalogue.people import author_key
from bookrec.catalogue.titles import parse_title, series_key

ROWS = list(rows())


def test_a_book_is_one_volume_of_one_series():
    entries = {
        (author_key(author), forms(title, name, number)[0], name, number)
        for authors, name, volumes in ROWS
        for number, title in volumes
        for author in authors
    }
    books = Counter((author, title) for author, title, _, _ in entries)
    assert [book for book, n in books.items() if n > 1] == []


def test_volumes_increase_and_no_series_has_just_one():
    for authors, name, volumes in ROWS:
        numbers = [number for number, _ in volumes]
        assert all(a <= b for a, b in pairwise(numbers)), (authors, name)
        assert len(set(numbers)) >= 2, (authors, name)
        assert all(title == title.strip() != "" for _, title in volumes), (authors, name)


def test_no_series_key_begins_with_another():
    """The keys of `SeriesProgress` have no authors: "Empire" would be one with "Empire Games"."""
    keys = sorted(series_key(name) for _, name, _ in ROWS)
    clashes = {(a, b) for a in keys for b in keys if b.startswith(f"{a} ")}
    assert clashes == {("enders", "enders shadow"), ("uplift", "uplift storm")}
    assert [key for key, n in Counter(keys).items() if n > 1] == []


@pytest.mark.parametrize(
    ("author", "title", "name", "volume"),
    [
        ("James S.A. Corey", "Leviathan Falls", "The Expanse", 9),
        ("Richard Osman", "The Last Devil to Die", "Thursday Murder Club", 4),
        ("Hajime Isayama", "Attack on Titan, Vol. 12", "Attack on Titan", 12),
        ("J.K. Rowling", "Harry Potter and the Philosopher's Stone", "Harry Potter", 1),
        ("J.K. Rowling", "Harry Potter and the Sorcerer's Stone", "Harry Potter", 1),
        ("Brandon Sanderson", "Edgedancer: From the Stormlight Archive", None, None),
        ("Brandon Sanderson", "Oathbringer", "The Stormlight Archive", 3),  # after 2.5
        ("Cassandra Clare", "The Infernal Devices: Clockwork Prince", "The Infernal Devices", 2),
        ("Robert Kirkman", "The Walking Dead, Vol. 2: Miles Behind Us", "The Walking Dead", 2),
        ("Greg Bear", "Foundation and Chaos", "Second Foundation Trilogy", 2),
        ("Isaac Asimov", "Foundation and Chaos", None, None),
    ],
)
def test_known_volumes(author, title, name, volume):
    found = known_series([author_key("Jane Doe"), author_key(author)], parse_title(title).full)
    assert (found and found.name, found and found.volume) == (name, volume)
    assert found is None or found.key == series_key(found.name)
