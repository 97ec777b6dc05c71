"""ISBNs in one form."""

import pytest

from bookrec.catalogue.isbns import isbn13


@pytest.mark.parametrize(
    ("cell", "isbn"),
    [
        ("9780306406157", "9780306406157"),
        ("0-306-40615-2", "9780306406157"),
        ('="0306406152"', "9780306406157"),
        ("306406152", "9780306406157"),  # a spreadsheet dropped the zero
        ("9780306406158", ""),
        ("9999999999999", ""),
        ("", ""),
    ],
)
def test_a_valid_isbn_becomes_13_digits_and_any_other_nothing(cell, isbn):
    assert isbn13(cell) == isbn
