"""The parts of one prediction, in stars.

    predicted = expected + personal + clipped
    personal = loyalty + Σ_j (contribution of book j of the history)

Displayed values are rounded so that they add up exactly (`causes.py`).
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
from bookrec.prediction.stars import loyalty_of, predict_from_weights, weights
from bookrec.prediction.taste import Taste
from bookrec.stars import MAX_STARS, MIN_STARS

_SAME_READERS = 0.01  # least neighbour weight of two books that have "same readers"


@dataclass(frozen=True)
class Because:
    """A book of the history that is named as a reason.

    `stars` is what it adds to the prediction. `share` is its signed share of the absolute total,
    -1 … 1, None if that rounds to 0. `alike` lists what the two books have in common.
    """

    title: str
    author: str
    rating: float | None
    stars: float
    share: float | None
    alike: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON of docs/cli.md."""
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
    """The books of the history that are not named, as one part.

    `stars` is the sum of their contributions, in which positive and negative ones cancel. Without
    such books, `stars` is 0 and `share` is 0 or None.
    """

    books: int
    stars: float
    share: float | None


@dataclass(frozen=True)
class Reasons:
    """The prediction of one book and its parts, in stars.

    `expected` + `personal` + `clipped` = `predicted`, where `expected` is the book mean m_i of the
    model. `loyalty` and the stars of `because` and `others` sum to `personal`; absolute shares sum
    to 1. `likeness` is how well the book answers the request in words, 0 … 1, None without one;
    `matches` are the words of the request that the book was found to be about. `book.mean_rating`
    is the site-wide mean.
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
    matches: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON keys that `recommend` and `explain` share, see docs/cli.md."""
        return {
            **self.book.as_dict(),
            "predicted_rating": self.predicted,
            "expected": self.expected,
            "personal": self.personal,
            "loyalty": self.loyalty,
            "clipped": self.clipped,
            "confidence": self.confidence,
            "likeness": self.likeness,
            "matches": list(self.matches),
            "because": [b.as_dict() for b in self.because],
            "because_others": {
                "books": self.others.books,
                "stars": self.others.stars,
                "share": self.others.share,
            },
        }


def reasons(loaded: LoadedModel, taste: Taste, book: Book, named: int | None = 3) -> Reasons:
    """Predict one book and give reasons: at most `named` books of the history, None for all."""
    one = np.array([book.index])
    w = weights(loaded.arrays, taste.history, one, loaded.constants)
    loyal = loyalty_of(loaded.arrays, taste.history.books, one, loaded.constants)
    whole = predict_from_weights(w, taste.history, loaded.means[one], loyal, loaded.constants)
    expected = _shown(loaded.means[book.index])
    personal, loyalty = _shown(whole.personal[0]), _shown(whole.loyalty[0])
    predicted = min(MAX_STARS, max(MIN_STARS, _shown(expected + personal)))
    neighbour_weights = np.zeros(w.shape[1])
    read = taste.history.books
    neighbour_weights[: len(read)] = loaded.neighbours.weights_to(book.index, read)
    neighbour_weights[neighbour_weights < _SAME_READERS] = 0.0
    found = causes(w[0], taste.history, loaded.constants, neighbour_weights)
    because, others = _parts(taste, book, found, named, personal - loyalty)
    query = taste.query
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
        None if query is None else _shown(query.fit[book.index]),
        () if query is None else query.matched(book.index),
    )


def _parts(
    taste: Taste, book: Book, found: list[Cause], named: int | None, total: float
) -> tuple[tuple[Because, ...], OtherBooks]:
    """Return the named books, and the others as one part; their stars sum to `total`."""
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
    alike = common_ground(book, seen.book, cause.neighbour_weight > 0.0)
    return Because(seen.book.title, seen.book.author, seen.stars, stars, share, alike)


def common_ground(a: Book, b: Book, same_readers: bool = False) -> tuple[str, ...]:
    """Return up to three things two books have in common: series, author, readers, genres."""
    shared = ["same series"] if a.series and a.series == b.series else []
    shared += ["same author"] if set(a.authors) & set(b.authors) else []
    shared += ["same readers"] if same_readers else []
    shared += [g.lower() for g in a.genres if g in b.genres and g not in VAGUE_GENRES]
    return tuple(shared[:3])
