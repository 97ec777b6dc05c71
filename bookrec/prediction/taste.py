"""From what a reader asks with (titles, a history, a query) to the history of the model."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import numpy as np

from bookrec.errors import TitleError, UsageError
from bookrec.histories.reading import HistoryItem, Reading
from bookrec.histories.request import Request
from bookrec.model.book_encoder import BookEncoder, Loader, load_encoder
from bookrec.prediction.loaded import LoadedModel
from bookrec.prediction.means import reader_offset
from bookrec.prediction.order import preference_weights
from bookrec.prediction.query import Query, asked
from bookrec.prediction.stars import History, expected
from bookrec.stars import LOVED


@dataclass(frozen=True)
class Taste:
    """A reader as the model sees them.

    `sources` are the books behind `history.residuals`, in the same order. `query` is a request in
    words, None without one. `notes` are remarks for the reader.
    """

    reading: Reading
    history: History
    sources: tuple[HistoryItem, ...]
    query: Query | None
    notes: tuple[str, ...]


def taste_of(
    loaded: LoadedModel,
    reading: Reading,
    request: Request,
    home: Path,
    load: Loader = load_encoder,
) -> Taste:
    """Return the taste of a reader.

    Books outside the catalogue are encoded if they have a text of their own or the request asks for
    it; `home` caches their vectors.

    Raises:
        TitleError: No book of the history can be used, and there is no query; or no book of the
            catalogue answers the query.
        UsageError: There is neither a book nor a query; or the encoder has changed.
        MissingError: The encoder is not on this machine.
    """
    sources = [s for s in reading.items if s.counts]
    encoder = BookEncoder(loaded.workspace, home, load) if _encodes(reading, request) else None
    outside = list(reading.outside)
    extra = np.zeros((len(outside), loaded.arrays.vectors.shape[1]), dtype=np.float32)
    encoded = [i for i, s in enumerate(outside) if s.has_text or request.encode_unknown]
    if encoder and encoded:
        extra[encoded] = encoder.encode_books([outside[i].book for i in encoded])
    # a book with neither stars nor a vector carries no information
    useful = [i for i, s in enumerate(outside) if s.loved or s.stars is not None or i in encoded]
    outside, extra = [outside[i] for i in useful], extra[useful]
    query = _asked(loaded, encoder, request.like) if encoder and request.like else None
    if not sources and not encoded and query is None:
        _refuse(reading, request)
    history = _history(loaded, sources, outside, extra)
    return Taste(
        reading,
        history,
        (*sources, *outside),
        query,
        (*reading.notes, *_remarks(reading, len(encoded), request), *_disliked(history, query)),
    )


def _encodes(reading: Reading, request: Request) -> bool:
    return bool(request.like) or any(s.has_text or request.encode_unknown for s in reading.outside)


def _asked(loaded: LoadedModel, encoder: BookEncoder, text: str) -> Query:
    """Raises TitleError if no book of the catalogue answers the query, whatever the filters."""
    if text not in loaded.queries:  # the same for each line of a batch
        encoded = encoder.encode_query(text)
        vectors = loaded.arrays.vectors
        loaded.queries[text] = asked(loaded.catalogue, vectors, text, encoded)
    query = loaded.queries[text]
    if not query.answered:
        raise TitleError(
            f"No book here fits {text!r}.",
            "Use English words for what the book is about, such as genre, plot, place or mood: "
            '--like "haunted house". `bookrec search` looks for titles and authors.',
        )
    return query


def _history(
    loaded: LoadedModel, inside: list[HistoryItem], outside: list[HistoryItem], extra: np.ndarray
) -> History:
    """Return the model's history of books inside and outside the catalogue.

    A book without stars gets the offset of the books with stars plus its own implicit offset as
    residual, whatever its loyalty. So its residual is on the same side of b_u as its implicit
    offset, however harsh the reader is and however many such books there are.
    """
    books = np.array([s.book.index for s in inside], dtype=np.int64)
    everything, constants = [*inside, *outside], loaded.constants
    stars = np.array(
        [LOVED if s.loved and s.stars is None else s.stars for s in everything], dtype=np.float64
    )  # NaN without stars
    means_outside = np.full(len(outside), loaded.global_mean)
    known = expected(loaded.arrays, books, loaded.means, constants)
    residuals = stars - np.concatenate([known, means_outside])
    unrated = np.isnan(stars)
    usual = reader_offset(residuals[~unrated], constants.reader_damping)
    residuals[unrated] = usual + np.array([s.implicit_offset for s in everything])[unrated]
    return History(books, residuals, reader_offset(residuals, constants.reader_damping), extra)


def _remarks(reading: Reading, encoded: int, request: Request) -> list[str]:
    rated = sum(s.stars is not None for s in reading.outside)
    if encoded and not request.seeds:
        return [f"Books outside the catalogue, compared by their text: {encoded}."]
    if rated and not encoded:
        return [
            f"Books outside the catalogue with stars: {rated}. They show how you rate, not what "
            "you like; --encode-unknown compares them by title and author."
        ]
    return []


def _disliked(history: History, query: Query | None) -> list[str]:
    """Return a note if nothing in the history was liked."""
    if query is not None or preference_weights(history).any():
        return []
    return [
        "You liked none of these. The list shows what most readers like and ranks books similar "
        "to yours lower. Name a book you liked."
    ]


def _refuse(reading: Reading, request: Request) -> NoReturn:
    if request.history is not None or request.profile is not None:
        raise TitleError(
            "No book in the history that shows your taste was found in the catalogue.",
            "\n".join([*reading.notes, "--unmatched FILE writes the rows that were not found."]),
        )
    raise UsageError(
        "There is nothing to go by.",
        'Name a title (`bookrec recommend "Dune" --author Herbert`), give `--history FILE`, or '
        'start your own history with `bookrec history add "Dune" 5`.',
    )
