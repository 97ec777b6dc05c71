"""What a peer is: a name, the settings worth trying, and a function from ratings to predictions."""

from __future__ import annotations

import hashlib
import importlib.metadata
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bookrec.data.catalogue import Ratings
from bookrec.data.split import Part, Split

Settings = Mapping[str, float | str]


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
        return f"{self.library} {importlib.metadata.version(self.library)}" if self.library else ""


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
    """Seconds by name: `with watch("fit"): …`."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        started = time.perf_counter()
        yield
        self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - started
