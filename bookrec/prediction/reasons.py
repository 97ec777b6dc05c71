"""A prediction taken apart: expected + personal + clipped = predicted, and personal = loyalty +
what the books of the history add.

The figures are rounded so that they still add up, to the last digit shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from bookrec.catalogue.book import Book
from bookrec.catalogue.genres import VAGUE_GENRES
from bookrec.histories.reading import HistoryItem
from bookrec.prediction.causes import DIGITS, Cause, causes, leading, rounded_to_total, shares
from bookrec.prediction.loaded import LoadedModel
from bookrec.prediction.order import likeness
from bookrec.prediction.stars import combine, loyalty_of, weights
from bookrec.prediction.taste import Taste
from bookrec.stars import MAX_STARS, MIN_STARS

_TOGETHER = 0.01  # weight of neighbours from which two books are said to have the same readers


@dataclass(frozen=True)
class Because:
    """A book of the history behind a prediction. `stars` is what it adds to the prediction, `share`
    so much of the reason, -1 … 1: its part of the absolute total (None when that is nothing).
    `alike` is what the two books have in common."""

    title: str
    author: str
    rating: float | None
    stars: float
    share: float | None
    alike: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """As in the contract."""
        return {
            "title": self.title,
            "author": self.author,
            "rating": self.rating,
            "share": self.share,
            "stars": self.stars,
            "alike": list(self.alike),
        }


@dataclass(frozen=True)
class OtherBooks:
    """The further books of the history taken together: their sum counts as one part, so what they
    say for and against the book is set off against each other. No books: 0 stars, share 0."""

    books: int
    stars: float
    share: float | None


@dataclass(frozen=True)
class Reasons:
    """A book's prediction and its parts, in stars.

    `expected` (the model's own mean: what it expects for anyone) + `personal` + `clipped` =
    `predicted`; the stars of `because`, of `others` and `loyalty` (to series and author) sum to
    `personal`, the absolute shares to 1. `likeness` is the cosine to what was asked for in words.
    What readers give the book where it was published is `book.mean_rating`.
    """

    book: Book
    expected: float
    personal: float
    loyalty: float
    clipped: float
    predicted: float
    confidence: float
    because: tuple[Because, ...]
    others: OtherBooks
    likeness: float | None

    def as_dict(self) -> dict[str, Any]:
        """The keys that `recommend` and `explain` share; see the contract."""
        book = self.book
        return {
            "book_id": book.book_id,
            "title": book.title,
            "author": book.author,
            "series": book.series,
            "volume": book.volume,
            "year": book.year,
            "genres": list(book.genres),
            "mean_rating": book.mean_rating,
            "ratings_count": book.ratings_count,
            "predicted_rating": self.predicted,
            "expected": self.expected,
            "personal": self.personal,
            "loyalty": self.loyalty,
            "clipped": self.clipped,
            "confidence": self.confidence,
            "likeness": self.likeness,
            "because": [b.as_dict() for b in self.because],
            "because_others": {
                "books": self.others.books,
                "stars": self.others.stars,
                "share": self.others.share,
            },
        }


def reasons(loaded: LoadedModel, taste: Taste, book: Book, named: int | None = 3) -> Reasons:
    """Predict one book and say why; `named` books at most are named, None names all."""
    one = np.array([book.index])
    w = weights(loaded.arrays, taste.history, one, loaded.constants)
    loyal = loyalty_of(loaded.arrays, taste.history.books, one, loaded.constants)
    whole = combine(w, taste.history, loaded.means[one], loyal, loaded.constants)
    expected = _shown(loaded.means[book.index])
    personal, loyalty = _shown(whole.personal[0]), _shown(whole.loyalty[0])
    predicted = min(MAX_STARS, max(MIN_STARS, _shown(expected + personal)))
    together = np.zeros(w.shape[1])
    read = taste.history.books
    together[: len(read)] = loaded.neighbours.of(book.index, read)
    together[together < _TOGETHER] = 0.0
    found = causes(w[0], taste.history, loaded.constants, together)
    because, others = _parts(taste, book, found, named, personal - loyalty)
    return Reasons(
        book,
        expected,
        personal,
        loyalty,
        _shown(predicted - expected - personal),
        predicted,
        _shown(whole.confidence[0]),
        because,
        others,
        None if taste.query is None else _shown(likeness(loaded.arrays, taste.query, one)[0]),
    )


def _parts(
    taste: Taste, book: Book, found: list[Cause], named: int | None, total: float
) -> tuple[tuple[Because, ...], OtherBooks]:
    """The books that are named and the others as one part; their stars sum to `total`."""
    chosen = found if named is None else leading(found, named)
    places = {c.place for c in chosen}
    rest = [c.stars for c in found if c.place not in places]
    exact = [c.stars for c in chosen] + ([sum(rest)] if rest else [])
    stars, share = rounded_to_total(exact, total), shares(exact)
    because = tuple(
        _because(book, taste.sources[c.place], c, stars[i], None if share is None else share[i])
        for i, c in enumerate(chosen)
    )
    if not rest:
        return because, OtherBooks(0, 0.0, None if share is None else 0.0)
    return because, OtherBooks(len(rest), stars[-1], None if share is None else share[-1])


def _shown(value: float) -> float:
    return round(float(value), DIGITS) + 0.0  # no -0.0


def _because(
    book: Book, seen: HistoryItem, cause: Cause, stars: float, share: float | None
) -> Because:
    alike = common_ground(book, seen.book, cause.together > 0.0)
    return Because(seen.book.title, seen.book.author, seen.stars, stars, share, alike)


def common_ground(a: Book, b: Book, same_readers: bool = False) -> tuple[str, ...]:
    """What two books have in common, the most telling first: series, author, readers, rare
    genres."""
    shared = ["same series"] if a.series and a.series == b.series else []
    shared += ["same author"] if set(a.authors) & set(b.authors) else []
    shared += ["same readers"] if same_readers else []
    shared += [g.lower() for g in a.genres if g in b.genres and g not in VAGUE_GENRES]
    return tuple(shared[:3])
