"""ISBNs in one form."""

from __future__ import annotations


def clean_isbn(cell: str) -> str:
    """ISBN-13 digits of a valid ISBN, "" otherwise; 9999999999999 stands for none."""
    digits = cell.strip().strip('="').replace("-", "")
    if len(digits) == 9 and digits.isdigit():
        digits = digits.zfill(10)  # a spreadsheet ate the leading zero
    if len(digits) not in (10, 13) or set(digits) == {"9"}:
        return ""
    from stdnum import isbn

    return str(isbn.to_isbn13(digits)) if isbn.is_valid(digits) else ""
