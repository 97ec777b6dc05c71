"""Books that have all the words of a search, in the order in which they are listed.

First come books whose title was typed exactly, then those whose titles, authors and series have
all the words, then those for which the last word is the beginning of one, then those that need
their genres for it, then their descriptions.
"""

from __future__ import annotations

import json
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bookrec.catalogue.database import TITLE_ONLY, Catalogue, placeholders
from bookrec.catalogue.genres import genre_key
from bookrec.catalogue.titles import Series, normal
from bookrec.finder.typed_words import OPTIONAL, Term, books_where, query, typed_words

_NUMBER = re.compile(r"#?[0-9]{1,4}|\([0-9]{4}\)")  # a volume or a year
# Scripts written without spaces: a word may be anywhere in a title or name.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]")
_WEIGHTS = "8.0, 6.0, 5.0, 4.0, 1.0"  # of titles, authors, series, genres and description
# What counts as much as ten to this power more ratings.
_IN_TITLE = 0.7
_BOOK = 1.0  # not a set or a guide
_DESCRIBED = 0.3
_FEW = 3  # books that have the typed title before a subtitle; more are a series ("Star Wars: …")
_A_GENRE = 0.3  # each more typical genre of the book
_GENRES = 10  # places of a genre that are told apart
# How many times the ratings of the book, or the set, of the typed title put others before it.
_RIVAL = 10  # a set, and a book that has the typed title before a subtitle
_RIVAL_NAME = 1000  # a book titled like a series or an author: "Sherlock Holmes", "Tolkien"
_BEST_TEXT = 2.5  # BM25 of the best description


@dataclass(frozen=True)
class _Hit:
    book: int
    bm25: float
    ratings: int
    kind: str
    author: int  # its id
    described: bool

    @property
    def read(self) -> float:
        """How much read it is, in powers of ten, with books before sets and guides."""
        bonus = _BOOK * (self.kind == "book") + _DESCRIBED * self.described
        return math.log10(self.ratings + 10) + bonus


def books_with(catalogue: Catalogue, text: str, words: Sequence[Term]) -> list[int]:
    """Return the indices of the books that have every word, best first.

    `text` is what was typed; books with this title come first.
    """
    if not words:
        return []
    full, core = _titled(catalogue, text)
    exact, inside = full | core, _inside(catalogue, text)
    hits = {h.book: h for h in _hits(catalogue, query(words))}
    for hit in _hits_of(catalogue, (exact | inside) - hits.keys()):
        hits[hit.book] = hit

    def having(columns: str, unfinished: bool = True) -> set[int]:
        return books_where(catalogue, query(words, columns, unfinished))

    titles, names = having("{titles}"), having("{titles authors series}") | inside
    whole = having("{titles authors series}", False) | inside
    genres = having("{titles authors series genres}", False)
    typical = _genre_places(catalogue, genres - names, text)
    best = max((h.bm25 for h in hits.values()), default=0.0)
    of_series = having("{series authors}") - having("{authors}") - exact
    most_read = max((h.ratings for h in hits.values() if h.book in names), default=0)
    named = having("{series authors}", False) - exact
    most_of_name = max((h.ratings for h in hits.values() if h.book in named), default=0)

    def place(hit: _Hit) -> tuple[int, float]:
        short = hit.kind != "book" or hit.book not in full
        rival = most_read / _RIVAL if short else most_of_name / _RIVAL_NAME
        if hit.book in exact and hit.ratings >= rival:
            return 0, -hit.read
        if hit.book in names or hit.book in exact:
            bonus = _IN_TITLE if hit.book in titles else 0.0
            return (1 if hit.book in whole else 2), -hit.read - bonus
        if hit.book in genres:
            return 3, _A_GENRE * typical.get(hit.book, _GENRES) - hit.read
        return 4, -_in_text(hit, best)

    order = sorted(hits.values(), key=lambda h: (*place(h), h.book))
    return _in_volume_order(order, series_meant(catalogue, of_series, text))


def in_names(catalogue: Catalogue, words: Sequence[Term]) -> bool:
    """Whether the title, authors and series of any book have every word."""
    sought = query(words, "{titles authors series}", unfinished=False)
    return bool(words) and bool(books_where(catalogue, sought))


def with_number(catalogue: Catalogue, text: str) -> list[int]:
    """Return the books that have all words but a number, which is their volume or year.

    "Harry Potter 3", "dune 1965". Best first.
    """
    numbers = [word.strip("#()") for word in text.split() if _NUMBER.fullmatch(word)]
    others = " ".join(word for word in text.split() if not _NUMBER.fullmatch(word))
    words = typed_words(others)
    if len(numbers) != 1 or not words:
        return []
    having = {
        book
        for (book,) in catalogue.rows(
            "SELECT book FROM series WHERE volume = ? UNION SELECT book FROM books WHERE year = ?",
            (float(numbers[0]),) * 2,
        )
    } & books_where(catalogue, query(words, "{titles authors series}"))
    return [book for book in books_with(catalogue, others, words) if book in having]


def books_with_any(catalogue: Catalogue, words: Sequence[Term], least: int = 1) -> list[int]:
    """Return the books with at least `least` of the words, those with the most of them first.

    Words of one or two letters do not count, unless there are no others.
    """
    counted = [w for w in words if len(w.typed) > 2] or list(words)
    count: dict[int, int] = defaultdict(int)
    for word in counted:
        for book in books_where(catalogue, query([word], unfinished=False)):
            count[book] += 1
    enough = {book for book, number in count.items() if number >= least}
    if not enough:
        return []
    hits = _hits(catalogue, query(counted, unfinished=False, every=False))
    best = max(h.bm25 for h in hits)
    return [
        h.book
        for h in sorted(hits, key=lambda h: (-count[h.book], -_in_text(h, best), h.book))
        if h.book in enough
    ]


def _genre_places(catalogue: Catalogue, books: Iterable[int], text: str) -> dict[int, int]:
    """Return how many genres of a book are more typical of it than the one that `text` names."""
    key, wanted = genre_key(text), list(books)
    marks = placeholders(wanted)
    found = {}
    for book, genres in catalogue.rows(
        f"SELECT book, genres FROM books WHERE book IN ({marks})", wanted
    ):
        keys = [genre_key(genre) for genre in json.loads(genres)]
        if key in keys:
            found[book] = keys.index(key)
    return found


def _in_text(hit: _Hit, best: float) -> float:
    return hit.read + _BEST_TEXT * hit.bm25 / (best or 1.0)


def series_meant(catalogue: Catalogue, books: Iterable[int], text: str) -> dict[int, Series]:
    """Return the numbered series with a word of `text` in its name, for the books that have one."""
    typed = {w for w in normal(text).split() if len(w) > 2 or not w.isascii()} - OPTIONAL
    wanted = list(books)
    marks = placeholders(wanted)
    found: dict[int, Series] = {}
    for book, name, key, volume in catalogue.rows(
        "SELECT book, name, key, volume FROM series "
        f"WHERE volume IS NOT NULL AND book IN ({marks})",
        wanted,
    ):
        if typed & set(key.split()):
            found.setdefault(book, Series(name, key, volume))
    return found


def _in_volume_order(hits: Sequence[_Hit], series: Mapping[int, Series]) -> list[int]:
    """Put the volumes of a series by one author in order, in the places that they have together."""
    places: dict[tuple[str, int], list[int]] = defaultdict(list)
    for place, hit in enumerate(hits):
        if hit.kind == "book" and hit.book in series:
            places[series[hit.book].key, hit.author].append(place)
    order = [h.book for h in hits]
    for own in places.values():
        in_order = sorted((hits[p].book for p in own), key=lambda b: series[b].volume or 0.0)
        for place, book in zip(own, in_order, strict=True):
            order[place] = book
    return order


_COLUMNS = "b.ratings_count, b.kind, b.author_id, b.described"


def _hits(catalogue: Catalogue, query: str) -> list[_Hit]:
    rows = catalogue.rows(
        f"SELECT b.book, -bm25(words, {_WEIGHTS}), {_COLUMNS} FROM words "
        "JOIN books b ON b.book = words.rowid WHERE words MATCH ?",
        (query,),
    )
    return [_hit(*row) for row in rows]


def _hits_of(catalogue: Catalogue, books: Iterable[int]) -> list[_Hit]:
    wanted = list(books)
    marks = placeholders(wanted)
    rows = catalogue.rows(
        f"SELECT b.book, 0.0, {_COLUMNS} FROM books b WHERE b.book IN ({marks})", wanted
    )
    return [_hit(*row) for row in rows]


def _hit(
    book: int,
    bm25: float,
    ratings: int,
    kind: str,
    author: int,
    described: int,
) -> _Hit:
    return _Hit(book, bm25, ratings, kind, author, bool(described))


def titled(catalogue: Catalogue, text: str) -> bool:
    """Whether any book has exactly this title, which may leave out a subtitle."""
    return any(_titled(catalogue, text))


def _titled(catalogue: Catalogue, text: str) -> tuple[set[int], set[int]]:
    """Return the books of exactly this title, and those of this title and a subtitle."""
    title = normal(text)
    full, core = (_named(catalogue, f"n.{form} = ?", (title,)) for form in ("full", "core"))
    return full, core if len(core) <= _FEW else set()


def _inside(catalogue: Catalogue, text: str) -> set[int]:
    """Return the books with words of a script without spaces inside a title or an author's name."""
    words = [normal(word) for word in text.split()]
    if not words or not _UNSPACED.search(text):
        return set()
    condition = " AND ".join(["instr(n.full || ' ' || lower(b.authors), ?)"] * len(words))
    return _named(catalogue, condition, words)


def _named(catalogue: Catalogue, condition: str, values: Sequence[str]) -> set[int]:
    sql = (
        "SELECT n.book FROM names n JOIN books b ON b.book = n.book "
        f"WHERE ({condition}) AND NOT {TITLE_ONLY}"
    )
    return {book for (book,) in catalogue.rows(sql, values)}
