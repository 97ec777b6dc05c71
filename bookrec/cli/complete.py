"""Titles for the shell's completion: one query, and nothing heavy is imported."""

from __future__ import annotations

import os


def titles(incomplete: str) -> list[str]:
    """Titles of the catalogue that begin as typed, most rated first; silent about all errors."""
    try:
        return _titles(incomplete)
    except Exception:
        return []


def _titles(incomplete: str, limit: int = 20) -> list[str]:
    import sqlite3

    from bookrec.catalogue.titles import normal
    from bookrec.workspace.folder import open_workspace
    from bookrec.workspace.library import built_in, has_library

    mine = open_workspace()
    path = (mine if has_library(mine) else built_in()).path("catalogue.sqlite")
    start = normal(incomplete)
    # described books lie in the catalogue's first rows, most rated first
    sql = (
        "SELECT DISTINCT b.title FROM names n JOIN books b ON b.book = n.book WHERE n.full >= ? "
        "AND n.full < ? AND b.described AND b.kind = 'book' ORDER BY b.book LIMIT ?"
        if start
        else "SELECT title FROM books WHERE ? <= ? AND described ORDER BY book LIMIT ?"
    )
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    try:
        rows = connection.execute(sql, (start, start + "\U0010ffff", limit)).fetchall()
    finally:
        connection.close()
    found = [str(row[0]) for row in rows]
    literal = [title for title in found if title.startswith(incomplete)]
    # bash shortens the word to what its completions share, so articles must not be mixed in
    return [_Title(_quoted(title)) for title in literal or found]


class _Title(str):
    """Typer drops completions that do not begin literally as typed: "the hob", "hobbit"."""

    def startswith(self, *_: object) -> bool:
        return True


def _quoted(title: str) -> str:
    """For bash, which takes a completion as typed: spaces escaped, unless a quote is open."""
    words = os.environ.get("COMP_WORDS")
    if words is None or "complete_bash" not in os.environ.get("_BOOKREC_COMPLETE", ""):
        return title
    last = words.rsplit("\n", 1)[-1]
    if last.startswith(("'", '"')):
        return title
    return "".join(c if c.isalnum() or c in "-_.,:+/@%" else f"\\{c}" for c in title)
