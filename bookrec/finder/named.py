"""Books by their exact title: which have it, which fit author, volume and year, and which is meant.

The author is a filter and never raises a title's score, so a right author cannot make up for a
wrong title.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from bookrec.catalogue.book import Book, lines
from bookrec.catalogue.database import TITLE_ONLY, Catalogue
from bookrec.catalogue.people import author_matches, last_name, parse_authors
from bookrec.catalogue.titles import Title, normal, same_series, series_key
from bookrec.errors import AmbiguousTitleError
from bookrec.finder.words import content_words

# A title of several books means the most rated if it has this many times the ratings of the next.
TYPED_DOMINANCE = 5.0
_SPECIFIC = 3  # words of a title that can do without its subtitle
_SHORT = 3  # letters of a word that says little
_SAME_LAST_NAME = 85.0  # rapidfuzz ratio
_TRANSLITERATED_RATIO = 75.0  # rapidfuzz ratio of last names: Оруэлл → Oruell → Orwell


@dataclass(frozen=True)
class Match:
    """A book that has a title. `exact` is False if it has a subtitle after it."""

    book: Book
    kind: str  # "book", or what else it is, see `titles.Title`
    exact: bool = True

    @property
    def rank(self) -> tuple[bool, bool, int, int]:
        """Sort key: the book that is rather meant comes first."""
        return self.kind != "book", not self.book.described, -self.book.ratings_count, self.index

    @property
    def index(self) -> int:
        """Row of the book in the catalogue."""
        return self.book.index


def named(catalogue: Catalogue, full: str) -> list[Match]:
    """Return the books whose normalised title is `full`, with or without a subtitle after it."""
    rows = catalogue.rows(
        "SELECT n.book, b.kind, max(n.full = ?) FROM names n JOIN books b ON b.book = n.book "
        f"WHERE (n.full = ? OR n.core = ?) AND NOT {TITLE_ONLY} GROUP BY n.book",
        (full, full, full),
    )
    return matches_of(catalogue, rows)


def matches_of(catalogue: Catalogue, rows: Iterable[Sequence[object]]) -> list[Match]:
    """Return the matches of rows (book, kind, exact)."""
    found = {int(str(row[0])): (str(row[1]), bool(row[2])) for row in rows}
    return [Match(book, *found[book.index]) for book in catalogue.books(found)] if found else []


def fitting(
    catalogue: Catalogue, matches: list[Match], title: Title, author: str, year: int | None = None
) -> list[Match]:
    """Return the matches by the author that fit the typed volume, of the typed year if any is."""
    of_volume = [m for m in matches if fits_volume(m.book, title)]
    by_author = [m for m in of_volume if written_by(catalogue, m.book, author)]
    return [m for m in by_author if year and m.book.year == year] or by_author


def without_subtitle(
    catalogue: Catalogue, title: Title, author: str, year: int | None = None
) -> list[Match]:
    """Return the fitting books that are titled as the title without its subtitle.

    "The Natural: The Misunderstood Presidency of Bill Clinton" is not "The Natural": without an
    author the title must be long, or words of the subtitle must be in the book's description.
    """
    if title.core == title.full:
        return []
    known = [m for m in named(catalogue, title.core) if m.exact and m.kind == title.kind]
    found = fitting(catalogue, known, title, author, year)
    # "Star Wars: Dark Disciple" is not "Star Wars"
    found = [m for m in found if author or not _names_series(m.book, title.core)]
    return [m for m in found if author or _is_specific(m.book, title)]


def _names_series(book: Book, core: str) -> bool:
    return book.series is not None and same_series(series_key(core), series_key(book.series))


def _is_specific(book: Book, title: Title) -> bool:
    if len(content_words(title.core)) >= _SPECIFIC:
        return True
    words = [w for w in content_words(title.subtitle) if len(w) > _SHORT]
    known = normal(f"{book.title} {book.description}").split()
    return bool(words) and sum(w in known for w in words) * 2 >= len(words)


def fits_volume(book: Book, title: Title) -> bool:
    """False if the title names another volume of the book's series."""
    wanted = [s for s in title.series if s.volume is not None]
    if not wanted or book.series is None or book.volume is None:
        return True
    own = normal(book.series)
    return not any(same_series(own, s.key) and book.volume != s.volume for s in wanted)


def written_by(catalogue: Catalogue, book: Book, author: str) -> bool:
    """Whether the author, typed in any form or script, wrote the book or an edition of it."""
    if not author.strip():
        return True
    if any(author_matches(author, a) for a in book.authors):
        return True
    several = parse_authors(author)
    if len(several) > 1:  # "Herbert, Frank", or co-authors
        return any(written_by(catalogue, book, one) for one in several)
    if in_other_script(author):
        return any(transliterated(author, a) for a in book.authors)
    rows = catalogue.rows("SELECT authors FROM editions WHERE book = ?", (book.index,))
    names = {*book.authors, *(name for r in rows for name in json.loads(r[0]))}
    if any(author_matches(author, name) for name in names):
        return True
    last = last_name(author)
    return len(last) > 4 and any(_same_last_name(last, last_name(name)) for name in names)


def _same_last_name(a: str, b: str) -> bool:
    return fuzz.ratio(a, b) >= _SAME_LAST_NAME or OSA.distance(a, b) == 1


def in_other_script(author: str) -> bool:
    """Whether a name has no Latin letter."""
    return not author.isascii() and not re.search(r"[a-zA-Z]", author)


def transliterated(typed: str, author: str) -> bool:
    """Whether a name in another script is close to this author's last name."""
    from anyascii import anyascii

    words = normal(anyascii(typed)).split()
    last = normal(anyascii(last_name(author)))
    return bool(words) and fuzz.ratio(words[-1], last) >= _TRANSLITERATED_RATIO


def chosen(matches: Sequence[Match], typed: str) -> tuple[Match, bool]:
    """Return the match that is meant, and whether it is not the only one.

    A much-read book with a subtitle goes before its namesake without one. Box sets and guides are
    second choice.

    Raises:
        AmbiguousTitleError: several are equally likely; they are listed.
    """
    exact = [m for m in matches if m.exact]
    wider = [m for m in matches if not m.exact]
    if exact and wider:
        first, other = min(exact, key=lambda m: m.rank), min(wider, key=lambda m: m.rank)
        if first.kind != other.kind:
            return dominant(matches, typed)
        if other.book.ratings_count >= TYPED_DOMINANCE * max(1, first.book.ratings_count):
            return dominant(wider, typed)[0], True
    return dominant(exact or wider, typed)


def dominant(matches: Sequence[Match], typed: str) -> tuple[Match, bool]:
    """Return the match that is much more read than the others, and whether there are others.

    Raises:
        AmbiguousTitleError: none is.
    """
    ranked = sorted(matches, key=lambda m: m.rank)
    first, others = ranked[0], ranked[1:]
    # a book without a description is a weaker basis for recommendations, so it is no rival
    rivals = [m for m in others if m.book.described or not first.book.described]
    rivals = [m for m in rivals if m.kind == "book" or first.kind != "book"]
    if not rivals or dominates(first, rivals[0]):
        return first, bool(rivals)
    raise AmbiguousTitleError(
        f"{typed!r} could be one of {len(ranked)} books.",
        "Name the author with --author, or type the full title:",
        lines(m.book for m in ranked),
    )


def dominates(first: Match, second: Match) -> bool:
    """Whether the first book is so much more read that its title means it."""
    return first.book.ratings_count >= TYPED_DOMINANCE * max(1, second.book.ratings_count)
