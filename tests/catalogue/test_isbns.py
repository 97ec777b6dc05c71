"""ISBNs in one form."""

import pytest

from bookrec.catalogue.isbns import isbn13


@pytest.mark.parametrize(
    ("cell", "isbn"),
    [
        ("9780306406157", "9780306406157"),
        ("0-306-40615-2", "9780306406157"),
        ('="0306406152"', "9780306406157"),
        ("306406152", "9780306406157"),  # a spreadsheet ate the zero
        ("9780306406158", ""),
        ("9999999999999", ""),
        ("", ""),
    ],
)
def test_isbn(cell, isbn):
    assert isbn13(cell) == isbn
