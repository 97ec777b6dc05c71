"""ISBNs, normalised to 13 digits."""

from __future__ import annotations

import re


def isbn13(text: str) -> str:
    """Return the 13 digits of a valid ISBN-10 or ISBN-13, "" for anything else.

    Restores a leading zero that a spreadsheet dropped. 9999999999999 is a placeholder for none.
    """
    digits = text.strip().strip('="').replace("-", "")
    if len(digits) == 9:
        digits = f"0{digits}"
    if not re.fullmatch(r"[0-9]{9}[0-9Xx]|[0-9]{13}", digits) or set(digits) == {"9"}:
        return ""
    from stdnum import isbn

    return str(isbn.to_isbn13(digits)) if isbn.is_valid(digits) else ""
