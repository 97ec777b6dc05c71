"""A peer is a name, a grid of settings and a function from ratings to predictions or scores."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bookrec.catalogue.ratings import Ratings
from bookrec.evaluation.split import Part, Split

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Settings = Mapping[str, float | str]
# From histories (n, B) and the readers' rows in the fitted matrix (n,) to scores, float (n, B).
Scores = Callable[["csr_matrix", np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Job:
    """R ratings to fit on, and T pairs of reader and book whose stars are to be predicted.

    `readers` and `books` are int64 (R,), `stars` is float64 (R,). `target_readers` and
    `target_books` are int64 (T,); their stars are withheld. `text_vectors` is the path of an array
    of text embeddings, float32 (N, W).
    """

    readers: np.ndarray
    books: np.ndarray
    stars: np.ndarray
    target_readers: np.ndarray
    target_books: np.ndarray
    seed: int
    text_vectors: Path


@dataclass(frozen=True)
class Run:
    """Predictions for T pairs, float64 (T,), and wall-clock seconds; None if not measured."""

    predicted: np.ndarray
    fit_seconds: float | None
    predict_seconds: float | None


@dataclass(frozen=True)
class Peer:
    """A method that predicts stars.

    `library` is the name of its distribution, or "" if there is none. `grid` holds the settings to
    try; the first are the library's defaults or the ones in its documentation. `predicts_stars` is
    False for scores on another scale: only ranks and correlations are then meaningful. `cacheable`
    is False if the method reads inputs that are not part of the cache key.
    """

    name: str
    library: str
    grid: tuple[Settings, ...]
    run: Callable[[Job, Settings], Run]
    predicts_stars: bool = True
    cacheable: bool = True

    @property
    def version(self) -> str:
        """The library and its version, a part of the cache key."""
        return _version(self.library)


@dataclass(frozen=True)
class Ranker:
    """A peer that makes lists.

    `fit` takes a float32 matrix (R, B) of R readers and B books, 1 where the reader rated the book
    and 0 elsewhere, then settings and a seed. `library` and `grid` are as in `Peer`. `stochastic`:
    the fit uses random numbers. `folds_in`: the model can rank for readers it was not fitted on.
    """

    name: str
    library: str
    grid: tuple[Settings, ...]
    fit: Callable[[csr_matrix, Settings, int], Scores]
    stochastic: bool = False
    folds_in: bool = True

    @property
    def version(self) -> str:
        """The library and its version, a part of the cache key."""
        return _version(self.library)


def _version(library: str) -> str:
    return f"{library} {importlib.metadata.version(library)}" if library else ""


def settings_text(settings: Settings) -> str:
    """Return settings as `name: value, name: value`."""
    return json.dumps(settings).strip("{}").replace('"', "")


def job_of(
    ratings: Ratings, split: Split, fit: tuple[Part, ...], target: Part, text_vectors: Path
) -> Job:
    """Return the job that fits on the parts `fit` and predicts the part `target`."""
    fit_rows, target_rows = split.rows(*fit), split.rows(target)
    return Job(
        ratings.readers[fit_rows],
        ratings.books[fit_rows],
        ratings.stars[fit_rows],
        ratings.readers[target_rows],
        ratings.books[target_rows],
        split.seed,
        text_vectors,
    )


def split_fingerprint(ratings: Ratings, split: Split) -> str:
    """Return a digest of the ratings and their split."""
    digest = hashlib.sha256()
    for array in (ratings.readers, ratings.books, ratings.stars, split.part):
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()[:16]


class Stopwatch:
    """Seconds by name, added up by `with watch("fit"): …`; `clock` returns seconds."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self.seconds: dict[str, float] = {}
        self._clock = clock

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        started = self._clock()
        yield
        self.seconds[name] = self.seconds.get(name, 0.0) + self._clock() - started
