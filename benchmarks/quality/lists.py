"""The protocol for lists: readers, candidates, targets and metrics.

Candidates are all books that may be recommended and are not in the reader's history. Targets are
the held-out books that the reader liked. Two protocols share readers, histories and targets:

- "known": the reader's history is part of the fit;
- "unseen": it is not. Readers are divided into five folds, and each fold is left out of one fit.

Shapes: N books in the catalogue, n readers in a trial.
"""

from __future__ import annotations

import hashlib
import time
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from measure import bootstrap_rng, mean_seconds
from methods import Ranker, Settings, Stopwatch
from scipy.sparse import csr_matrix

from bookrec.catalogue.database import Catalogue
from bookrec.catalogue.printings import printings
from bookrec.catalogue.ratings import Ratings
from bookrec.config import Filters
from bookrec.evaluation.bootstrap import Interval, bootstrap_difference, bootstrap_mean
from bookrec.evaluation.cases import cases_of
from bookrec.evaluation.list_cases import MIN_TARGETS, ListCase
from bookrec.evaluation.list_figures import Figures, figures_of
from bookrec.evaluation.list_metrics import LIKED, best
from bookrec.evaluation.split import Part, Split, hold_out
from bookrec.finder.filters import allowed

KNOWN, UNSEEN = "known", "unseen"
FOLDS = 5
# Peers are fitted on described books with at least two readers. With books of one reader, RP3beta's
# recall on validation rows fell from .149 to .126; with titles known from ratings only, to .109.
# EASE gained .002 and took eight times as long.
_MIN_READERS = 2


@dataclass(frozen=True)
class Data:
    """The ratings and properties of the N books.

    The first `described` books are described works, the others titles known from ratings only.
    `candidates` is bool (N,). `ratings_count` float64 (N,) counts the ratings on the whole site.
    `works` int64 (N,) is equal for printings of one work.
    """

    ratings: Ratings
    described: int
    candidates: np.ndarray
    ratings_count: np.ndarray
    works: np.ndarray


@dataclass(frozen=True)
class Trial:
    """One fit, and n readers to make lists for.

    `fit_rows` are rows of the ratings. `readers` int64 (n,) are the ids of the readers of `cases`.
    `in_fit` is bool (n,): the reader's history is among `fit_rows`.
    """

    fit_rows: np.ndarray
    readers: np.ndarray
    cases: list[ListCase]
    in_fit: np.ndarray


@dataclass(frozen=True)
class Lists:
    """One list of books per reader, best first, and CPU seconds, or None if not measured.

    The cache file has the names of these fields.
    """

    books: list[list[int]]
    fit_seconds: float | None
    rank_seconds: float | None


@dataclass(frozen=True)
class Row:
    """A row of the table. `values` holds each metric per reader, for pairing."""

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


def load(catalogue: Catalogue) -> Data:
    """Read the ratings and the candidates from a catalogue."""
    candidates = np.zeros(len(catalogue), dtype=bool)
    described = catalogue.described
    candidates[:described] = allowed(catalogue, Filters()).keep
    counts = catalogue.site_figures().count
    return Data(catalogue.ratings(), described, candidates, counts, printings(catalogue))


def validation_trial(data: Data, seed: int) -> Trial:
    """Return the trial that predicts a seed's validation rows from its training rows.

    Lists are made for all readers, but one fold is left out of the fit: a different one for each
    seed. A single fit thus scores settings for both known and unseen readers.
    """
    split = _split(data, seed)
    fold = seed % FOLDS
    return _trial(data, split, (Part.TRAIN,), Part.VALIDATION, fold, rank_all=True)


def test_trials(data: Data, protocol: str) -> list[Trial]:
    """Return the trials that predict the test rows from all other rows.

    There is one for the protocol "known", and one per fold for "unseen".
    """
    split = _split(data, 0)  # the test part is the same for every seed
    fit_parts = (Part.TRAIN, Part.VALIDATION)
    folds = range(FOLDS) if protocol == UNSEEN else [None]
    return [_trial(data, split, fit_parts, Part.TEST, fold) for fold in folds]


def _split(data: Data, seed: int) -> Split:
    return hold_out(data.ratings, data.ratings.books < data.described, seed)


def _trial(
    data: Data,
    split: Split,
    fit_parts: tuple[Part, ...],
    target: Part,
    fold: int | None,
    rank_all: bool = False,
) -> Trial:
    """Leave the readers of `fold` out of the fit.

    Lists are made for these readers, or for all with `rank_all` or without a fold.
    """
    ratings, rows, target_rows = data.ratings, split.rows(*fit_parts), split.rows(target)
    liked = (ratings.stars[target_rows] >= LIKED) & data.candidates[ratings.books[target_rows]]
    cases = cases_of(ratings, rows, target_rows[liked])
    cases = [c for c in cases if len(c.target) >= MIN_TARGETS]
    readers = np.array([ratings.readers[c.target[0]] for c in cases], dtype=np.int64)
    in_fit = np.array([_fold(reader) != fold for reader in readers], dtype=bool)
    ranked = np.ones(len(cases), dtype=bool) if fold is None or rank_all else ~in_fit
    fit_readers = [reader for reader in np.unique(ratings.readers) if _fold(reader) != fold]
    fit_rows = rows[np.isin(ratings.readers[rows], fit_readers)]
    books, stars = ratings.books, ratings.stars
    list_cases = [
        ListCase(books[c.past], stars[c.past], books[c.target])
        for c, kept in zip(cases, ranked, strict=True)
        if kept
    ]
    return Trial(fit_rows, readers[ranked], list_cases, in_fit[ranked])


def _fold(reader: int) -> int:
    return zlib.crc32(str(int(reader)).encode()) % FOLDS


def fingerprint(data: Data, trial: Trial) -> str:
    """Return a digest of everything that determines a trial's lists, except the method."""
    digest = hashlib.sha256()
    fitted = (a[trial.fit_rows] for a in (data.ratings.readers, data.ratings.books))
    histories = (case.books for case in trial.cases)
    targets = (case.targets for case in trial.cases)
    for array in (*fitted, trial.readers, *histories, *targets, data.candidates):
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()[:16]


def fit_and_rank(ranker: Ranker, settings: Settings, data: Data, trial: Trial, seed: int) -> Lists:
    """Fit a peer and make a list for every reader of the trial."""
    readers, books = (a[trial.fit_rows] for a in (data.ratings.readers, data.ratings.books))
    counts = np.bincount(books, minlength=len(data.candidates))
    columns = np.flatnonzero((counts >= _MIN_READERS)[: data.described])
    # One row for each reader of the ratings, whether in the fit or not.
    matrix = _matrix(readers, books, columns, 1 + int(data.ratings.readers.max()))
    history_rows = np.repeat(np.arange(len(trial.cases)), [len(c.books) for c in trial.cases])
    history_books = np.concatenate([c.books for c in trial.cases])
    histories = _matrix(history_rows, history_books, columns, len(trial.cases))
    watch = Stopwatch(time.process_time)
    with watch("fit"):
        scores_of = ranker.fit(matrix, settings, seed)
    with watch("rank"):
        lists = []
        for scores, case in zip(scores_of(histories, trial.readers), trial.cases, strict=True):
            candidates = data.candidates[columns] & ~np.isin(columns, case.books)
            lists.append(columns[best(scores, candidates)].tolist())
    return Lists(lists, watch.seconds["fit"], watch.seconds["rank"])


def _matrix(rows: np.ndarray, books: np.ndarray, columns: np.ndarray, height: int) -> csr_matrix:
    """Return who rated what as 1 or 0, float32 (height, columns), without books not in `columns`.

    All ratings count, whatever the stars. On validation rows, liked books alone gave SLIM, EASE,
    RP3beta, the kNNs and irspack's iALS .005 to .043 less recall, and implicit's ALS and BPR at
    most .002 more.
    """
    place = np.minimum(np.searchsorted(columns, books), len(columns) - 1)
    kept = columns[place] == books
    ones = np.ones(int(kept.sum()), dtype=np.float32)
    return csr_matrix((ones, (rows[kept], place[kept])), (height, len(columns)))


def figures(data: Data, trials: Sequence[Trial], runs: Sequence[Lists]) -> Figures:
    """Return the metrics over the readers of all trials; `runs` holds one result per trial."""
    cases = [case for trial in trials for case in trial.cases]
    lists = [np.array(books, dtype=np.int64) for run in runs for books in run.books]
    return figures_of(cases, lists, data.ratings_count, data.works)


def row_of(
    method: str, kind: str, data: Data, trials: Sequence[Trial], runs: Sequence[Sequence[Lists]]
) -> Row:
    """Return a method's row from `runs`, which holds for each seed one result per trial.

    A reader's value is the mean over the seeds; so are popularity and coverage.
    """
    by_seed = [figures(data, trials, run) for run in runs]
    values = {
        name: np.mean([getattr(f, name) for f in by_seed], axis=0)
        for name in ("recall", "ndcg", "stratified")
    }
    fits = [lists for run in runs for lists in run]
    return Row(
        method,
        kind,
        **{name: bootstrap_mean(each, bootstrap_rng()) for name, each in values.items()},
        popularity=float(np.mean([np.nanmean(f.popularity) for f in by_seed])),
        coverage=float(np.mean([len(f.shown) for f in by_seed]) / data.candidates.sum()),
        fit=mean_seconds([lists.fit_seconds for lists in fits]),
        rank=mean_seconds([lists.rank_seconds for lists in fits]),
        values=values,
    )


def difference(a: Row, b: Row, metric: str) -> Interval:
    """Return a − b, paired by reader."""
    return bootstrap_difference(a.values[metric], b.values[metric], bootstrap_rng())
