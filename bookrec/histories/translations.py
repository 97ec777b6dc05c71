"""Books that a history file lists under a title in another language."""

from __future__ import annotations

import re

from bookrec.catalogue.book import Book
from bookrec.catalogue.database import Catalogue
from bookrec.catalogue.titles import Title, normal, parse_title
from bookrec.finder.near_titles import word_test
from bookrec.finder.spelling import Authors
from bookrec.histories.rows import HistoryRow

_MEANS_APART = 0.1  # stars; the site's mean is the work's, whatever the edition
_TELLING = 4  # letters of a word that two titles can share by more than chance
_IN_TITLES = 2  # a word in the titles of this many books of the catalogue is an English word
_ENGLISH = frozenset("a an and by for from his her in my of on our the to with your".split())


class Translations:
    """Finds the work of a row by author, year of first publication and mean rating."""

    def __init__(self, catalogue: Catalogue, authors: Authors) -> None:
        self._authors = authors
        self._in_titles = word_test(catalogue, _IN_TITLES)

    def find(self, row: HistoryRow) -> Book | None:
        """Return the author's only book of the row's year and mean rating, and of its volume.

        An English title has to share a word with the book's: it is no translation, and the author
        may have written two books in a year. None if the row lacks an author, year or mean.
        """
        if not row.author or row.year is None or row.mean_rating is None:
            return None
        title = parse_title(row.title)
        volumes = {s.volume for s in title.series if s.volume is not None}
        found = [
            book
            for book in self._authors.books_by(row.author)
            if book.year == row.year
            and book.mean_rating is not None
            and abs(book.mean_rating - row.mean_rating) <= _MEANS_APART
            and (not volumes or book.volume in volumes)
        ]
        if len(found) != 1:
            return None
        shared = set(_words(title)) & set(normal(found[0].title).split())
        telling = any(len(word) >= _TELLING for word in shared)
        return found[0] if telling or not self._is_english(title) else None

    def _is_english(self, title: Title) -> bool:
        words = _words(title)
        return bool(_ENGLISH & set(words)) or all(map(self._in_titles, words))


def _words(title: Title) -> list[str]:
    return re.findall(r"\w+", title.full)
