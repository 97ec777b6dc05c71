"""Title completion for the shell: one query, no heavy imports."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from bookrec.catalogue.titles import normal

_LAST_CHARACTER = "\U0010ffff"  # sorts after every other character


def titles_starting(path: Path, typed: str, limit: int = 20) -> list[str]:
    """Return titles of described books that start with `typed`, most rated first.

    The comparison ignores case, punctuation and a leading article. If some titles match literally,
    only those are returned: bash shortens a word to the common prefix of its completions, so
    "Hobbits" must not be offered beside "The Hobbit".

    Raises:
        sqlite3.Error: the catalogue cannot be read.
    """
    start = normal(typed)
    # described books are the catalogue's first rows, most rated first
    sql = (
        "SELECT DISTINCT b.title FROM names n JOIN books b ON b.book = n.book WHERE n.full >= ? "
        "AND n.full < ? AND b.described AND b.kind = 'book' ORDER BY b.book LIMIT ?"
        if start
        else "SELECT title FROM books WHERE ? <= ? AND described AND kind = 'book' "
        "ORDER BY book LIMIT ?"
    )
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    try:
        rows = connection.execute(sql, (start, start + _LAST_CHARACTER, limit)).fetchall()
    finally:
        connection.close()
    found = [str(row[0]) for row in rows]
    return [title for title in found if title.startswith(typed)] or found
