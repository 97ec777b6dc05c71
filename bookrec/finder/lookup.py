"""Find the book that a typed text means. What is not the obvious reading is said in a note."""

from __future__ import annotations

import re

from bookrec.catalogue.book import Book, describe
from bookrec.catalogue.database import Catalogue
from bookrec.catalogue.isbns import isbn13
from bookrec.catalogue.titles import parse_title
from bookrec.errors import TitleError
from bookrec.finder.asked import Asked, Found
from bookrec.finder.author_lookup import author_error, books_by, books_by_similar
from bookrec.finder.named import chosen, fitting, named, without_subtitle
from bookrec.finder.readings import understood
from bookrec.finder.typed_forms import cleaned, without_year

_GOODREADS_PAGE = re.compile(r"goodreads\.com/(?:\w+/)?book/show/(\d+)")


def find(catalogue: Catalogue, typed: str, author: str = "", spelling: bool = True) -> Found:
    """Return the book that a typed title means; `author` may be part of a name.

    Understood too: an ISBN, the address of a book's page on Goodreads, "Dune (1965)", a line of
    `describe`, a title with its author ("Dune - Frank Herbert"), a series ("discworld": its first
    volume), a volume ("Foundation 2"), a title with typos.

    `spelling` False takes titles as they are. It is for imported files, where no one checks the
    result.

    Raises:
        TitleError: there is no such title; similar ones are suggested. Or it is an author.
        AmbiguousTitleError: several books have the title; they are listed.
    """
    if numbered := _by_number(catalogue, typed):
        return Found(numbered, f"{typed!r} is {describe(numbered)}.")
    plain, year = without_year(cleaned(typed) if spelling else typed)
    asked = Asked(catalogue, typed, plain, parse_title(plain), author, year)
    if not spelling:
        return _imported(asked)
    try:
        return understood(asked)
    except TitleError as error:
        error.typed = typed
        raise


def edition_by(catalogue: Catalogue, column: str, value: str) -> Book | None:
    """Return the book of the edition whose "goodreads_id" or "isbn" has this value."""
    sql = f"SELECT book FROM editions WHERE {column} = ? AND {column} <> ''"
    rows = catalogue.rows(sql, (value,))
    return catalogue.books(rows[0])[0] if rows else None


def of_author(catalogue: Catalogue, author: str) -> TitleError:
    """Return the error for an author given without a title: it lists the best-read books."""
    books = books_by(catalogue, author) or books_by_similar(catalogue, author)
    if books:
        return author_error(author, books)
    return TitleError(
        f"No author {author!r} in the catalogue.", "--author needs a title, and a known author."
    )


def _by_number(catalogue: Catalogue, typed: str) -> Book | None:
    if page := _GOODREADS_PAGE.search(typed):
        return edition_by(catalogue, "goodreads_id", page[1])
    isbn = isbn13(typed)
    return edition_by(catalogue, "isbn", isbn) if isbn else None


def _imported(asked: Asked) -> Found:
    """Find the title of a row, as it is or without its subtitle, or "Title by Author"."""
    catalogue, title, author = asked.catalogue, asked.title, asked.author
    matches = fitting(catalogue, named(catalogue, title.full), title, author, asked.year)
    if matches := matches or without_subtitle(catalogue, title, author, asked.year):
        return Found(chosen(matches, asked.typed)[0].book)
    if not author and " by " in asked.plain:
        head, _, tail = asked.plain.rpartition(" by ")
        return find(catalogue, head, tail, spelling=False)
    raise TitleError(f"No {asked.typed!r} in the catalogue.")
