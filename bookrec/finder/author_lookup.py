"""An author typed without a title: whose name it is, and their best-read books."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable

from rapidfuzz.distance import OSA

from bookrec.catalogue.book import Book, lines
from bookrec.catalogue.database import Catalogue, placeholders
from bookrec.catalogue.people import author_key, author_matches, last_name
from bookrec.catalogue.titles import normal
from bookrec.errors import TitleError
from bookrec.finder.named import in_other_script, transliterated
from bookrec.finder.words import in_column

_LEAD = re.compile(r"^(?:(?:all |any )?(?:books?|novels?|works?|stories|anything) by|by)\s+", re.I)
_MOST_BOOKS = 200  # of authors of one name that are looked at
_MAX_WORDS = 5  # a longer text is not a name
_MIN_SINGLE = 6  # letters of a last name alone that may have typos
_MIN_LAST_NAME = 4  # letters; shorter names with a typo are other names


def full_name_matches(typed: str, author: str) -> bool:
    """Whether a typed name has the author's last name, and nothing that is not in the name."""
    return last_name(author) in normal(typed).split() and author_matches(typed, author)


def without_lead(typed: str) -> str:
    """Return the name in "books by Neil Gaiman"."""
    return _LEAD.sub("", typed.strip())


def books_by(catalogue: Catalogue, typed: str) -> list[Book]:
    """Return the described books of an author of this name, in any script, most rated first."""
    name = without_lead(typed)
    if not name or len(name.split()) > _MAX_WORDS:
        return []
    if in_other_script(name):
        if not name.strip().replace(" ", "").replace("·", "").isalpha():
            return []
        return _books(catalogue, lambda a: transliterated(name, a))
    found = _named(catalogue, name)
    others = {a for b in found.values() for a in b.authors if _same_but_spelling(name, a)}
    for other in sorted(others - {name}):
        found |= _named(catalogue, other)
    return _recommendable(catalogue, found)


def _named(catalogue: Catalogue, name: str) -> dict[int, Book]:
    """Return books by an author of this name, as one of their editions spells it, by index."""
    spelled = normal(name).split()
    # "jrr" is not a word of "J. R. R. Tolkien"
    words = [w for w in spelled if len(w) > 3] or [w for w in spelled if len(w) > 2]
    if not words:
        return {}
    sql = "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid LIMIT ?"
    rows = catalogue.rows(sql, (in_column("authors", words), _MOST_BOOKS))
    books = catalogue.books(r[0] for r in rows)
    spelt = authors_of_editions(catalogue, books)
    return {
        b.index: b
        for b in books
        if any(full_name_matches(name, a) for a in (*b.authors, *spelt[b.index]))
    }


def _same_but_spelling(typed: str, author: str) -> bool:
    """Whether an author's last name is another spelling of the typed one, as in Dostoyevsky."""
    last = last_name(author)
    return len(last) >= _MIN_LAST_NAME and _near(last_name(typed), last, 2)


def books_by_similar(catalogue: Catalogue, typed: str) -> list[Book]:
    """Return the described books of an author whose name is the typed one but for typos."""
    wanted = author_key(without_lead(typed)).split()
    if not wanted or len(wanted) > _MAX_WORDS or len(wanted[-1]) < _MIN_LAST_NAME:
        return []
    return _books(catalogue, lambda a: _similar(wanted, author_key(a).split()))


def author_error(typed: str, books: list[Book]) -> TitleError:
    """Return the error for a name instead of a title: it lists the author's best-read books."""
    return TitleError(
        f"{typed!r} is an author, not a title.",
        "Name one of their books. The best read:",
        lines(books),
        typed,
    )


def authors_of_editions(catalogue: Catalogue, books: list[Book]) -> dict[int, set[str]]:
    """Return the authors' names as the editions of each book have them, by its index."""
    found: dict[int, set[str]] = {b.index: set() for b in books}
    marks = placeholders(found)
    sql = f"SELECT book, authors FROM editions WHERE book IN ({marks})"
    for index, authors in catalogue.rows(sql, tuple(found)):
        found[index].update(json.loads(authors))
    return found


def _books(catalogue: Catalogue, is_meant: Callable[[str], bool]) -> list[Book]:
    """Return the books whose first author is meant."""
    authors = catalogue.rows("SELECT author_id, authors FROM books WHERE described GROUP BY 1")
    found = [number for number, names in authors if is_meant(json.loads(names)[0])]
    marks = placeholders(found)
    rows = catalogue.rows(
        f"SELECT book FROM books WHERE described AND author_id IN ({marks}) ORDER BY book "
        f"LIMIT {_MOST_BOOKS}",
        found,
    )
    return _recommendable(catalogue, (row[0] for row in rows))


def _recommendable(catalogue: Catalogue, indices: Iterable[int]) -> list[Book]:
    """Return the described books that are neither sets nor guides, most rated first."""
    wanted = tuple(indices)
    marks = placeholders(wanted)
    rows = catalogue.rows(
        f"SELECT book FROM books WHERE described AND kind = 'book' AND book IN ({marks}) "
        "ORDER BY ratings_count DESC, book",
        wanted,
    )
    return catalogue.books(row[0] for row in rows)


def _similar(wanted: list[str], have: list[str]) -> bool:
    """Whether the last names differ by at most two letters, and the other words by one."""
    if not have or len(have[-1]) < _MIN_LAST_NAME:
        return False
    if len(wanted) == 1:
        long = len(wanted[0]) >= _MIN_SINGLE
        return long and _near(wanted[0], have[-1], 2 if len(wanted[0]) > _MIN_SINGLE else 1)
    return _near(wanted[-1], have[-1], 1) and _near(wanted[0], have[0], 2)


def _near(a: str, b: str, distance: int) -> bool:
    return a[0] == b[0] and OSA.distance(a, b) <= distance
