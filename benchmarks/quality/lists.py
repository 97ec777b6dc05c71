"""The protocol of lists: who is ranked for, from what, and the figures.

Every book that may be recommended is a candidate, less the reader's history; the targets are the
held-out books that the reader liked. Two protocols, of the same readers, histories and targets:
"known", where the fit has seen the history as everybody's, and "unseen", where it has seen nothing
of the reader: in five folds, each fold's readers are left out of the fit.

Letters: N books of the catalogue, n readers of a trial.
"""

from __future__ import annotations

import hashlib
import time
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from measure import mean_seconds, rng
from methods import Ranker, Settings, Stopwatch
from scipy.sparse import csr_matrix

from bookrec.catalogue.database import Catalogue
from bookrec.catalogue.filters import allowed
from bookrec.catalogue.printings import printings
from bookrec.catalogue.ratings import Ratings
from bookrec.config import Filters
from bookrec.evaluation.bootstrap import Interval, bootstrap_difference, bootstrap_mean
from bookrec.evaluation.cases import cases_of
from bookrec.evaluation.list_cases import MIN_TARGETS, ListCase
from bookrec.evaluation.list_figures import Figures, figures_of
from bookrec.evaluation.list_metrics import LIKED, best
from bookrec.evaluation.split import Part, Split, hold_out

KNOWN, UNSEEN = "known", "unseen"
FOLDS = 5
# Readers of a book that a peer learns of, and of described books alone. With books of one reader,
# or titles that can only be history, RP3beta's recall on validation rows fell from .149 to .126
# and .109; EASE's rose by .002 for eight times the seconds.
_MIN_READERS = 2


@dataclass(frozen=True)
class Data:
    """The ratings; of N books: `candidates` bool, `ratings_count` float64 (the site's), `works`
    int64, equal for printings of one work."""

    ratings: Ratings
    described: int
    candidates: np.ndarray
    ratings_count: np.ndarray
    works: np.ndarray


@dataclass(frozen=True)
class Trial:
    """One fit and n readers to make lists for: `learn` are rows of the ratings, `readers` int64
    (n,) have the `cases`, and `met` bool (n,) tells whose history is among `learn`."""

    learn: np.ndarray
    readers: np.ndarray
    cases: list[ListCase]
    met: np.ndarray


@dataclass(frozen=True)
class Lists:
    """A list of each reader, best first, and the processor's seconds; None: not measured."""

    books: list[list[int]]
    fit_seconds: float | None
    rank_seconds: float | None


@dataclass(frozen=True)
class Row:
    """A line of the table. `values` are each reader's recall and stratified recall, for pairing."""

    method: str
    kind: str  # "bookrec" or "peer"
    recall: Interval
    ndcg: Interval
    stratified: Interval
    popularity: float
    coverage: float
    fit: float | None
    rank: float | None
    values: dict[str, np.ndarray] = field(repr=False)


def read(catalogue: Catalogue) -> Data:
    """What of a catalogue the lists are about."""
    candidates = np.zeros(len(catalogue), dtype=bool)
    described = catalogue.described
    candidates[:described] = allowed(catalogue, Filters()).keep
    counts = catalogue.site_figures().count
    return Data(catalogue.ratings(), described, candidates, counts, printings(catalogue))


def tuning(data: Data, seed: int) -> Trial:
    """Validation rows of a seed, from the training rows. One fold is left out of the fit, another
    for each seed: so one fit tells how good settings are for readers met, and for readers not."""
    split = _split(data, seed)
    return _trial(data, split, (Part.TRAIN,), Part.VALIDATION, seed % FOLDS, everybody=True)


def tests(data: Data, protocol: str) -> list[Trial]:
    """The test rows, from all other rows: one trial, or one a fold."""
    split = _split(data, 0)  # the test part is the same for every seed
    learn = (Part.TRAIN, Part.VALIDATION)
    folds = range(FOLDS) if protocol == UNSEEN else [None]
    return [_trial(data, split, learn, Part.TEST, fold) for fold in folds]


def _split(data: Data, seed: int) -> Split:
    return hold_out(data.ratings, data.ratings.books < data.described, seed)


def _trial(
    data: Data,
    split: Split,
    learn: tuple[Part, ...],
    target: Part,
    fold: int | None,
    everybody: bool = False,
) -> Trial:
    """The readers of the fold, or all; `everybody` ranks for all though the fold is left out."""
    ratings, rows, wanted = data.ratings, split.rows(*learn), split.rows(target)
    liked = (ratings.stars[wanted] >= LIKED) & data.candidates[ratings.books[wanted]]
    found = [c for c in cases_of(ratings, rows, wanted[liked]) if len(c.target) >= MIN_TARGETS]
    readers = np.array([ratings.readers[c.target[0]] for c in found], dtype=np.int64)
    met = np.array([_fold(reader) != fold for reader in readers], dtype=bool)
    ranked = np.ones(len(found), dtype=bool) if fold is None or everybody else ~met
    others = [reader for reader in np.unique(ratings.readers) if _fold(reader) != fold]
    learned = np.isin(ratings.readers[rows], others)
    books, stars = ratings.books, ratings.stars
    cases = [
        ListCase(books[c.past], stars[c.past], books[c.target])
        for c, kept in zip(found, ranked, strict=True)
        if kept
    ]
    return Trial(rows[learned], readers[ranked], cases, met[ranked])


def _fold(reader: int) -> int:
    return zlib.crc32(str(int(reader)).encode()) % FOLDS


def mark(data: Data, trial: Trial) -> str:
    """A digest of all that the trial's lists follow from."""
    digest = hashlib.sha256()
    learned = (a[trial.learn] for a in (data.ratings.readers, data.ratings.books))
    history = (case.books for case in trial.cases)
    wanted = (case.targets for case in trial.cases)
    for array in (*learned, trial.readers, *history, *wanted, data.candidates):
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()[:16]


def lists_of(ranker: Ranker, settings: Settings, data: Data, trial: Trial, seed: int) -> Lists:
    """Fit a peer and let it rank for every reader of the trial."""
    readers, books = (a[trial.learn] for a in (data.ratings.readers, data.ratings.books))
    counts = np.bincount(books, minlength=len(data.candidates))
    columns = np.flatnonzero((counts >= _MIN_READERS)[: data.described])
    # The readers of the ratings are the rows, whether the fit has met them or not.
    rows = 1 + int(data.ratings.readers.max())
    matrix = _matrix(readers, books, columns, rows)
    owner = np.repeat(np.arange(len(trial.cases)), [len(c.books) for c in trial.cases])
    read = np.concatenate([c.books for c in trial.cases])
    histories = _matrix(owner, read, columns, len(trial.cases))
    watch = Stopwatch(time.process_time)
    with watch("fit"):
        scores = ranker.fit(matrix, settings, seed)
    with watch("rank"):
        table = scores(histories, trial.readers)
        found = []
        for row, case in zip(table, trial.cases, strict=True):
            free = data.candidates[columns] & ~np.isin(columns, case.books)
            found.append(columns[best(row, free)].tolist())
    return Lists(found, watch.seconds["fit"], watch.seconds["rank"])


def _matrix(rows: np.ndarray, books: np.ndarray, columns: np.ndarray, height: int) -> csr_matrix:
    """Who rated what, 1 or 0, float32 (height, columns); other books are left out.

    Whatever the stars: on validation rows what was liked alone gave SLIM, EASE, RP3beta, the kNNs
    and irspack's iALS .005 to .043 less recall, and implicit's two at most .002 more.
    """
    place = np.minimum(np.searchsorted(columns, books), len(columns) - 1)
    kept = columns[place] == books
    ones = np.ones(int(kept.sum()), dtype=np.float32)
    return csr_matrix((ones, (rows[kept], place[kept])), (height, len(columns)))


def figures(data: Data, trials: Sequence[Trial], lists: Sequence[Lists]) -> Figures:
    """The figures of all trials' readers together."""
    cases = [case for trial in trials for case in trial.cases]
    found = [np.array(books, dtype=np.int64) for one in lists for books in one.books]
    return figures_of(cases, found, data.ratings_count, data.works)


def row_of(
    method: str, kind: str, data: Data, trials: Sequence[Trial], runs: Sequence[Sequence[Lists]]
) -> Row:
    """A method's line from its `runs`, one a seed and each of all trials: a reader's value is the
    mean over the seeds, and so are popularity and coverage."""
    found = [figures(data, trials, lists) for lists in runs]
    values = {
        name: np.mean([getattr(f, name) for f in found], axis=0)
        for name in ("recall", "ndcg", "stratified")
    }
    every = [one for lists in runs for one in lists]
    return Row(
        method,
        kind,
        **{name: bootstrap_mean(each, rng()) for name, each in values.items()},
        popularity=float(np.mean([np.nanmean(f.popularity) for f in found])),
        coverage=float(np.mean([len(f.shown) for f in found]) / data.candidates.sum()),
        fit=mean_seconds([one.fit_seconds for one in every]),
        rank=mean_seconds([one.rank_seconds for one in every]),
        values=values,
    )


def difference(a: Row, b: Row, metric: str) -> Interval:
    """a − b, paired by reader."""
    return bootstrap_difference(a.values[metric], b.values[metric], rng())
