"""What a reader says of their taste (titles, a history, words) → a history the model can use."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bookrec.errors import TitleError, UsageError
from bookrec.histories.reading import HistoryItem, Reading
from bookrec.histories.request import Request
from bookrec.model.query import Loader, NewTextEncoder, load_encoder
from bookrec.prediction.loaded import LoadedModel
from bookrec.prediction.means import reader_offset
from bookrec.prediction.order import liking
from bookrec.prediction.stars import History, expected
from bookrec.stars import LOVED


@dataclass(frozen=True)
class Taste:
    """A reader. `sources` are the books behind `history.residuals`, one for one; `query` float32
    (D,) is the vector of what they asked for in words, None when they did not."""

    reading: Reading
    history: History
    sources: tuple[HistoryItem, ...]
    query: np.ndarray | None
    notes: tuple[str, ...]


def taste_of(
    loaded: LoadedModel,
    reading: Reading,
    request: Request,
    home: Path,
    load: Loader = load_encoder,
) -> Taste:
    """A reading as the model's history; encodes what is not in the catalogue where asked to.

    Raises:
        TitleError: no book of the reader's was found, and nothing else says what they like.
        UsageError: there is nothing to go by.
    """
    sources = [s for s in reading.items if s.counts]
    spot = NewTextEncoder(loaded.workspace, home, load) if _encodes(reading, request) else None
    outside = list(reading.outside)
    extra = np.zeros((len(outside), loaded.arrays.vectors.shape[1]), dtype=np.float32)
    encoded = [i for i, s in enumerate(outside) if s.has_text or request.encode_unknown]
    if spot and encoded:
        extra[encoded] = spot.books([outside[i].book for i in encoded])
    # without stars and without a vector a book says nothing
    useful = [i for i, s in enumerate(outside) if s.loved or s.stars is not None or i in encoded]
    outside, extra = [outside[i] for i in useful], extra[useful]
    query = spot.query(request.like) if spot and request.like else None
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


def _history(
    loaded: LoadedModel, inside: list[HistoryItem], outside: list[HistoryItem], extra: np.ndarray
) -> History:
    """A book read without stars leans from what the reader usually gives, whatever its loyalty.

    What is usual is b_u of the other books, shrunk like it: then a leaning book's residual lies on
    that side of b_u to which it leans, however many there are and however harsh the reader is.
    """
    books = np.array([s.book.index for s in inside], dtype=np.int64)
    everything, constants = [*inside, *outside], loaded.constants
    stars = np.array(
        [LOVED if s.loved and s.stars is None else s.stars for s in everything], dtype=np.float64
    )  # NaN where there are none
    foreign = np.full(len(outside), loaded.global_mean)
    known = expected(loaded.arrays, books, loaded.means, constants)
    residuals = stars - np.concatenate([known, foreign])
    unrated = np.isnan(stars)
    usual = reader_offset(residuals[~unrated], constants.reader_damping)
    residuals[unrated] = usual + np.array([s.implicit_offset for s in everything])[unrated]
    return History(books, residuals, reader_offset(residuals, constants.reader_damping), extra)


def _remarks(reading: Reading, encoded: int, request: Request) -> list[str]:
    rated = sum(s.stars is not None for s in reading.outside)
    if encoded and not request.seeds:
        return [f"Compared by their own text, outside the catalogue: {encoded}."]
    if rated and not encoded:
        return [
            f"{rated} of the books not found have stars: they tell how generous you are, not what "
            "you like. --encode-unknown compares their titles too."
        ]
    return []


def _disliked(history: History, query: np.ndarray | None) -> list[str]:
    """What a list is worth when nothing in the history was liked."""
    if query is not None or liking(history, len(history.books)).any():
        return []
    return [
        "You liked none of these, so nothing can be recommended for them: the list is what most "
        "readers like, what is like yours put back. Name a book you liked."
    ]


def _refuse(reading: Reading, request: Request) -> None:
    if request.history is not None or request.profile is not None:
        raise TitleError(
            "No book of the history that says what you like was found in the catalogue.",
            "\n".join([*reading.notes, "--unmatched FILE writes the rows and why."]),
        )
    raise UsageError(
        "There is nothing to go by.",
        'Name a title: `bookrec recommend "Dune" --author Herbert`, give `--history FILE`, or '
        'start your own with `bookrec history add "Dune" 5`.',
    )
