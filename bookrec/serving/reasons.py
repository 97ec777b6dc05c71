"""A prediction taken apart: mean + personal + clipped = predicted, personal = loyalty + books.

The figures are rounded so that they still add up, to the last digit shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from bookrec.data.catalogue import Book
from bookrec.data.readers import Seen
from bookrec.data.schema import MAX_STARS, MIN_STARS
from bookrec.scoring.explain import causes, leading
from bookrec.scoring.predict import combine, weights
from bookrec.serving.model import Served
from bookrec.serving.taste import Taste

# Genres that most books have in common.
_VAGUE_GENRES = frozenset({"Fiction", "Novels", "Adult", "Literature", "Nonfiction"})
_DIGITS = 3


@dataclass(frozen=True)
class Because:
    """A book of the history behind a prediction. `stars` is what it adds to the prediction, `share`
    its part of what all books add (None when that is nothing), `alike` what the two books have in
    common."""

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
class Others:
    """The further books of the history taken together."""

    books: int
    stars: float
    share: float | None


@dataclass(frozen=True)
class Reasons:
    """A book's prediction and its parts, in stars.

    `mean` + `personal` + `clipped` = `predicted`; the stars of `because`, of `others` and
    `loyalty` (to series and author) sum to `personal`, the shares to 1. `likeness` is
    the cosine to what was asked for in words.
    """

    book: Book
    mean: float
    personal: float
    loyalty: float
    clipped: float
    predicted: float
    confidence: float
    because: tuple[Because, ...]
    others: Others
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
            "mean_rating": self.mean,
            "ratings_count": book.ratings_count,
            "predicted_rating": self.predicted,
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


def reasons(served: Served, taste: Taste, book: Book, named: int | None = 3) -> Reasons:
    """Predict one book and say why; `named` books at most are named, None names all."""
    one = np.array([book.index])
    w = weights(served.shelf, taste.history, one, served.constants)
    mean = round(float(served.means[book.index]), _DIGITS)
    loyal = served.shelf.loyalty(taste.history.books, one, served.constants)
    whole = combine(w, taste.history, served.means[one], loyal, served.constants)
    personal = round(float(whole.personal[0]), _DIGITS) + 0.0
    loyalty = round(float(whole.loyalty[0]), _DIGITS) + 0.0
    of_books = float(whole.personal[0] - whole.loyalty[0])
    found = causes(w[0], taste.history, served.constants)
    chosen = found if named is None else leading(found, named)
    parts = [round(c.stars, _DIGITS) for c in chosen]
    shares = [_share(c.stars, of_books) for c in chosen]
    because = tuple(
        _because(book, taste.sources[c.place], stars, share)
        for c, stars, share in zip(chosen, parts, shares, strict=True)
    )
    rest = None if _share(1.0, of_books) is None else round(1 - sum(s or 0 for s in shares), 3)
    predicted = min(MAX_STARS, max(MIN_STARS, round(mean + personal, _DIGITS)))
    return Reasons(
        book,
        mean,
        personal,
        loyalty,
        round(predicted - mean - personal, _DIGITS) + 0.0,  # no -0.0
        predicted,
        round(float(whole.confidence[0]), _DIGITS),
        because,
        Others(len(found) - len(chosen), round(personal - loyalty - sum(parts), _DIGITS), rest),
        None
        if taste.query is None
        else round(float(served.shelf.vectors[book.index] @ taste.query), _DIGITS),
    )


def _share(stars: float, whole: float) -> float | None:
    """None where the whole rounds to nothing."""
    return round(stars / whole, _DIGITS) if round(whole, _DIGITS) else None


def _because(book: Book, seen: Seen, stars: float, share: float | None) -> Because:
    alike = common_ground(book, seen.book)
    return Because(seen.book.title, seen.book.author, seen.stars, stars, share, alike)


def common_ground(a: Book, b: Book) -> tuple[str, ...]:
    """What two books have in common, the most telling first: series, author, rare genres."""
    shared = ["same series"] if a.series and a.series == b.series else []
    shared += ["same author"] if set(a.authors) & set(b.authors) else []
    shared += [g.lower() for g in a.genres if g in b.genres and g not in _VAGUE_GENRES]
    return tuple(shared[:3])
