"""What a peer is: a name, the settings worth trying, and a function from ratings to predictions."""

from __future__ import annotations

import hashlib
import importlib.metadata
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
# Histories (n, B) and their readers' rows in the fitted matrix (n,) to scores float (n, B).
Scores = Callable[["csr_matrix", np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Job:
    """R ratings to learn from and T (reader, book) pairs to predict; a peer never sees their stars.

    `readers`, `books` int64 (R,), `stars` float64 (R,); `target_readers`, `target_books` int64
    (T,). `text` is the file of text vectors, float32 (N, W).
    """

    readers: np.ndarray
    books: np.ndarray
    stars: np.ndarray
    target_readers: np.ndarray
    target_books: np.ndarray
    seed: int
    text: Path


@dataclass(frozen=True)
class Run:
    """What a method said of T pairs, float64 (T,), and how long it took; None: not its own."""

    predicted: np.ndarray
    fit_seconds: float | None
    predict_seconds: float | None


@dataclass(frozen=True)
class Peer:
    """`grid` holds the settings tried; the first are those of its documentation or its defaults.

    `library` is the distribution it comes from, "" when there is none. `rates` is False when its
    scores are no stars: then only the order and the correlation mean something. `cached` is False
    when it reads more than ratings, which the cache's key would not tell.
    """

    name: str
    library: str
    grid: tuple[Settings, ...]
    run: Callable[[Job, Settings], Run]
    rates: bool = True
    cached: bool = True

    @property
    def version(self) -> str:
        """The library and its version, part of the cache's key."""
        return _version(self.library)


@dataclass(frozen=True)
class Ranker:
    """A peer that makes lists. `fit` takes who rated what, 0 or 1 float32 (R, B) of R readers and B
    books, settings and a seed; `grid` and `library` are as a `Peer`'s.

    `draws`: the fit takes random numbers. `meets`: it can rank for a reader it was not fitted on.
    """

    name: str
    library: str
    grid: tuple[Settings, ...]
    fit: Callable[[csr_matrix, Settings, int], Scores]
    draws: bool = False
    meets: bool = True

    @property
    def version(self) -> str:
        """The library and its version, part of the cache's key."""
        return _version(self.library)


def _version(library: str) -> str:
    return f"{library} {importlib.metadata.version(library)}" if library else ""


def job_of(
    ratings: Ratings, split: Split, learn: tuple[Part, ...], target: Part, text: Path
) -> Job:
    """The job to learn from the parts `learn` and predict the part `target`."""
    rows, wanted = split.rows(*learn), split.rows(target)
    return Job(
        ratings.readers[rows],
        ratings.books[rows],
        ratings.stars[rows],
        ratings.readers[wanted],
        ratings.books[wanted],
        split.seed,
        text,
    )


def fingerprint(ratings: Ratings, split: Split) -> str:
    """A digest of the ratings and of how they are split."""
    digest = hashlib.sha256()
    for array in (ratings.readers, ratings.books, ratings.stars, split.part):
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()[:16]


class Stopwatch:
    """Seconds by name: `with watch("fit"): …`. The clock is the wall's, or the processor's."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self.seconds: dict[str, float] = {}
        self._clock = clock

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        started = self._clock()
        yield
        self.seconds[name] = self.seconds.get(name, 0.0) + self._clock() - started
