"""Titles that begin as typed, for the shell. One query, and nothing heavy is imported."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from bookrec.catalogue.titles import normal

_LAST = "\U0010ffff"  # sorts after every character


def titles_starting(path: Path, typed: str, limit: int = 20) -> list[str]:
    """Titles of described books in the catalogue at `path` that start as typed, most rated first.

    Titles that start literally as typed come alone where there are any: bash shortens a word to
    what its completions share, so "The Hobbit" must not come beside "Hobbits".

    Raises:
        sqlite3.Error: the catalogue cannot be read.
    """
    start = normal(typed)
    # described books are the catalogue's first rows, most rated first
    sql = (
        "SELECT DISTINCT b.title FROM names n JOIN books b ON b.book = n.book WHERE n.full >= ? "
        "AND n.full < ? AND b.described AND b.kind = 'book' ORDER BY b.book LIMIT ?"
        if start
        else "SELECT title FROM books WHERE ? <= ? AND described ORDER BY book LIMIT ?"
    )
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    try:
        rows = connection.execute(sql, (start, start + _LAST, limit)).fetchall()
    finally:
        connection.close()
    found = [str(row[0]) for row in rows]
    return [title for title in found if title.startswith(typed)] or found
