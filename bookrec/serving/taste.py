"""What a reader says of their taste (titles, a history, words) → a history the model can use."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from bookrec.config import LOVED, RecommendConfig
from bookrec.data.catalogue import Catalogue
from bookrec.data.histories import read_history
from bookrec.data.lookup import find
from bookrec.data.readers import Matcher, Reading, Seen, left_out, match_history, outsider, seeds
from bookrec.errors import TitleError, UsageError
from bookrec.model.query import Loader, OnTheSpot, load_encoder
from bookrec.scoring.means import reader_offset
from bookrec.scoring.predict import History, expected
from bookrec.scoring.rank import liking
from bookrec.serving.model import Served


@dataclass(frozen=True)
class Taste:
    """A reader. `sources` are the books behind `history.residuals`, one for one; `query` float32
    (D,) is the vector of what they asked for in words, None when they did not."""

    reading: Reading
    history: History
    sources: tuple[Seen, ...]
    query: np.ndarray | None
    notes: tuple[str, ...]


def read_base(catalogue: Catalogue, config: RecommendConfig) -> Reading:
    """The reading that a whole batch of seeds shares: history, profile, and what is left out.

    Raises:
        TitleError: a title to leave out is not there, or could be several.
        UsageError: a history file that cannot be used.
    """
    reading = Reading(())
    files = ((config.history, config.history_name), (config.profile, "Your history"))
    for data, name in files:
        if data is not None:
            parsed = read_history(data, name)
            matched = match_history(Matcher(catalogue), parsed.rows, parsed.newest_first)
            kind = f" ({parsed.format})" if data is config.history else ""
            note = f"{name}{kind}: {matched.report}"
            reading += replace(matched, notes=(note,))
    return reading + left_out(catalogue, config.not_titles)


def read_seeds(catalogue: Catalogue, config: RecommendConfig) -> Reading:
    """The titles named on the command line; one with a description need not be in the catalogue.

    Raises:
        TitleError: one of them is not there, or could be several.
        UsageError: a description that belongs to no title or to several.
    """
    if not (config.description or config.seed_genres):
        return seeds(catalogue, config.seeds, config.author)
    if len(config.seeds) != 1:
        raise UsageError(
            "--description and --genres go with one title.",
            'Type `bookrec recommend "My Book" --description "…"`; for words alone there is '
            "--like.",
        )
    title, stars = config.seeds[0]
    try:
        book = find(catalogue, title, config.author, spelling=False).book
    except TitleError:
        book = outsider(title, config.author, config.description, config.seed_genres)
        return Reading((), outside=(Seen(book, stars, loved=stars is None, own_text=True),))
    note = f"{book.title} by {book.author} is in the catalogue; its own description is used."
    return Reading((Seen(book, stars, loved=stars is None),), notes=(note,))


def taste_of(
    served: Served,
    reading: Reading,
    config: RecommendConfig,
    home: Path,
    load: Loader = load_encoder,
) -> Taste:
    """A reading as the model's history; encodes what is not in the catalogue where asked to.

    Raises:
        TitleError: no book of the reader's was found, and nothing else says what they like.
        UsageError: there is nothing to go by.
    """
    sources = [s for s in reading.seen if s.taste]
    spot = OnTheSpot(served.workspace, home, load) if _encodes(reading, config) else None
    outside = list(reading.outside)
    extra = np.zeros((len(outside), served.shelf.vectors.shape[1]), dtype=np.float32)
    encoded = [i for i, s in enumerate(outside) if s.own_text or config.encode_unknown]
    if spot and encoded:
        extra[encoded] = spot.books([outside[i].book for i in encoded])
    # without stars and without a vector a book says nothing
    useful = [i for i, s in enumerate(outside) if s.loved or s.stars is not None or i in encoded]
    outside, extra = [outside[i] for i in useful], extra[useful]
    query = spot.query(config.like) if spot and config.like else None
    if not sources and not encoded and query is None:
        _refuse(reading, config)
    history = _history(served, sources, outside, extra)
    return Taste(
        reading,
        history,
        (*sources, *outside),
        query,
        (*reading.notes, *_remarks(reading, len(encoded), config), *_disliked(history, query)),
    )


def _encodes(reading: Reading, config: RecommendConfig) -> bool:
    return bool(config.like) or any(s.own_text or config.encode_unknown for s in reading.outside)


def _history(served: Served, inside: list[Seen], outside: list[Seen], extra: np.ndarray) -> History:
    """A book read without stars leans from what the reader usually gives, whatever its loyalty.

    What is usual is b_u of the other books, shrunk like it: then a leaning book's residual lies on
    that side of b_u to which it leans, however many there are and however harsh the reader is.
    """
    books = np.array([s.book.index for s in inside], dtype=np.int64)
    everything, constants = [*inside, *outside], served.constants
    stars = np.array(
        [LOVED if s.loved and s.stars is None else s.stars for s in everything], dtype=np.float64
    )  # NaN where there are none
    foreign = np.full(len(outside), served.global_mean)
    known = expected(served.shelf, books, served.means, constants)
    residuals = stars - np.concatenate([known, foreign])
    unrated = np.isnan(stars)
    usual = reader_offset(residuals[~unrated], constants.reader_pull)
    residuals[unrated] = usual + np.array([s.lean for s in everything])[unrated]
    return History(books, residuals, reader_offset(residuals, constants.reader_pull), extra)


def _remarks(reading: Reading, encoded: int, config: RecommendConfig) -> list[str]:
    rated = sum(s.stars is not None for s in reading.outside)
    if encoded and not config.seeds:
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


def _refuse(reading: Reading, config: RecommendConfig) -> None:
    if config.history is not None or config.profile is not None:
        raise TitleError(
            "No book of the history that says what you like was found in the catalogue.",
            "\n".join([*reading.notes, "--unmatched FILE writes the rows and why."]),
        )
    raise UsageError(
        "There is nothing to go by.",
        'Name a title: `bookrec recommend "Dune" --author Herbert`, give `--history FILE`, or '
        'start your own with `bookrec history add "Dune" 5`.',
    )
