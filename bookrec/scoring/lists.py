"""How good a list is, over the whole catalogue: no sampled candidates, which mislead (Krichene &
Rendle 2020, "On sampled metrics for item recommendation").

Letters: U readers, M candidates, k length of a list. A reader's targets are held-out books they
liked; a list is good when they come in its first k places.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from bookrec.data.catalogue import Ratings
from bookrec.data.split import cases_of
from bookrec.scoring.metrics import Interval, bootstrap_mean

K = 20  # places
LIKED = 4.0  # stars from which a held-out book is a target
MIN_TARGETS = 3  # of a reader who takes part
_STRATA = -0.5  # power of (site ratings + 10) by which a target is weighed


@dataclass(frozen=True)
class Case:
    """One reader: the history, `books` int64 (H,) and `stars` float64 (H,), and `targets` int64
    (n,), distinct. Where the history is only a part of what is read, `all_read` int64 is that."""

    books: np.ndarray
    stars: np.ndarray
    targets: np.ndarray
    all_read: np.ndarray | None = None

    @property
    def read(self) -> np.ndarray:
        """The books that may not come, int64."""
        return self.books if self.all_read is None else self.all_read


# A reader's history, books (H,) and stars (H,), to their list: books int64 (≤ k,), best first.
Lister = Callable[[np.ndarray, np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Figures:
    """One method's lists of U readers: each (U,), `popularity` the mean log₁₀(ratings + 10) of a
    list, `duplicates` the share of a list that repeats a work. `shown` are the books that any list
    holds."""

    recall: np.ndarray
    ndcg: np.ndarray
    stratified: np.ndarray
    popularity: np.ndarray
    duplicates: np.ndarray
    shown: frozenset[int]


def cases_of_lists(
    ratings: Ratings, history_rows: np.ndarray, target_rows: np.ndarray, described: int
) -> list[Case]:
    """A case for each reader with `MIN_TARGETS` liked books or more among the target rows and some
    book in the history; of the `described` books alone."""
    found = []
    for case in cases_of(ratings, history_rows, target_rows):
        past = case.past[ratings.books[case.past] < described]
        target = case.target[ratings.stars[case.target] >= LIKED]
        target = target[ratings.books[target] < described]
        if len(target) >= MIN_TARGETS and len(past):
            books = ratings.books
            found.append(Case(books[past], ratings.stars[past], books[target]))
    return found


def cut_to(cases: Sequence[Case], size: int, rng: np.random.Generator) -> list[Case]:
    """The cases told by `size` liked books of the history, drawn at random, all else equal; those
    with fewer are left out."""
    found = []
    for case in cases:
        mine = np.flatnonzero(case.stars >= LIKED)
        if len(mine) >= size:
            some = np.sort(rng.choice(mine, size, replace=False))
            found.append(Case(case.books[some], case.stars[some], case.targets, case.read))
    return found


def best(scores: np.ndarray, allowed: np.ndarray, k: int = K) -> np.ndarray:
    """The k allowed books of the highest scores, best first, of equal ones the lower index;
    `allowed` bool, both (M,)."""
    books = np.flatnonzero(allowed)
    if k < len(books):
        least = np.partition(scores[books], len(books) - k)[len(books) - k]
        books = books[scores[books] >= least]
    return np.asarray(books[np.argsort(-scores[books], kind="stable")][:k], dtype=np.int64)


def recall(found: np.ndarray, targets: np.ndarray, k: int = K) -> float:
    """Targets among the first k of a list, out of min(k, targets)."""
    return float(np.isin(found[:k], targets).sum() / min(k, len(targets)))


def ndcg(found: np.ndarray, targets: np.ndarray, k: int = K) -> float:
    """Normalised discounted cumulative gain of a list, every target a gain of 1 (Järvelin &
    Kekäläinen 2002)."""
    discounts = 1.0 / np.log2(np.arange(2, k + 2))
    hits = np.isin(found[:k], targets)
    return float(discounts[: len(hits)] @ hits / discounts[: min(k, len(targets))].sum())


def stratified_recall(
    found: np.ndarray, targets: np.ndarray, ratings_count: np.ndarray, k: int = K
) -> float:
    """Recall with each target weighed by (site ratings + 10)^-½, out of the best that k places
    can hold, so that bestsellers are not the whole of it (Steck 2011, "Item popularity and
    recommendation accuracy"). `ratings_count` is (N,)."""
    worth = (ratings_count[targets] + 10.0) ** _STRATA
    hit = np.isin(targets, found[:k])
    return float(worth[hit].sum() / np.sort(worth)[::-1][:k].sum())


def measure(
    cases: Sequence[Case],
    lister: Lister,
    ratings_count: np.ndarray,
    works: np.ndarray,
    advance: Callable[[], None] | None = None,
) -> Figures:
    """The figures of one method, which makes a list of each case. See `figures_of`."""
    lists = []
    for case in cases:
        lists.append(lister(case.books, case.stars))
        if advance is not None:
            advance()
    return figures_of(cases, lists, ratings_count, works)


def figures_of(
    cases: Sequence[Case],
    lists: Sequence[np.ndarray],
    ratings_count: np.ndarray,
    works: np.ndarray,
) -> Figures:
    """The figures of one method's lists, int64 (≤ k,), one a case. `ratings_count` (N,) are the
    site's, `works` int64 (N,) tells which books are printings of one work."""
    rows, shown = [], set()
    for case, found in zip(cases, lists, strict=True):
        shown.update(found.tolist())
        repeated = len(found) - len(set(works[found].tolist()) - set(works[case.read].tolist()))
        rows.append(
            (
                recall(found, case.targets),
                ndcg(found, case.targets),
                stratified_recall(found, case.targets, ratings_count),
                float(np.log10(ratings_count[found] + 10.0).mean()) if len(found) else np.nan,
                repeated / max(1, len(found)),
            )
        )
    table = np.array(rows, dtype=np.float64).reshape(-1, 5)
    recalls, gains, stratified, popularity, repeats = table.T
    return Figures(recalls, gains, stratified, popularity, repeats, frozenset(shown))


def summary(
    methods: Mapping[str, Figures], candidates: int, rng: Callable[[], np.random.Generator]
) -> dict[str, Any]:
    """Each method's figures in the form of the command line's contract; `rng` gives a generator
    of the same draws for every figure."""
    return {
        name: {
            "recall_at_20": asdict(_mean(f.recall, rng())),
            "ndcg_at_20": asdict(_mean(f.ndcg, rng())),
            "stratified_recall_at_20": asdict(_mean(f.stratified, rng())),
            "popularity": float(np.nanmean(f.popularity)),
            "coverage": len(f.shown) / candidates,
            "duplicates": float(np.mean(f.duplicates)),
        }
        for name, f in methods.items()
    }


def lift(ours: Figures, other: Figures, rng: Callable[[], np.random.Generator]) -> dict[str, Any]:
    """Recall and stratified recall of one method less another's, paired by reader."""
    found = {}
    for name, a, b in (
        ("recall_at_20", ours.recall, other.recall),
        ("stratified_recall_at_20", ours.stratified, other.stratified),
    ):
        gain = _mean(a - b, rng())
        found[name] = {"difference": gain.value, "low": gain.low, "high": gain.high}
    return found


def _mean(values: np.ndarray, rng: np.random.Generator) -> Interval:
    """The mean over readers; one reader's has no interval over readers."""
    found = bootstrap_mean(values, rng)
    return found if len(values) > 1 else Interval(found.value, float("nan"), float("nan"))


def liked(books: Iterable[int], stars: Iterable[float]) -> np.ndarray:
    """The books given `LIKED` stars or more, int64."""
    return np.array([b for b, s in zip(books, stars, strict=True) if s >= LIKED], dtype=np.int64)
